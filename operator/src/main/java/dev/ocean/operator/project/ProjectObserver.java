package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.reference.EffectivePolicy;
import dev.ocean.operator.reference.Membership;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Duration;
import java.util.List;

/** Looks, live, at what a Project's deletion is about to act on; changes nothing. */
final class ProjectObserver {

    private static final Duration DEFINITION_RECHECK = Duration.ofSeconds(30);

    private final ObjectStore objects;

    ProjectObserver(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * The very Project, asked to go by somebody who meant it.
     *
     * @throws Blocked {@code StaleRead} for a successor of its name; {@code DefinitionBeingDeleted} where all Projects are asked to go with their definition
     */
    Project live(Project cr) {
        var metadata = cr.getMetadata();
        var live = objects.read(new ObjectName(Project.class, metadata.getNamespace(), metadata.getName()))
                .map(Project.class::cast)
                .filter(found -> found.getMetadata().getUid().equals(metadata.getUid()))
                .filter(found -> found.getMetadata().getDeletionTimestamp() != null)
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.CONFLICT,
                        Reason.STALE_READ,
                        "The Project changed while it was worked on; it is read again."));
        if (objects.isDefinitionGoing(Project.class)) {
            throw new Blocked(Problem.of(
                            ProblemKind.WAITING,
                            Reason.DEFINITION_BEING_DELETED,
                            "The CustomResourceDefinition is being deleted, and every Project with it; no database is deleted. To go on, take the finalizer off this"
                                    + " object, install the CRDs again and apply the object again.")
                    .after(DEFINITION_RECHECK));
        }
        return live;
    }

    /** Its databases, unordered. */
    List<ManagedDatabase> members(Project project) {
        var namespace = project.getMetadata().getNamespace();
        return objects.list(ManagedDatabase.class, namespace).stream()
                .filter(database -> Membership.isMember(
                        database, namespace, project.getMetadata().getName()))
                .toList();
    }

    /** Those that go with it, once its databases are gone; in a namespace that goes too they go by themselves. */
    BackupsToGo backups(Project project) {
        return namespace(project) == EffectivePolicy.Namespace.GOES
                ? new BackupsToGo(List.of())
                : BackupsToGo.of(
                        project,
                        objects.list(DatabaseBackup.class, project.getMetadata().getNamespace()));
    }

    EffectivePolicy.Namespace namespace(Project project) {
        return objects.read(ObjectName.ofCluster(
                                Namespace.class, project.getMetadata().getNamespace()))
                        .filter(found -> found.getMetadata().getDeletionTimestamp() == null)
                        .isPresent()
                ? EffectivePolicy.Namespace.STAYS
                : EffectivePolicy.Namespace.GOES;
    }
}
