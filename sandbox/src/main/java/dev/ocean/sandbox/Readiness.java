package dev.ocean.sandbox;

import dev.ocean.sandbox.Tale.Expectation;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Patience;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Watches an object become what is expected, and shows what it waits for. */
final class Readiness {

    private final KubernetesClient client;
    private final Narration narration;
    private final LocalProcess operator;
    private String lastShown = "";

    Readiness(KubernetesClient client, Narration narration, LocalProcess operator) {
        this.client = client;
        this.narration = narration;
        this.operator = operator;
    }

    /**
     * Returns when the object is as expected.
     *
     * @throws dev.ocean.sandbox.process.ProcessFailure if that takes longer, or if the operator has ended
     */
    void await(HasMetadata object, Expectation expected, Duration limit) {
        var what = object.getKind() + " " + object.getMetadata().getName();
        Patience.await(what + " to be " + expected.condition(), limit, () -> {
            operator.requireAlive();
            var current = read(object);
            current.flatMap(found -> condition(found, "Ready")).ifPresent(condition -> show(what, condition));
            return current.filter(found -> isAs(found, expected)).isPresent();
        });
    }

    private static boolean isAs(GenericKubernetesResource object, Expectation expected) {
        return condition(object, expected.condition())
                .filter(condition -> "True".equals(condition.get("status")))
                .filter(condition -> expected.reason()
                        .map(reason -> reason.equals(condition.get("reason")))
                        .orElse(true))
                .isPresent();
    }

    /**
     * Reads the Secret that {@code status.binding.name} names.
     *
     * @return its data, base64 as the API has it; empty if there is none
     * @see <a href="https://servicebinding.io/spec/core/1.1.0/#provisioned-service">Service Binding, Provisioned Service</a>
     */
    Map<String, String> secretOf(HasMetadata object) {
        return read(object)
                .flatMap(current -> Optional.<Object>ofNullable(current.get("status", "binding", "name")))
                .map(name -> client.secrets()
                        .inNamespace(object.getMetadata().getNamespace())
                        .withName(name.toString())
                        .get())
                .flatMap(secret -> Optional.ofNullable(secret.getData()))
                .orElseGet(Map::of);
    }

    private Optional<GenericKubernetesResource> read(HasMetadata object) {
        return Optional.ofNullable(client.genericKubernetesResources(object.getApiVersion(), object.getKind())
                .inNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .get());
    }

    private static Optional<Map<?, ?>> condition(GenericKubernetesResource object, String type) {
        List<?> conditions =
                Optional.<List<?>>ofNullable(object.get("status", "conditions")).orElseGet(List::of);
        for (var condition : conditions) {
            if (condition instanceof Map<?, ?> fields && type.equals(fields.get("type"))) {
                return Optional.of(fields);
            }
        }
        return Optional.empty();
    }

    private void show(String what, Map<?, ?> condition) {
        var line = "%s: Ready=%s, %s: %s"
                .formatted(what, condition.get("status"), condition.get("reason"), condition.get("message"));
        if (!line.equals(lastShown)) {
            lastShown = line;
            narration.step(line);
        }
    }
}
