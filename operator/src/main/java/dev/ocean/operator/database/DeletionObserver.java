package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.reference.EffectivePolicy;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Looks, live, at what decides over a database that goes: its Project and its namespace. Changes nothing. */
final class DeletionObserver {

    private static final Duration RECHECK = Duration.ofSeconds(10);

    /** That the server cannot be worked on, for whatever reason. */
    private static final Set<String> AWAY = Set.of(
            Reason.REFERENCE_NOT_FOUND.code(),
            Reason.INSTANCE_NOT_READY.code(),
            Reason.INSTANCE_UNREACHABLE.code(),
            Reason.INSTANCE_READ_ONLY.code(),
            Reason.ADMIN_SECRET_INVALID.code(),
            Reason.ADMIN_AUTH_FAILED.code(),
            Reason.TLS_VERIFICATION_FAILED.code(),
            Reason.CONNECTION_LIMIT.code(),
            Reason.OUTCOME_UNKNOWN.code());

    private final ObjectStore objects;
    private final Duration patience;

    /** @param patience after which what a namespace took along is gone for good: the connection Secret, the instance, the server's pod */
    DeletionObserver(ObjectStore objects, Duration patience) {
        this.objects = objects;
        this.patience = patience;
    }

    /** What becomes of the data now, and what is made before. */
    EffectivePolicy policy(ManagedDatabase cr) {
        if (cr.getSpec().deletionPolicy() == DeletionPolicy.RETAIN) {
            return EffectivePolicy.RETAIN;
        }
        // The Project before the namespace: one that goes with its namespace is asked to go after it.
        var project = project(cr);
        var namespace = goingSince(cr).isPresent() ? EffectivePolicy.Namespace.GOES : EffectivePolicy.Namespace.STAYS;
        var policy = EffectivePolicy.of(cr, project, namespace);
        // A Project that lost its volume under way owes no last backup by default: nobody said that none is wanted.
        var unsaid = policy.finalBackup() == FinalBackup.NONE
                && project.filter(found -> found.getSpec().onDelete().finalBackup() == null)
                        .isPresent();
        return unsaid && isFinalBackupBegun(cr) ? EffectivePolicy.RETAIN : policy;
    }

    private boolean isFinalBackupBegun(ManagedDatabase cr) {
        var metadata = cr.getMetadata();
        return objects.read(new ObjectName(
                        DatabaseBackup.class,
                        metadata.getNamespace(),
                        ResourceNames.finalBackup(metadata.getName(), metadata.getUid())))
                .isPresent();
    }

    /** Empty also where all Projects are asked to go with their definition: nobody meant the databases then. */
    private Optional<Project> project(ManagedDatabase cr) {
        return objects.read(new ObjectName(
                        Project.class,
                        cr.getMetadata().getNamespace(),
                        cr.getSpec().projectRef().name()))
                .map(Project.class::cast)
                .filter(project -> project.getMetadata().getDeletionTimestamp() == null
                        || !objects.isDefinitionGoing(Project.class));
    }

    /** Since when the database's namespace is being deleted; empty if it is not. One that is gone was. */
    private Optional<Instant> goingSince(ManagedDatabase cr) {
        var namespace = objects.read(
                ObjectName.ofCluster(Namespace.class, cr.getMetadata().getNamespace()));
        return namespace.isEmpty()
                ? Optional.of(Instant.EPOCH)
                : namespace
                        .map(found -> found.getMetadata().getDeletionTimestamp())
                        .map(Instant::parse);
    }

    /**
     * From when on the cleaning that {@code problem} holds is given up; empty for never. Counted from what outlives the operator, and not before an earlier pass has told
     * the same: a moment without the server long after the namespace began to go is no reason.
     */
    Optional<Instant> hopelessFrom(ManagedDatabase cr, Problem problem, Instant now) {
        if (!AWAY.contains(problem.reason().code())) {
            return Optional.empty();
        }
        return goingSince(cr).map(since -> Stream.of(
                        since.plus(patience),
                        Instant.parse(cr.getMetadata().getDeletionTimestamp()).plus(patience),
                        isTold(cr) ? Instant.EPOCH : now.plus(RECHECK))
                .max(Instant::compareTo)
                .orElseThrow());
    }

    private static boolean isTold(ManagedDatabase cr) {
        return Optional.ofNullable(cr.getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), ConditionType.DELETION_BLOCKED))
                .map(Condition::getReason)
                .filter(AWAY::contains)
                .isPresent();
    }
}
