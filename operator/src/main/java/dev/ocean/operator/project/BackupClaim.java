package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.Storage;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claim for backups that a Project describes. It has no owner reference: it outlives the Project.
 *
 * @param name where it is
 */
record BackupClaim(ObjectName name, ObjectId project, Storage storage) {

    private static final String STORAGE = "storage";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** @return empty if the project has no volume of our making */
    static Optional<BackupClaim> of(Project cr, ObjectId project) {
        return Optional.ofNullable(cr.getSpec().backups())
                .flatMap(backups -> Optional.ofNullable(backups.storage()))
                .map(storage -> new BackupClaim(
                        new ObjectName(
                                PersistentVolumeClaim.class,
                                project.namespace(),
                                ResourceNames.backupClaim(project.name())),
                        project,
                        storage));
    }

    /** The claim that new backups of a project go to. */
    static Optional<String> nameOf(Project cr) {
        return Optional.ofNullable(cr.getSpec().backups())
                .map(backups -> backups.claimName() != null
                        ? backups.claimName()
                        : ResourceNames.backupClaim(cr.getMetadata().getName()));
    }

    /** Why backups cannot go to a claim of the user's own. Whether it is bound is its first Job's affair, and that nobody tells us of it is why it is looked at again. */
    static Optional<Problem> objection(ObjectName name, Optional<PersistentVolumeClaim> seen) {
        var there = seen.filter(claim -> claim.getMetadata().getDeletionTimestamp() == null);
        if (there.isEmpty()) {
            return Optional.of(Problem.of(
                            ProblemKind.WAITING,
                            Reason.REFERENCE_NOT_FOUND,
                            "PersistentVolumeClaim '" + name.name()
                                    + "' does not exist in this namespace. Create it, or correct `spec.backups.claimName`.")
                    .after(LOOK_AGAIN));
        }
        return isMarked(there.get())
                ? Optional.empty()
                : Optional.of(notAllowed(name).after(LOOK_AGAIN));
    }

    private static boolean isMarked(PersistentVolumeClaim claim) {
        var labels = Optional.ofNullable(claim.getMetadata().getLabels()).orElse(Map.of());
        return "true".equals(labels.get(Labels.BACKUP_STORAGE));
    }

    private static Problem notAllowed(ObjectName name) {
        return Problem.of(
                ProblemKind.INVALID,
                Reason.VOLUME_NOT_ALLOWED,
                "PersistentVolumeClaim '" + name.name()
                        + "' exists and is not marked for backups. Take another one, or allow it by the label ocean.dev/backup-storage: \"true\".");
    }

    Plan plan(Optional<PersistentVolumeClaim> seen) {
        if (seen.isEmpty()) {
            return Plan.of(List.of(new Step.Create(wanted())));
        }
        if (!isMarked(seen.get())) {
            return Plan.refused(notAllowed(name));
        }
        return isToGrow(seen.get()) ? Plan.of(List.of(grown(seen.get()))) : Plan.nothing();
    }

    private boolean isToGrow(PersistentVolumeClaim seen) {
        var has = seen.getSpec().getResources().getRequests().get(STORAGE);
        return has != null && has.getNumericalAmount().compareTo(new Quantity(storage.size()).getNumericalAmount()) < 0;
    }

    private Step grown(PersistentVolumeClaim seen) {
        return new Step.Patch(
                name,
                Map.of(
                        "metadata",
                        Map.of(
                                "uid",
                                seen.getMetadata().getUid(),
                                "resourceVersion",
                                seen.getMetadata().getResourceVersion()),
                        "spec",
                        Map.of("resources", Map.of("requests", Map.of(STORAGE, storage.size())))));
    }

    private PersistentVolumeClaim wanted() {
        var labels = new LinkedHashMap<>(Labels.of(project, "backups"));
        labels.put(Labels.PROJECT, project.name());
        labels.put(Labels.BACKUP_STORAGE, "true");
        return new PersistentVolumeClaimBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(name.namespace())
                        .withName(name.name())
                        .withLabels(labels)
                        .build())
                .withNewSpec()
                .withAccessModes(storage.accessModes())
                .withStorageClassName(storage.storageClassName())
                .withNewResources()
                .addToRequests(STORAGE, new Quantity(storage.size()))
                .endResources()
                .endSpec()
                .build();
    }
}
