package dev.ocean.sandbox;

import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Patience;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Watches an object become Ready, and shows what it waits for. */
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
     * Returns when the condition Ready is True.
     *
     * @throws dev.ocean.sandbox.process.ProcessFailure if that takes longer, or if the operator has ended
     */
    void await(HasMetadata object, Duration limit) {
        var what = object.getKind() + " " + object.getMetadata().getName();
        Patience.await(what + " to be Ready", limit, () -> {
            operator.requireAlive();
            var ready = read(object).flatMap(Readiness::readyCondition);
            ready.ifPresent(condition -> show(what, condition));
            return ready.filter(condition -> "True".equals(condition.get("status")))
                    .isPresent();
        });
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

    private static Optional<Map<?, ?>> readyCondition(GenericKubernetesResource object) {
        List<?> conditions =
                Optional.<List<?>>ofNullable(object.get("status", "conditions")).orElseGet(List::of);
        for (var condition : conditions) {
            if (condition instanceof Map<?, ?> fields && "Ready".equals(fields.get("type"))) {
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
