package dev.ocean.sandbox;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import static java.util.Objects.requireNonNull;

/** Makes a database and a Secret for one Shelf, and the Shelf Ready; names come by environment, as a Deployment gives them. */
final class FakeOperator {

    private static final String NAMESPACE = "library";

    private FakeOperator() {}

    public static void main(String... arguments) throws InterruptedException, SQLException {
        try (var client = new KubernetesClientBuilder().build()) {
            var shelf = client.genericKubernetesResources("test.example/v1", "Shelf")
                    .inNamespace(NAMESPACE)
                    .withName(variable("SHELF"));
            shelf.waitUntilCondition(found -> found != null, 30, TimeUnit.SECONDS);
            createDatabase(client);
            shelf.editStatus(FakeOperator::ready);
            Thread.currentThread().join();
        }
    }

    private static void createDatabase(KubernetesClient client) throws SQLException {
        var server = client.secrets()
                .inNamespace(NAMESPACE)
                .withName(variable("SERVER_SECRET"))
                .require();
        var url = "jdbc:postgresql://%s:%s/postgres?sslmode=require"
                .formatted(decoded(server, "host"), decoded(server, "port"));
        try (var connection =
                        DriverManager.getConnection(url, decoded(server, "username"), decoded(server, "password"));
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE books");
        }
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(variable("SHELF"))
                        .endMetadata()
                        .withData(server.getData())
                        .addToStringData("database", "books")
                        .build())
                .create();
    }

    private static GenericKubernetesResource ready(GenericKubernetesResource shelf) {
        var condition = Map.of("type", "Ready", "status", "True", "reason", "Filled", "message", "all books are there");
        var binding = Map.of("name", variable("SHELF"));
        shelf.setAdditionalProperty("status", Map.of("conditions", List.of(condition), "binding", binding));
        return shelf;
    }

    private static String decoded(Secret secret, String key) {
        var value = requireNonNull(secret.getData().get(key), key);
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    private static String variable(String name) {
        return requireNonNull(System.getenv(name), name);
    }
}
