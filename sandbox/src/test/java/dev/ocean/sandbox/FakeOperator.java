package dev.ocean.sandbox;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Makes the one Shelf Ready and binds it to a Secret; both names come by environment, as a Deployment gives them. */
final class FakeOperator {

    private FakeOperator() {}

    public static void main(String... arguments) throws InterruptedException {
        try (var client = new KubernetesClientBuilder().build()) {
            var shelves = client.genericKubernetesResources("test.example/v1", "Shelf").inNamespace("library");
            var shelf = shelves.withName(variable("SHELF"));
            shelf.waitUntilCondition(found -> found != null, 30, TimeUnit.SECONDS);
            shelf.editStatus(FakeOperator::ready);
            Thread.currentThread().join();
        }
    }

    private static GenericKubernetesResource ready(GenericKubernetesResource shelf) {
        var condition = Map.of("type", "Ready", "status", "True", "reason", "Filled", "message", "all books are there");
        var binding = Map.of("name", variable("SECRET"));
        shelf.setAdditionalProperty("status", Map.of("conditions", List.of(condition), "binding", binding));
        return shelf;
    }

    private static String variable(String name) {
        return requireNonNull(System.getenv(name), name);
    }
}
