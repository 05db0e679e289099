package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.Quota;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Resolves what a backup names: its database, that one's Project, and the volume of the Project. */
public final class BackupStorage {

    private final References references;
    private final FinalBackups finals;

    public BackupStorage(References references, ObjectStore objects) {
        this.references = references;
        this.finals = new FinalBackups(references, objects);
    }

    /**
     * @throws Blocked {@code ReferenceNotFound}, {@code StorageNotConfigured}; {@code DatabaseMissing} ({@code FAILED}) for a last backup whose database is gone
     */
    public BackupReferences of(DatabaseBackup cr, Lookup lookup) {
        return FinalBackups.isOne(cr) ? ofFinal(cr, lookup) : ofOrdinary(cr, lookup);
    }

    /** It is made of a database that goes, whatever else is under way or allowed. */
    private BackupReferences ofFinal(DatabaseBackup cr, Lookup lookup) {
        var database = finals.database(cr, lookup);
        var project = project(database, lookup);
        var server = server(() -> finals.server(database, lookup));
        var login = server.found().flatMap(found -> finals.login(cr, found));
        return new BackupReferences(
                id(database),
                project.getMetadata().getName(),
                claimName(project),
                server.found(),
                login,
                login.isPresent()
                        ? Optional.empty()
                        : Optional.of(server.problem().orElse(FinalBackups.NOT_OPEN)),
                previousBytes(cr, lookup),
                Optional.empty(),
                false,
                false,
                Optional.empty());
    }

    private BackupReferences ofOrdinary(DatabaseBackup cr, Lookup lookup) {
        var database = requireDatabase(cr, lookup);
        var project = project(database, lookup);
        var server = server(() -> references.of(database, lookup));
        var login = server.found().flatMap(found -> login(database, found));
        return new BackupReferences(
                id(database),
                project.getMetadata().getName(),
                claimName(project),
                server.found(),
                login,
                login.isPresent()
                        ? Optional.empty()
                        : Optional.of(server.problem().orElseGet(() -> notReady(database))),
                previousBytes(cr, lookup),
                operations(cr, lookup).before(cr, database.getMetadata().getName()),
                database.getMetadata().getDeletionTimestamp() != null,
                quota(project).isPresent(),
                quota(project).flatMap(quota -> noRoom(cr, project, quota, lookup)));
    }

    private static Operations operations(DatabaseBackup cr, Lookup lookup) {
        var namespace = cr.getMetadata().getNamespace();
        return new Operations(
                in(namespace, DatabaseBackup.class, lookup), in(namespace, DatabaseRestore.class, lookup));
    }

    private static <T extends HasMetadata> List<T> in(String namespace, Class<T> type, Lookup lookup) {
        return lookup.all(type).stream()
                .filter(object -> namespace.equals(object.getMetadata().getNamespace()))
                .toList();
    }

    private static long previousBytes(DatabaseBackup cr, Lookup lookup) {
        return in(cr.getMetadata().getNamespace(), DatabaseBackup.class, lookup).stream()
                .filter(other ->
                        other.getSpec().databaseRef().equals(cr.getSpec().databaseRef()))
                .map(other -> other.getStatus())
                .filter(status -> isComplete(status) && status.completionTime() != null && status.sizeBytes() != null)
                .max(Comparator.comparing(DatabaseBackupStatus::completionTime))
                .map(DatabaseBackupStatus::sizeBytes)
                .orElse(0L);
    }

    /**
     * For a backup that goes: only where its files would be, were it made now.
     *
     * @return empty if its database or Project, or the Project's volume, is no longer there: then its status alone can tell
     */
    public Optional<Home> homeOf(DatabaseBackup cr, Lookup lookup) {
        return database(cr, lookup).flatMap(database -> lookup.find(
                        Project.class,
                        database.getMetadata().getNamespace(),
                        database.getSpec().projectRef().name())
                .filter(project -> project.getSpec().backups() != null)
                .map(project -> new Home(project.getMetadata().getName(), claimName(project))));
    }

    /**
     * The database beside which a complete backup is restored to verify it, with its login and this backup.
     *
     * @throws Blocked as {@link References#of}; {@code ReferenceNotFound}, {@code DatabaseNotReady} where there never was a login
     */
    public RestoreReferences besideOf(DatabaseBackup cr, Lookup lookup) {
        var database = requireDatabase(cr, lookup);
        return RestoreTargets.ofVerified(cr, database, references.of(database, lookup));
    }

    /** For a backup that goes; empty if there is nothing to clean up on a server: its database, or that one's server, is gone and took everything along. */
    public Optional<RestoreReferences> besideOfRemoved(DatabaseBackup cr, Lookup lookup) {
        return database(cr, lookup)
                .filter(database -> database.getStatus() != null
                        && database.getStatus().databaseName() != null
                        && database.getStatus().activeLogin() != null)
                .flatMap(database -> references
                        .ofRemoved(database, lookup)
                        .map(server -> RestoreTargets.ofVerified(cr, database, server)));
    }

