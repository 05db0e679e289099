package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.backup.BackupMemory.Outcome;
import dev.ocean.operator.backup.ObservedBackup.Claim;
import dev.ocean.operator.backup.ObservedBackup.OwnLogin;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.reference.BackupDirectory;
import dev.ocean.operator.reference.FinalBackups;
import dev.ocean.operator.reference.Operations;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at what matters to one backup, live: a Job that was made a moment ago is in no cache. Changes nothing. */
final class BackupObserver {

    private static final Set<Reason> BAD_FILES = Set.of(Reason.CHECKSUM_MISMATCH, Reason.ARCHIVE_UNREADABLE);

    private final ObjectStore objects;

    BackupObserver(ObjectStore objects) {
        this.objects = objects;
    }

    ObservedBackup look(DatabaseBackup cr, BackupRequest request) {
        var namespace = request.id().namespace();
        var claim = claim(namespace, request.claimName());
        var jobs = objects.list(
                Job.class, namespace, Map.of(Labels.MANAGED_BY, Labels.MANAGER, Labels.CLAIM, request.claimName()));
        var restores = objects.list(DatabaseRestore.class, namespace);
        return new ObservedBackup(
                JobAttempts.of(jobs, request.id().uid(), objects),
                claim.map(found -> state(found, request)).orElse(Claim.MISSING),
                claim.map(found -> found.getMetadata().getUid()),
                claim.flatMap(
                        found -> JobAttempts.occupied(found, jobs, request.id().uid())),
                isTakingOver(request) ? BackupDirectory.taken(cr, backups(namespace)) : Optional.empty(),
                isRemoved(request)
                        && BackupDirectory.isShared(
                                cr, request.claimName(), request.location().path(), backups(namespace)),
                request.memory()
                        .completed()
                        .filter(time -> hasNewer(request, time))
                        .isPresent(),
                new Operations(List.of(), restores).isRead(request.id())
                        || Operations.isAwaited(request.id().name(), objects.list(ManagedDatabase.class, namespace)),
                restores.stream()
                        .filter(restore -> isOfThis(restore, request))
                        .anyMatch(restore -> !restore.getSpec().dryRun()
                                && condition(restore, ConditionType.COMPLETE).isPresent()),
                restores.stream()
                        .filter(restore -> isOfThis(restore, request))
                        .flatMap(restore -> condition(restore, ConditionType.FAILED).stream())
                        .flatMap(failed -> BAD_FILES.stream()
                                .filter(reason -> reason.code().equals(failed.getReason())))
                        .findFirst(),
                FinalBackups.secretOf(cr, objects).map(BackupObserver::ownLogin));
    }

    private static OwnLogin ownLogin(Secret secret) {
        var metadata = secret.getMetadata();
        return new OwnLogin(
                new ObjectName(Secret.class, metadata.getNamespace(), metadata.getName()), metadata.getUid());
    }

    private static boolean isTakingOver(BackupRequest request) {
        return !isRemoved(request) && request.imported() && request.memory().outcome() == Outcome.OPEN;
    }

    private static boolean isRemoved(BackupRequest request) {
        return request.references().isEmpty();
    }

    private List<DatabaseBackup> backups(String namespace) {
        return objects.list(DatabaseBackup.class, namespace);
    }

    /** One that goes takes the files along, and no pod can mount it any more. */
    private Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        return objects.read(new ObjectName(PersistentVolumeClaim.class, namespace, name))
                .map(PersistentVolumeClaim.class::cast)
                .filter(found -> found.getMetadata().getDeletionTimestamp() == null);
    }

    private static Claim state(PersistentVolumeClaim claim, BackupRequest request) {
        if (request.claimUid()
                .filter(uid -> !uid.equals(claim.getMetadata().getUid()))
                .isPresent()) {
            return Claim.REPLACED;
        }
        var labels = Optional.ofNullable(claim.getMetadata().getLabels()).orElse(Map.of());
        return "true".equals(labels.get(Labels.BACKUP_STORAGE)) ? Claim.USABLE : Claim.NOT_ALLOWED;
    }

    /** Asked only of one that could expire. */
    private boolean hasNewer(BackupRequest request, Instant completed) {
        return request.ttl().isPresent()
                && backups(request.id().namespace()).stream()
                        .filter(other -> isSameDatabase(other, request))
                        .map(DatabaseBackup::getStatus)
                        .anyMatch(status -> isGoodSince(status, completed)
                                && isThere(status.location(), request.id().namespace()));
    }

    /** Its status may not have noticed yet. */
    private boolean isThere(@Nullable Location place, String namespace) {
        return place != null
                && claim(namespace, place.claimName())
                        .filter(claim -> place.claimUid() == null
                                || place.claimUid().equals(claim.getMetadata().getUid()))
                        .isPresent();
    }

    /** A restore of a predecessor of the same name says nothing about this one. */
    private static boolean isOfThis(DatabaseRestore restore, BackupRequest request) {
        var status = restore.getStatus();
        return status != null
                && status.bound() != null
                && request.id().uid().equals(status.bound().backupUid());
    }

    private static Optional<Condition> condition(DatabaseRestore restore, ConditionType type) {
        return Conditions.find(restore.getStatus().conditions(), type)
                .filter(condition -> "True".equals(condition.getStatus()));
    }

    private static boolean isSameDatabase(DatabaseBackup other, BackupRequest request) {
        return other.getMetadata().getDeletionTimestamp() == null
                && !other.getMetadata().getUid().equals(request.id().uid())
                && other.getSpec()
                        .databaseRef()
                        .name()
                        .equals(request.location().database());
    }

    private static boolean isGoodSince(DatabaseBackupStatus status, Instant completed) {
        return status != null
                && status.completionTime() != null
                && status.completionTime().isAfter(completed)
                && Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)
                && Conditions.isTrue(status.conditions(), ConditionType.READY);
    }
}
