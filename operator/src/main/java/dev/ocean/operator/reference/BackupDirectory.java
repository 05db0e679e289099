package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.dump.BackupLocation;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** Whose a directory is: two objects with one directory would be two that delete the same files. */
public final class BackupDirectory {

    private BackupDirectory() {}

    /**
     * Why a directory cannot be taken over. To be asked, live, until it is: of two that were made at the same moment neither saw the other.
     *
     * @param cr an import
     * @param all of its namespace
     */
    public static Optional<Problem> taken(DatabaseBackup cr, Collection<DatabaseBackup> all) {
        var directory = cr.getSpec().importFrom();
        return all.stream()
                .filter(other -> isAnother(other, cr))
                .filter(other ->
                        other.getSpec().databaseRef().equals(cr.getSpec().databaseRef()))
                .filter(other -> made(other).equals(directory) || hasTaken(other, cr))
                .findFirst()
                .map(other -> Problem.of(
                        ProblemKind.INVALID,
                        Reason.NAME_CONFLICT,
                        "DatabaseBackup '" + other.getMetadata().getName() + "' has directory '" + directory
                                + "' already. Use that one, or delete it with `deletionPolicy: Retain` first."));
    }

    /** One that failed took nothing. */
    private static boolean hasTaken(DatabaseBackup other, DatabaseBackup cr) {
        return cr.getSpec().importFrom() != null
                && cr.getSpec().importFrom().equals(other.getSpec().importFrom())
                && !is(other, ConditionType.FAILED)
                && (is(other, ConditionType.COMPLETE) || Operations.OLDEST_FIRST.compare(other, cr) < 0);
    }

    /**
     * Whether the files stay when this backup goes, because they are another's too, and that one was found to be complete.
     *
     * @param cr being deleted
     * @param claimName of the volume that the files are on
     * @param path on that volume
     * @param all of its namespace
     */
    public static boolean isShared(DatabaseBackup cr, String claimName, String path, Collection<DatabaseBackup> all) {
        return all.stream()
                .filter(other -> isAnother(other, cr))
                .filter(other -> other.getMetadata().getDeletionTimestamp() == null
                        || other.getSpec().deletionPolicy() != FilePolicy.DELETE)
                .filter(other -> is(other, ConditionType.COMPLETE))
                .flatMap(other -> place(other).stream())
                .anyMatch(place ->
                        place.claimName().equals(claimName) && place.path().equals(path));
    }

    private static boolean isAnother(DatabaseBackup other, DatabaseBackup cr) {
        return !other.getMetadata().getUid().equals(cr.getMetadata().getUid());
    }

    /** The directory of its own dump, also before its status says so. */
    private static String made(DatabaseBackup backup) {
        var metadata = backup.getMetadata();
        return BackupLocation.directory(Instant.parse(metadata.getCreationTimestamp()), metadata.getUid());
    }

    private static Optional<Location> place(DatabaseBackup backup) {
        return Optional.ofNullable(backup.getStatus()).map(DatabaseBackupStatus::location);
    }

    private static boolean is(DatabaseBackup backup, ConditionType type) {
        return backup.getStatus() != null
                && Conditions.isTrue(backup.getStatus().conditions(), type);
    }
}
