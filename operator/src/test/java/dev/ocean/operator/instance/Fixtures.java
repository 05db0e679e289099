package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus;
import dev.ocean.operator.api.v1beta1.SecretReference;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.tenancy.ServerFacts;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A valid PostgresInstance {@code shop/main}, its connection Secret and a server that meets every requirement. */
final class Fixtures {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final ObjectId ID = new ObjectId("PostgresInstance", "shop", "main", "i-1");

    private Fixtures() {}

    static PostgresInstance cr() {
        var cr = new PostgresInstance();
        cr.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("main")
                .withUid("i-1")
                .withGeneration(1L)
                .build());
        cr.setSpec(new PostgresInstanceSpec(
                new PostgresInstanceSpec.External(new SecretReference("main-admin")),
                new PostgresInstanceSpec.AllowedNamespaces(PostgresInstanceSpec.From.SAME, null),
                null,
                new PostgresInstanceSpec.Limits(null, 50),
                null));
        return cr;
    }

    static PostgresInstance with(PostgresInstanceStatus status) {
        var cr = cr();
        cr.setStatus(status);
        return cr;
    }

    static PostgresInstance annotated(PostgresInstance cr, String key, String value) {
        cr.getMetadata().setAnnotations(Map.of(key, value));
        return cr;
    }

    static Map<String, String> values() {
        return Map.of(
                "host",
                "db.example.org",
                "port",
                "5432",
                "username",
                "ocean_admin",
                "password",
                "pass-word-1",
                "sslmode",
                "require");
    }

    /** @param value null takes the key out */
    static Map<String, String> valuesWith(String key, @Nullable String value) {
        var values = new HashMap<>(values());
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        return values;
    }

    static Secret secret(Map<String, String> values) {
        var data = new HashMap<String, String>();
        values.forEach((key, value) -> data.put(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("main-admin")
                .withLabels(Map.of("ocean.dev/role", "admin-credentials"))
                .endMetadata()
                .withData(data)
                .build();
    }

    static ServerFacts server() {
        return server("7400000000000000001", 170_012, "ocean_admin", false, true, true);
    }

    static ServerFacts server(
            String identifier,
            int version,
            String admin,
            boolean superuser,
            boolean createDatabase,
            boolean createRole) {
        return new ServerFacts(identifier, version, admin, superuser, createDatabase, createRole, List.of());
    }

    static InstanceRequest request(PostgresInstance cr) {
        return InstanceRequest.parse(cr, ID, Optional.of(secret(values())));
    }
}
