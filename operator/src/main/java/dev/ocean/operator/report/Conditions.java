package dev.ocean.operator.report;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The conditions of one object, made anew in each pass from the old ones and what was seen. A time of transition moves only when a status flips.
 *
 * @see <a href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md">kstatus</a>, which reads Ready, Reconciling and Stalled
 */
public final class Conditions {

    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String UNKNOWN = "Unknown";

    private static final String PAUSED =
            "Paused by the annotation `ocean.dev/reconcile`: nothing is touched, also not on deletion. Take the annotation off to go on.";

    private final List<Condition> old;
    private final long generation;
    private final Instant now;
    private final List<Condition> next = new ArrayList<>();

    private Conditions(Collection<Condition> old, long generation, Instant now) {
        this.old = List.copyOf(old);
        this.generation = generation;
        this.now = now;
    }

    /** @param old those of the last pass; a type that is not set again goes */
    public static Conditions after(Collection<Condition> old, long generation, Instant now) {
        return new Conditions(old, generation, now);
    }

    public Conditions holds(ConditionType type, Reason reason, String message) {
        return set(type, TRUE, reason, message);
    }

    public Conditions holdsNot(ConditionType type, Reason reason, String message) {
        return set(type, FALSE, reason, message);
    }

    public Conditions unknown(ConditionType type, Reason reason, String message) {
        return set(type, UNKNOWN, reason, message);
    }

    /** Leaves a condition as it was, for what this pass did not look at; of a type that never was set it says nothing. */
    public Conditions keep(ConditionType type) {
        find(old, type).map(this::renewed).ifPresent(next::add);
        return this;
    }

    /**
     * Ready and what goes with it, by the failure table: a person must act (Stalled), or it goes on by itself (Reconciling), and what is only busy leaves Ready alone.
     */
    public Conditions ready(Optional<Problem> problem, Reason inOrder, String message) {
        if (problem.isEmpty()) {
            return holds(ConditionType.READY, inOrder, message);
        }
        var reason = problem.get().reason();
        var why = problem.get().message();
        return switch (problem.get().kind()) {
            case INVALID, REFUSED, FAILED ->
                holdsNot(ConditionType.READY, reason, why).holds(ConditionType.STALLED, reason, why);
            case WAITING, TRANSIENT, BUG ->
                holdsNot(ConditionType.READY, reason, why).holds(ConditionType.RECONCILING, reason, why);
            case BUSY, CONFLICT -> unchangedReady().holds(ConditionType.RECONCILING, reason, why);
        };
    }

    /** Ready while an object is being deleted and something holds it. */
    public Conditions deletionBlocked(Problem problem) {
        return holdsNot(ConditionType.READY, Reason.DELETION_BLOCKED, problem.message())
                .holds(ConditionType.DELETION_BLOCKED, problem.reason(), problem.message())
                .holds(ConditionType.RECONCILING, problem.reason(), problem.message());
    }

    /** Unchanged also in its generation: what it says is about the old one, and nobody who waits for the new one is to be let go. */
    private Conditions unchangedReady() {
        var before = find(old, ConditionType.READY);
        if (before.isEmpty()) {
            return set(ConditionType.READY, UNKNOWN, Reason.CREATING, "Work has begun.");
        }
        next.add(before.get());
        return this;
    }

    private Condition renewed(Condition condition) {
        return new ConditionBuilder(condition)
                .withObservedGeneration(generation)
                .build();
    }

    private Conditions set(ConditionType type, String status, Reason reason, String message) {
        var before = find(old, type);
        var since = before.filter(condition -> status.equals(condition.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        next.add(new ConditionBuilder()
                .withType(type.code())
                .withStatus(status)
                .withReason(reason.code())
                .withMessage(message)
                .withLastTransitionTime(since)
                .withObservedGeneration(generation)
                .build());
        return this;
    }

    /** Sorted by type. */
    public List<Condition> list() {
        return next.stream().sorted(Comparator.comparing(Condition::getType)).toList();
    }

    /**
     * Of an object that nobody works on because it is paused: all as before, also the generation that it is about, but Ready says so.
     *
     * @param old those of the last pass; empty before the first one
     */
    public static List<Condition> paused(Collection<Condition> old, Instant now) {
        var ready = find(old, ConditionType.READY).orElseGet(() -> new ConditionBuilder()
                .withType(ConditionType.READY.code())
                .withStatus(UNKNOWN)
                .withReason(Reason.PAUSED.code())
                .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build());
        var others = old.stream()
                .filter(condition -> Stream.of(ConditionType.READY, ConditionType.RECONCILING, ConditionType.STALLED)
                        .noneMatch(type -> type.code().equals(condition.getType())));
        return Stream.concat(
                        Stream.of(
                                new ConditionBuilder(ready).withMessage(PAUSED).build()),
                        others)
                .sorted(Comparator.comparing(Condition::getType))
                .toList();
    }

    /** Whether they are what {@link #paused} made of them, so that they have to be told anew. */
    public static boolean arePaused(Collection<Condition> conditions) {
        return find(conditions, ConditionType.READY)
                .filter(ready -> PAUSED.equals(ready.getMessage()))
                .isPresent();
    }

    public static Optional<Condition> find(Collection<Condition> conditions, ConditionType type) {
        return conditions.stream()
                .filter(condition -> type.code().equals(condition.getType()))
                .findFirst();
    }

    public static boolean isTrue(Collection<Condition> conditions, ConditionType type) {
        return find(conditions, type)
                .filter(condition -> TRUE.equals(condition.getStatus()))
                .isPresent();
    }
}
