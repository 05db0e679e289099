package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.BackupReference;
import dev.ocean.operator.api.v1beta1.InstanceReference;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.Credentials;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.Extension;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.RestoreFrom;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.Schema;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.SecretTemplate;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectReference;
import dev.ocean.operator.api.v1beta1.ProjectSpec;
import dev.ocean.operator.api.v1beta1.ProjectSpec.BackupPolicy;
import dev.ocean.operator.api.v1beta1.ProjectSpec.Backups;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.connection.Endpoint;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.TlsMode;
import dev.ocean.operator.reference.DatabaseReferences;
import dev.ocean.operator.reference.ServerDirectory;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.tenancy.Adoption;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.testkit.SimulatedServer;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A valid ManagedDatabase {@code shop/orders} and what its names resolve to, with copies that differ in what a test is about. */
final class Fixtures {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final String INSTALLATION = "installation-1";
    static final String NAMESPACE_UID = "namespace-1";
    static final ObjectId ID = new ObjectId("ManagedDatabase", "shop", "orders", "cr-1");

    private Fixtures() {}

    /**
     * A specification that asks for nothing special.
     *
     * @param secretTemplate null for none
     */
    record Wish(
            @Nullable String databaseName,
            @Nullable Integer connectionLimit,
            Map<String, String> parameters,
            List<Extension> extensions,
            List<Schema> schemas,
            @Nullable String secretName,
            @Nullable Instant rotateAfterTime,
            @Nullable SecretTemplate secretTemplate,
            @Nullable DeletionPolicy deletionPolicy,
            @Nullable InstanceReference instance) {

        Wish withDatabaseName(String name) {
            return new Wish(
                    name,
                    connectionLimit,
                    parameters,
                    extensions,
                    schemas,
                    secretName,
                    rotateAfterTime,
                    secretTemplate,
                    deletionPolicy,
                    instance);
        }

        Wish withConnectionLimit(int limit) {
            return new Wish(
                    databaseName,
                    limit,
                    parameters,
                    extensions,
                    schemas,
                    secretName,
                    rotateAfterTime,
                    secretTemplate,
                    deletionPolicy,
                    instance);
        }

        Wish withParameters(Map<String, String> wanted) {
            return new Wish(
                    databaseName,
                    connectionLimit,
                    wanted,
                    extensions,
                    schemas,
                    secretName,
                    rotateAfterTime,
                    secretTemplate,
                    deletionPolicy,
                    instance);
        }

        Wish withExtensions(Extension... wanted) {
            return new Wish(
                    databaseName,
                    connectionLimit,
                    parameters,
                    List.of(wanted),
                    schemas,
                    secretName,
                    rotateAfterTime,
                    secretTemplate,
                    deletionPolicy,
                    instance);
        }

        Wish withSchemas(String... wanted) {
            var all = List.of(wanted).stream().map(Schema::new).toList();
            return new Wish(
                    databaseName,
                    connectionLimit,
                    parameters,
                    extensions,
                    all,
                    secretName,
                    rotateAfterTime,
                    secretTemplate,
                    deletionPolicy,
                    instance);
        }

        Wish withSecretName(String name) {
            return new Wish(
                    databaseName,
                    connectionLimit,
                    parameters,
                    extensions,
                    schemas,
                    name,
                    rotateAfterTime,
                    secretTemplate,
                    deletionPolicy,
                    instance);
        }

        Wish withRotationAfter(Instant time) {
            return new Wish(
                    databaseName,
                    connectionLimit,
                    parameters,
                    extensions,
                    schemas,
                    secretName,
                    time,
                    secretTemplate,
                    deletionPolicy,
                    instance);
        }

        Wish withTemplate(SecretTemplate template) {
            return new Wish(
                    databaseName,
                    connectionLimit,
                    parameters,
                    extensions,
                    schemas,
                    secretName,
                    rotateAfterTime,
                    template,
                    deletionPolicy,
                    instance);
        }

        Wish withPolicy(DeletionPolicy policy) {
            return new Wish(
                    databaseName,
                    connectionLimit,
                    parameters,
                    extensions,
                    schemas,
                    secretName,
                    rotateAfterTime,
                    secretTemplate,
                    policy,
                    instance);
        }

        ManagedDatabaseSpec spec() {
            return new ManagedDatabaseSpec(
                    new ProjectReference("shop"),
                    instance,
                    databaseName,
                    "UTF8",
                    null,
                    connectionLimit,
                    parameters,
                    extensions,
                    schemas,
                    new Credentials(secretName, rotateAfterTime, secretTemplate),
                    null,
                    deletionPolicy,
                    false);
        }
    }

