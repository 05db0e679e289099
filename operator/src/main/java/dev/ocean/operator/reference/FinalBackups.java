package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Resolves what a last backup needs: the database that is being deleted, and the Secret with the login that was opened for it alone. What its label says gives nobody
 * anything: without that login nothing is dumped.
 */
public final class FinalBackups {

    /** The database's own pass opens it, which wakes nobody. */
    static final Problem NOT_OPEN = Problem.of(
                    ProblemKind.WAITING,
                    Reason.DATABASE_NOT_READY,
                    "The database is being closed for its last backup; a login of the backup's own opens then.")
            .after(Duration.ofSeconds(1));

    private final References references;
    private final ObjectStore objects;

    FinalBackups(References references, ObjectStore objects) {
        this.references = references;
        this.objects = objects;
    }

    public static boolean isOne(DatabaseBackup backup) {
        return of(backup).isPresent();
    }

    /** UID of the ManagedDatabase that it is said to be the last backup of. */
    private static Optional<String> of(DatabaseBackup backup) {
        return Optional.ofNullable(backup.getMetadata().getLabels()).map(labels -> labels.get(Labels.FINAL_OF));
    }

    /** Read live before it is missed: that is final. */
    ManagedDatabase database(DatabaseBackup cr, Lookup lookup) {
        return named(cr, lookup)
                .or(() -> named(cr, new LiveLookup(objects)))
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.FAILED,
                        Reason.DATABASE_MISSING,
                        "The ManagedDatabase whose last backup this was to be is gone. Delete this object."));
    }

    private static Optional<ManagedDatabase> named(DatabaseBackup cr, Lookup lookup) {
        return BackupStorage.database(cr, lookup)
                .filter(database -> Optional.of(database.getMetadata().getUid()).equals(of(cr)));
    }

    DatabaseReferences server(ManagedDatabase database, Lookup lookup) {
        return references
                .ofRemoved(database, lookup)
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.WAITING,
                        Reason.INSTANCE_NOT_READY,
                        "The database was never on a server that can be used."));
    }

    /** Empty until it is open. */
    Optional<ToolLogin> login(DatabaseBackup cr, DatabaseReferences server) {
        return secretOf(cr, objects)
                .filter(secret -> "true"
                        .equals(Optional.ofNullable(secret.getMetadata().getAnnotations())
                                .map(annotations -> annotations.get(Annotations.LOGIN_OPEN))
                                .orElse("")))
                .map(secret -> new ToolLogin(
                        server.server().endpoint(),
                        server.server().major(),
                        text(secret, ConnectionSecret.DATABASE),
                        text(secret, ConnectionSecret.USERNAME),
                        secret.getMetadata().getName()));
    }

    /** The Secret that a last backup owns; empty also for a backup that is none. */
    public static Optional<Secret> secretOf(DatabaseBackup cr, ObjectStore objects) {
        return of(cr).flatMap(uid -> secretOf(
                cr.getMetadata().getNamespace(),
                cr.getMetadata().getName(),
                cr.getMetadata().getUid(),
                objects));
    }

    private static Optional<Secret> secretOf(String namespace, String name, String uid, ObjectStore objects) {
        return objects.read(new ObjectName(Secret.class, namespace, ResourceNames.finalLogin(name)))
                .map(Secret.class::cast)
                .filter(secret -> secret.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(uid)));
    }

    private static String text(Secret secret, String key) {
        var encoded = Objects.requireNonNullElse(secret.getData().get(key), "");
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }
}
