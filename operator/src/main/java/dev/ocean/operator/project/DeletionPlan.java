package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.api.v1beta1.ProjectStatus;
import dev.ocean.operator.api.v1beta1.ProjectStatus.PlannedDeletion;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.reference.EffectivePolicy;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a Project's deletion does with the databases that are left.
 *
 * @param members sorted by name
 */
record DeletionPlan(List<Member> members) {

    private static final Duration RECHECK = Duration.ofSeconds(30);
    private static final int NAMED = 5;

    /** How far the deletion of a database is. */
    enum Stage {
        /** To be deleted now. */
        DUE,
        /** Deleted; its own finalizer cleans up. */
        GOING,
        /** Deleted, and its cleaning waits for something. */
        WAITING,
        /** Left alone until a person takes the protection off: its application goes on undisturbed. */
        PROTECTED,
        /** Left alone until a person takes the annotation off. */
        PAUSED
    }

    /**
     * One database.
     *
     * @param finalBackup the name of the DatabaseBackup that is made first; empty for none
     * @param waitsFor the reason, where its stage has one
     */
    record Member(
            String name,
            Sighting sighting,
            DeletionPolicy action,
            Optional<String> finalBackup,
            Stage stage,
            Optional<String> waitsFor) {

        /** With the reason where the sentence around it does not say it. */
        String shown() {
            return stage == Stage.WAITING ? name + " (" + waitsFor.orElse("") + ")" : name;
        }
    }

    DeletionPlan {
        members = List.copyOf(members);
    }

    static DeletionPlan of(
            Project project, Collection<ManagedDatabase> databases, EffectivePolicy.Namespace namespace) {
        return new DeletionPlan(databases.stream()
                .map(database -> member(project, database, namespace))
                .sorted(Comparator.comparing(Member::name))
                .toList());
    }

    private static Member member(Project project, ManagedDatabase database, EffectivePolicy.Namespace namespace) {
        var metadata = database.getMetadata();
        var stage = stage(database);
        var waitsFor =
                switch (stage) {
                    case PROTECTED -> Optional.of(Reason.PROTECTION_ENABLED.code());
                    case PAUSED -> Optional.of(Reason.PAUSED.code());
                    case WAITING -> blocked(database).map(Condition::getReason);
                    case DUE, GOING -> Optional.<String>empty();
                };
        var policy = EffectivePolicy.of(database, Optional.of(project), namespace);
        return new Member(
                metadata.getName(),
                Sighting.unchanged(database),
                policy.data(),
                policy.finalBackup() == FinalBackup.NONE
                        ? Optional.empty()
                        : Optional.of(ResourceNames.finalBackup(metadata.getName(), metadata.getUid())),
                stage,
                waitsFor);
    }

    private static Stage stage(ManagedDatabase database) {
        if (database.getSpec().deletionProtection()) {
            return Stage.PROTECTED;
        }
        if (Annotations.isPaused(database.getMetadata().getAnnotations())) {
            return Stage.PAUSED;
        }
        if (database.getMetadata().getDeletionTimestamp() == null) {
            return Stage.DUE;
        }
        return blocked(database).filter(condition -> !isAtWork(condition)).isPresent() ? Stage.WAITING : Stage.GOING;
    }

    /** Its last backup is being made, or its turn has not come: nothing to mend. */
    private static boolean isAtWork(Condition condition) {
        return Reason.OPERATION_IN_PROGRESS.code().equals(condition.getReason())
                || Reason.BUSY.code().equals(condition.getReason());
    }

    private static Optional<Condition> blocked(ManagedDatabase database) {
        return Optional.ofNullable(database.getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), ConditionType.DELETION_BLOCKED));
    }

    boolean isDone() {
        return members.isEmpty();
    }

    List<Member> due() {
        return in(Stage.DUE);
    }

    private List<Member> in(Stage stage) {
        return members.stream().filter(member -> member.stage() == stage).toList();
    }

    /** As the status has it: bounded. */
    List<PlannedDeletion> shown() {
        return members.stream()
                .limit(ProjectStatus.MAX_DELETIONS)
                .map(member -> new PlannedDeletion(
                        member.name(),
                        member.action(),
                        member.finalBackup().orElse(null),
                        member.waitsFor().orElse(null)))
                .toList();
    }

    /** What the deletion of the Project waits for, by name, and the way out; empty once no database is left. */
    Optional<Problem> obstacle() {
        if (isDone()) {
            return Optional.empty();
        }
        var sentences = new ArrayList<String>();
        sentence(
                        Stage.PROTECTED,
                        named -> "These ManagedDatabases are protected: " + named
                                + ". Set their `spec.deletionProtection` to false to let the deletion go on.")
                .ifPresent(sentences::add);
        sentence(
                        Stage.PAUSED,
                        named -> "These are paused: " + named + ". Take their annotation " + Annotations.RECONCILE
                                + " off.")
                .ifPresent(sentences::add);
        sentence(
                        Stage.WAITING,
                        named -> "These cannot be cleaned up yet: " + named
                                + ". Their conditions say why; mend it, or annotate them with " + Annotations.ABANDON
                                + ": \"true\" to leave their data on the server.")
                .ifPresent(sentences::add);
        if (sentences.isEmpty()) {
            sentences.add("Its ManagedDatabases are being deleted"
                    + (members.stream().anyMatch(member -> member.finalBackup().isPresent())
                            ? ", those that are dropped after a last backup: "
                            : ": ")
                    + named(members) + ". Wait.");
        }
        var held = !in(Stage.PROTECTED).isEmpty();
        return Optional.of(Problem.of(
                        held ? ProblemKind.INVALID : ProblemKind.WAITING,
                        held ? Reason.PROTECTION_ENABLED : Reason.DATABASES_REMAINING,
                        String.join(" ", sentences))
                .after(RECHECK));
    }

    private Optional<String> sentence(Stage stage, Function<String, String> text) {
        var held = in(stage);
        return held.isEmpty() ? Optional.empty() : Optional.of(text.apply(named(held)));
    }

    private static String named(List<Member> members) {
        return members.stream().limit(NAMED).map(Member::shown).collect(Collectors.joining(", "))
                + (members.size() > NAMED ? " and " + (members.size() - NAMED) + " more" : "");
    }
}