    /** Born from backup {@code nightly}. */
    static ManagedDatabaseSpec bornSpec(@Nullable DeletionPolicy policy) {
        return new ManagedDatabaseSpec(
                new ProjectReference("shop"),
                null,
                null,
                "UTF8",
                null,
                null,
                Map.of("statement_timeout", "30s"),
                List.of(),
                List.of(),
                null,
                new RestoreFrom(new BackupReference("nightly")),
                policy,
                false);
    }

    static Wish wish() {
        return new Wish(null, null, Map.of(), List.of(), List.of(), null, null, null, null, null);
    }

    static Namespace namespace() {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName("shop")
                .withUid(NAMESPACE_UID)
                .endMetadata()
                .build();
    }

    /**
     * @param backups null for no volume
     * @param finalBackup null for the default
     */
    static Project project(@Nullable Backups backups, @Nullable FinalBackup finalBackup) {
        var project = new Project();
        project.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("shop")
                .withUid("project-1")
                .build());
        project.setSpec(new ProjectSpec(
                null,
                backups,
                null,
                new ProjectSpec.OnDelete(DeletionPolicy.DELETE, BackupPolicy.RETAIN, finalBackup),
                false));
        return project;
    }

    static ManagedDatabase cr(ManagedDatabaseSpec spec) {
        return cr("cr-1", 1, spec);
    }

    static ManagedDatabase cr(String uid, long generation, ManagedDatabaseSpec spec) {
        var cr = new ManagedDatabase();
        cr.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("orders")
                .withUid(uid)
                .withGeneration(generation)
                .withCreationTimestamp("2026-11-22T09:59:00Z")
                .build());
        cr.setSpec(spec);
        return cr;
    }

    /** One instance in the database's own namespace, with a private CA. */
    static DatabaseReferences references() {
        return on("instance-1", "db.example.org");
    }

    static DatabaseReferences on(String instanceUid, String host) {
        return new DatabaseReferences(
                INSTALLATION,
                NAMESPACE_UID,
                new ObjectId("PostgresInstance", "shop", "main-" + instanceUid, instanceUid),
                new ServerDirectory.Entry(
                        new Endpoint(host, 5432, TlsMode.VERIFY_FULL, Optional.of("CA of " + host)),
                        SimulatedServer.ADMIN,
                        "postgres",
                        "17.12",
                        SimulatedServer.IDENTIFIER),
                Optional.empty(),
                50,
                Adoption.NONE,
                false,
                Optional.empty());
    }

    static DatabaseReferences withAllowedExtensions(List<String> names) {
        var plain = references();
        return new DatabaseReferences(
                plain.installation(),
                plain.namespaceUid(),
                plain.instance(),
                plain.server(),
                Optional.of(names),
                plain.connectionsPerDatabase(),
                plain.adoption(),
                plain.restoring(),
                plain.noRoom());
    }

    static DatabaseReferences withoutRoom(Problem problem) {
        var plain = references();
        return new DatabaseReferences(
                plain.installation(),
                plain.namespaceUid(),
                plain.instance(),
                plain.server(),
                plain.allowedExtensions(),
                plain.connectionsPerDatabase(),
                plain.adoption(),
                plain.restoring(),
                Optional.of(problem));
    }

    static DatabaseReferences restoring() {
        var plain = references();
        return new DatabaseReferences(
                plain.installation(),
                plain.namespaceUid(),
                plain.instance(),
                plain.server(),
                plain.allowedExtensions(),
                plain.connectionsPerDatabase(),
                plain.adoption(),
                true,
                plain.noRoom());
    }

    static DatabaseReferences adopting(Adoption adoption) {
        var plain = references();
        return new DatabaseReferences(
                plain.installation(),
                plain.namespaceUid(),
                plain.instance(),
                plain.server(),
                plain.allowedExtensions(),
                plain.connectionsPerDatabase(),
                adoption,
                plain.restoring(),
                plain.noRoom());
    }

    static OwnershipMark mark(String uid) {
        return OwnershipMark.of(INSTALLATION, NAMESPACE_UID, new ObjectId("ManagedDatabase", "shop", "orders", uid));
    }

    /** Of the same namespace and name, in a namespace that was made anew. */
    static OwnershipMark markOfAnotherNamespace() {
        return OwnershipMark.of(INSTALLATION, "namespace-0", new ObjectId("ManagedDatabase", "shop", "orders", "cr-1"));
    }
}
