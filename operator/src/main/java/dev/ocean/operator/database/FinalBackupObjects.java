package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.plan.Step;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import static java.nio.charset.StandardCharsets.UTF_8;

/** The objects of the last backup of one database as they should be. */
final class FinalBackupObjects {

    private static final String API_VERSION = "ocean.dev/v1beta1";
    private static final String KIND = "DatabaseBackup";

    private FinalBackupObjects() {}

    static ObjectName backupName(DatabaseRequest request) {
        var id = request.id();
        return new ObjectName(DatabaseBackup.class, id.namespace(), ResourceNames.finalBackup(id.name(), id.uid()));
    }

    static ObjectName loginName(DatabaseRequest request) {
        var backup = backupName(request);
        return new ObjectName(Secret.class, backup.namespace(), ResourceNames.finalLogin(backup.name()));
    }

    /** @param uid of the backup */
    static ObjectId backupId(DatabaseRequest request, String uid) {
        var name = backupName(request);
        return new ObjectId(KIND, name.namespace(), name.name(), uid);
    }

    /** It carries no owner reference: garbage collection would delete data. */
    static DatabaseBackup backup(DatabaseRequest request) {
        var name = backupName(request);
        var backup = new DatabaseBackup();
        backup.setMetadata(new ObjectMetaBuilder()
                .withNamespace(name.namespace())
                .withName(name.name())
                .withLabels(labels(request, "final-backup"))
                .build());
        backup.setSpec(new DatabaseBackupSpec(
                new DatabaseReference(request.id().name()),
                Verification.ROW_COUNTS,
                FilePolicy.DELETE,
                null,
                false,
                null));
        return backup;
    }

    /**
     * The login of the backup's own, as the generated Secret may be gone already. Its labels lead to the database, which is woken when it goes; it belongs to the backup.
     *
     * @param uid of the backup
     */
    static Secret login(DatabaseRequest request, String uid, Credentials credentials) {
        var name = loginName(request);
        var endpoint = request.references().server().endpoint();
        var values = new LinkedHashMap<String, String>();
        values.put(ConnectionSecret.USERNAME, credentials.username());
        values.put(ConnectionSecret.PASSWORD, credentials.password().reveal());
        values.put(ConnectionSecret.DATABASE, request.names().database().value());
        endpoint.ca().ifPresent(ca -> values.put(ConnectionSecret.CA, ca));
        values.replaceAll((key, value) -> Base64.getEncoder().encodeToString(value.getBytes(UTF_8)));
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(name.namespace())
                .withName(name.name())
                .withLabels(labels(request, "final-login"))
                .withOwnerReferences(owner(backupId(request, uid)))
                .endMetadata()
                .withData(values)
                .build();
    }

    private static OwnerReference owner(ObjectId backup) {
        return new OwnerReferenceBuilder()
                .withApiVersion(API_VERSION)
                .withKind(KIND)
                .withName(backup.name())
                .withUid(backup.uid())
                .withController(true)
                .build();
    }

    private static Map<String, String> labels(DatabaseRequest request, String component) {
        var labels = new LinkedHashMap<>(Labels.of(request.id(), component));
        labels.put(Labels.PROJECT, request.project());
        labels.put(Labels.DATABASE, request.id().name());
        labels.put(Labels.FINAL_OF, request.id().uid());
        return labels;
    }

    /** Tells the backup that its login works. */
    static Step opened(DatabaseRequest request, ObservedSecret.Ours login) {
        return new Step.Patch(
                loginName(request),
                Map.of(
                        "metadata",
                        Map.of(
                                "uid",
                                login.uid(),
                                "resourceVersion",
                                login.resourceVersion(),
                                "annotations",
                                Map.of(Annotations.LOGIN_OPEN, "true"))));
    }

    static boolean isOpened(ObservedSecret.Ours login) {
        return "true".equals(login.annotations().get(Annotations.LOGIN_OPEN));
    }
}
