package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.util.Optional;

/** Resolves what a restore names: a database that was Ready, with its login, and a backup. */
public final class RestoreTargets {

    private final References references;

    public RestoreTargets(References references) {
        this.references = references;
    }

    /**
     * @throws Blocked {@code ReferenceNotFound}, {@code DatabaseNotReady} where it never was Ready: there is no login yet; the problems of {@link References#of}
     */
    public RestoreReferences of(DatabaseRestore cr, Lookup lookup) {
        var database = database(cr, lookup)
                .orElseThrow(
                        () -> Blocked.by(
                                ProblemKind.WAITING,
                                Reason.REFERENCE_NOT_FOUND,
                                "ManagedDatabase '" + cr.getSpec().databaseRef().name()
                                        + "' does not exist in this namespace. Create it; what is restored needs its roles and its login."));
        if (Operations.isUnborn(database)) {
            throw notReady(database);
        }
        return resolved(database, references.of(database, lookup), source(cr, database, lookup));
    }

    /** For a restore that goes; empty if there is nothing to clean up, because its database, or that one's server, is gone and took everything along. */
    public Optional<RestoreReferences> ofRemoved(DatabaseRestore cr, Lookup lookup) {
        return database(cr, lookup)
                .filter(database -> database.getStatus() != null
                        && database.getStatus().databaseName() != null
                        && database.getStatus().activeLogin() != null)
                .flatMap(database -> references
                        .ofRemoved(database, lookup)
                        .map(server -> resolved(database, server, source(cr, database, lookup))));
    }

    /**
     * What a backup is restored beside, to verify it.
     *
     * @throws Blocked as {@link #of}
     */
    static RestoreReferences ofVerified(DatabaseBackup backup, ManagedDatabase database, DatabaseReferences server) {
        return resolved(
                database,
                server,
                Optional.of(sourceOf(
                        backup,
                        database.getSpec().projectRef().name(),
                        database.getMetadata().getName())));
    }

    private static Optional<ManagedDatabase> database(DatabaseRestore cr, Lookup lookup) {
        return lookup.find(
                ManagedDatabase.class,
                cr.getMetadata().getNamespace(),
                cr.getSpec().databaseRef().name());
    }

    private static RestoreReferences resolved(
            ManagedDatabase database, DatabaseReferences server, Optional<Source> source) {
        var metadata = database.getMetadata();
        var login = login(database, server);
        return new RestoreReferences(
                server,
                new ObjectId("ManagedDatabase", metadata.getNamespace(), metadata.getName(), metadata.getUid()),
                SqlIdentifier.of(login.database()),
                metadata.getDeletionTimestamp() != null,
                login,
                source);
    }

    /** Not asked whether it is Ready: one whose database was dropped by hand is not, and is to be brought back. */
    private static ToolLogin login(ManagedDatabase database, DatabaseReferences server) {
        var status = Optional.ofNullable(database.getStatus());
        var name = status.map(ManagedDatabaseStatus::databaseName)
                .filter(text -> SqlIdentifier.parse(text).isPresent());
        var active = status.map(ManagedDatabaseStatus::activeLogin);
        var secret = status.map(ManagedDatabaseStatus::binding).map(ManagedDatabaseStatus.Binding::name);
        if (name.isEmpty() || active.isEmpty() || secret.isEmpty()) {
            throw notReady(database);
        }
        return new ToolLogin(
                server.server().endpoint(), server.server().major(), name.get(), active.get(), secret.get());
    }

    private static Blocked notReady(ManagedDatabase database) {
        return Blocked.by(
                ProblemKind.WAITING,
                Reason.DATABASE_NOT_READY,
                "ManagedDatabase '" + database.getMetadata().getName()
                        + "' has never been Ready. Its conditions say why.");
    }

    private static Optional<Source> source(DatabaseRestore cr, ManagedDatabase database, Lookup lookup) {
        var namespace = cr.getMetadata().getNamespace();
        return lookup.find(
                        DatabaseBackup.class,
                        namespace,
                        cr.getSpec().backupRef().name())
                .map(backup -> sourceOf(
                        backup,
                        database.getSpec().projectRef().name(),
                        database.getMetadata().getName()));
    }

    /**
     * A backup, for a database that is, or is to be.
     *
     * @param project of the database
     * @param database its ManagedDatabase's name
     */
    public static Source sourceOf(DatabaseBackup backup, String project, String database) {
        var metadata = backup.getMetadata();
        var origin = backup.getSpec().databaseRef().name();
        var status = Optional.ofNullable(backup.getStatus());
        var location = status.map(DatabaseBackupStatus::location);
        var path = location.map(DatabaseBackupStatus.Location::path).orElse("");
        // One that is being deleted waits for this restore.
        var complete = location.isPresent()
                && status.filter(found -> Conditions.isTrue(found.conditions(), ConditionType.COMPLETE))
                        .filter(found -> !isOnAnotherVolume(found))
                        .isPresent();
        return new Source(
                new ObjectId("DatabaseBackup", metadata.getNamespace(), metadata.getName(), metadata.getUid()),
                // The database that was backed up may be gone; which project's it was stands on the volume.
                path.startsWith(project + "/"),
                origin.equals(database),
                complete,
                location.map(DatabaseBackupStatus.Location::claimName).orElse(""),
                path,
                status.map(DatabaseBackupStatus::sha256).orElse(""),
                status.map(RestoreTargets::took).orElse(Duration.ZERO));
    }

    /** What is on the new one is not known to be this backup; taken over by another object, it is. */
    private static boolean isOnAnotherVolume(DatabaseBackupStatus status) {
        return Conditions.find(status.conditions(), ConditionType.READY)
                .filter(ready -> Reason.VOLUME_REPLACED.code().equals(ready.getReason()))
                .isPresent();
    }

    private static Duration took(DatabaseBackupStatus status) {
        var start = status.startTime();
        var end = status.completionTime();
        return start == null || end == null ? Duration.ZERO : Duration.between(start, end);
    }
}