    private static ManagedDatabase requireDatabase(DatabaseBackup cr, Lookup lookup) {
        return database(cr, lookup)
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.WAITING,
                        Reason.REFERENCE_NOT_FOUND,
                        "ManagedDatabase '" + cr.getSpec().databaseRef().name()
                                + "' does not exist in this namespace. Create it, or make a backup of another one."));
    }

    /** @param claimName of the Project's volume now; where a backup was written its status tells */
    public record Home(String project, String claimName) {}

    static Optional<ManagedDatabase> database(DatabaseBackup cr, Lookup lookup) {
        return lookup.find(
                ManagedDatabase.class,
                cr.getMetadata().getNamespace(),
                cr.getSpec().databaseRef().name());
    }

    private static Project project(ManagedDatabase database, Lookup lookup) {
        var name = database.getSpec().projectRef().name();
        return lookup.find(Project.class, database.getMetadata().getNamespace(), name)
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.WAITING,
                        Reason.REFERENCE_NOT_FOUND,
                        "Project '" + name + "' does not exist in this namespace. Create it."));
    }

    private static String claimName(Project project) {
        var backups = project.getSpec().backups();
        if (backups == null) {
            throw Blocked.by(
                    ProblemKind.INVALID,
                    Reason.STORAGE_NOT_CONFIGURED,
                    "Project '" + project.getMetadata().getName()
                            + "' has no volume for backups. Set `spec.backups.storage` or `spec.backups.claimName` of the Project.");
        }
        var claim = backups.claimName();
        return claim != null
                ? claim
                : ResourceNames.backupClaim(project.getMetadata().getName());
    }

    private record Server(Optional<DatabaseReferences> found, Optional<Problem> problem) {}

    private static Server server(Supplier<DatabaseReferences> resolved) {
        try {
            return new Server(Optional.of(resolved.get()), Optional.empty());
        } catch (Blocked blocked) {
            return new Server(Optional.empty(), Optional.of(blocked.problem()));
        }
    }

    /** What its own status says of a tenant's login steers nothing but the tenant's own Job. */
    private static Optional<ToolLogin> login(ManagedDatabase database, DatabaseReferences server) {
        var status = database.getStatus();
        if (status == null
                || !isReady(status)
                || status.binding() == null
                || status.activeLogin() == null
                || status.databaseName() == null) {
            return Optional.empty();
        }
        return Optional.of(new ToolLogin(
                server.server().endpoint(),
                server.server().major(),
                status.databaseName(),
                status.activeLogin(),
                status.binding().name()));
    }

    private static boolean isReady(ManagedDatabaseStatus status) {
        return Conditions.isTrue(status.conditions(), ConditionType.DATABASE_READY)
                && Conditions.isTrue(status.conditions(), ConditionType.CREDENTIALS_READY);
    }

    private static Problem notReady(ManagedDatabase database) {
        return Problem.of(
                ProblemKind.WAITING,
                Reason.DATABASE_NOT_READY,
                "ManagedDatabase '" + database.getMetadata().getName() + "' is not Ready. Its conditions say why.");
    }

    private static Optional<Integer> quota(Project project) {
        return Optional.ofNullable(project.getSpec().quota()).map(Quota::backups);
    }

    /** Older ones came first, and so did those that are complete: times are to the second. What failed has no files. */
    private static Optional<Problem> noRoom(DatabaseBackup cr, Project project, int quota, Lookup lookup) {
        var namespace = cr.getMetadata().getNamespace();
        var name = project.getMetadata().getName();
        var before = in(namespace, DatabaseBackup.class, lookup).stream()
                .filter(other -> Operations.OLDEST_FIRST.compare(other, cr) < 0 || isComplete(other.getStatus()))
                .filter(other -> !hasFailed(other.getStatus()))
                .filter(other ->
                        !other.getMetadata().getUid().equals(cr.getMetadata().getUid()))
                .filter(other -> !FinalBackups.isOne(other))
                .filter(other -> database(other, lookup)
                        .filter(database -> Membership.isMember(database, namespace, name))
                        .isPresent())
                .count();
        return before < quota
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemKind.INVALID,
                        Reason.QUOTA_EXCEEDED,
                        "Project '" + name + "' has its " + quota
                                + " backups already. Delete one or raise `spec.quota.backups`."));
    }

    private static boolean isComplete(DatabaseBackupStatus status) {
        return status != null && Conditions.isTrue(status.conditions(), ConditionType.COMPLETE);
    }

    private static boolean hasFailed(DatabaseBackupStatus status) {
        return status != null && Conditions.isTrue(status.conditions(), ConditionType.FAILED);
    }

    private static ObjectId id(ManagedDatabase database) {
        var metadata = database.getMetadata();
        return new ObjectId("ManagedDatabase", metadata.getNamespace(), metadata.getName(), metadata.getUid());
    }
}
