package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the databases of one namespace now: one thing at a time with each, in the order in which it was asked for. Told by the live objects, so two operators, and
 * one after a crash, say the same.
 *
 * @param backups all of the namespace
 * @param restores all of the namespace
 */
public record Operations(List<DatabaseBackup> backups, List<DatabaseRestore> restores) {

    /** By creation time, then UID: times are to the second. */
    static final Comparator<HasMetadata> OLDEST_FIRST = Comparator.comparing(
                    (HasMetadata object) -> object.getMetadata().getCreationTimestamp())
            .thenComparing(object -> object.getMetadata().getUid());

    /** What something that has not begun may say and still begin at any moment. */
    private static final Set<String> IN_TURN = Set.of(Reason.OPERATION_IN_PROGRESS.code(), Reason.PREFLIGHT.code());

    public Operations {
        backups = List.copyOf(backups);
        restores = List.copyOf(restores);
    }

    /** The operation that {@code cr} has to wait for: the first of those that are not over, unless that is itself; its kind and name. */
    public Optional<String> before(HasMetadata cr, String database) {
        return open(database)
                .min(OLDEST_FIRST)
                .filter(first ->
                        !first.getMetadata().getUid().equals(cr.getMetadata().getUid()))
                .map(first -> first.getKind() + " '" + first.getMetadata().getName() + "'");
    }

    /** Whether a restore is under way, so that nobody else touches the database. */
    public static boolean isRestored(String namespace, String database, Collection<DatabaseRestore> restores) {
        return restores.stream()
                .anyMatch(restore -> restore.getMetadata().getNamespace().equals(namespace)
                        && restore.getSpec().databaseRef().name().equals(database)
                        && !restore.getSpec().dryRun()
                        && hasBegun(restore)
                        && !isOver(restore, restore.getStatus()));
    }

    /** What it is about is written down before it begins. */
    private static boolean hasBegun(DatabaseRestore restore) {
        return Optional.ofNullable(restore.getStatus())
                .map(DatabaseRestoreStatus::bound)
                .map(DatabaseRestoreStatus.Bound::systemIdentifier)
                .isPresent();
    }

    /** A place is told once a Job may be writing there. */
    private static boolean hasBegun(DatabaseBackup backup) {
        return Optional.ofNullable(backup.getStatus())
                .map(DatabaseBackupStatus::location)
                .isPresent();
    }

    /** Whether a restore that is not over reads this backup, so that it must not go. */
    public boolean isRead(ObjectId backup) {
        return restores.stream()
                .filter(restore -> restore.getSpec().backupRef().name().equals(backup.name()))
                .filter(restore -> boundTo(restore)
                        .filter(uid -> !uid.equals(backup.uid()))
                        .isEmpty())
                .anyMatch(restore -> !isOver(restore, restore.getStatus()));
    }

    /** The UID of its backup; empty while it has not seen one. */
    private static Optional<String> boundTo(DatabaseRestore restore) {
        return Optional.ofNullable(restore.getStatus())
                .map(DatabaseRestoreStatus::bound)
                .map(DatabaseRestoreStatus.Bound::backupUid);
    }

    /** Whether a database that is not there yet, and not given up, is to be born from this backup, so that it must not go. */
    public static boolean isAwaited(String backup, Collection<ManagedDatabase> databases) {
        return databases.stream()
                .filter(database -> origin(database).filter(backup::equals).isPresent())
                .filter(database -> database.getMetadata().getDeletionTimestamp() == null)
                .anyMatch(database -> !is(database.getStatus(), ConditionType.STALLED));
    }

    /** Whether it is to come from a backup and has not been Ready yet. */
    static boolean isUnborn(ManagedDatabase database) {
        return origin(database).isPresent();
    }

    private static Optional<String> origin(ManagedDatabase database) {
        var wasReady = database.getStatus() != null && database.getStatus().firstReadyTime() != null;
        return wasReady
                ? Optional.empty()
                : Optional.ofNullable(database.getSpec().restoreFrom())
                        .map(from -> from.backupRef().name());
    }

    private Stream<HasMetadata> open(String database) {
        var dumps = backups.stream()
                .filter(backup -> backup.getSpec().databaseRef().name().equals(database))
                // What is taken over from the volume does not touch the database.
                .filter(backup -> backup.getSpec().importFrom() == null)
                .filter(backup -> !isOver(backup, backup.getStatus()))
                .filter(backup -> hasBegun(backup) || isInTurn(backup.getStatus()));
        var swaps = restores.stream()
                .filter(restore -> restore.getSpec().databaseRef().name().equals(database))
                // One that waits for a backup has not begun: that backup may be younger, and would wait for it.
                .filter(this::canBegin)
                .filter(restore -> !isOver(restore, restore.getStatus()))
                .filter(restore -> hasBegun(restore) || isInTurn(restore.getStatus()));
        return Stream.concat(dumps, swaps);
    }

    /** What has not begun and cannot, perhaps for ever, withholds nothing: the database that it waits for may be what the next one brings back. */
    private static boolean isInTurn(@Nullable ConditionedStatus status) {
        return status == null
                || Conditions.find(status.conditions(), ConditionType.READY)
                        .filter(ready -> !IN_TURN.contains(ready.getReason()))
                        .isEmpty();
    }

    private boolean canBegin(DatabaseRestore restore) {
        return backups.stream()
                .filter(backup -> backup.getMetadata()
                        .getName()
                        .equals(restore.getSpec().backupRef().name()))
                .anyMatch(backup -> is(backup.getStatus(), ConditionType.COMPLETE));
    }

    private static boolean isOver(HasMetadata cr, @Nullable ConditionedStatus status) {
        return is(status, ConditionType.COMPLETE)
                || is(status, ConditionType.FAILED)
                || cr.getMetadata().getDeletionTimestamp() != null;
    }

    private static boolean is(@Nullable ConditionedStatus status, ConditionType type) {
        return status != null && Conditions.isTrue(status.conditions(), type);
    }
}
