package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Preconditions;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import static java.util.Map.entry;

/** What a kubelet writes about a pod. */
record PodApi(KubernetesClient client, Pod pod, String node) {

    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);

    private static final int TOO_MANY_REQUESTS = 429;

    /**
     * Writes the status; conditions of others stay.
     *
     * @return whether it stands, or nobody is left who could read it; else the API could not be reached
     */
    boolean write(Map<String, Object> status) {
        // With the UID the API server refuses it for a successor of the same name.
        var patch = Map.of("metadata", Map.of("uid", pod.getMetadata().getUid()), "status", status);
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .subresource("status")
                    .patch(STRATEGIC, client.getKubernetesSerialization().asJson(patch));
            return true;
        } catch (KubernetesClientException e) {
            if (isUnavailable(e)) {
                return false;
            }
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Takes away a pod that was deleted, which waits for its node to say that nothing of it runs any more.
     *
     * @return whether it, and no successor of the same name, is taken away; else the API could not be reached
     */
    boolean confirmDeletion() {
        var metadata = pod.getMetadata();
        var options = new DeleteOptionsBuilder()
                .withApiVersion("v1")
                .withGracePeriodSeconds(0L)
                .withPreconditions(new Preconditions(null, metadata.getUid()))
                .build();
        try {
            client.raw(
                    "/api/v1/namespaces/%s/pods/%s".formatted(metadata.getNamespace(), metadata.getName()),
                    "DELETE",
                    options);
            return true;
        } catch (KubernetesClientException e) {
            return !isUnavailable(e);
        }
    }

    void note(String reason, String message) {
        tell("Normal", reason, message);
    }

    void warn(String reason, String message) {
        tell("Warning", reason, message);
    }

    /** Tells the people who look; as with a kubelet, what cannot be told is not told again. */
    private void tell(String type, String reason, String message) {
        var now = Instant.now();
        var metadata = pod.getMetadata();
        var values = Map.ofEntries(
                entry("NAMESPACE", metadata.getNamespace()),
                entry("EVENT", "%s.%x".formatted(metadata.getName(), ChronoUnit.NANOS.between(Instant.EPOCH, now))),
                entry("POD", metadata.getName()),
                entry("UID", metadata.getUid()),
                entry("TYPE", type),
                entry("REASON", reason),
                entry("MESSAGE", message),
                entry("NOW", now.truncatedTo(ChronoUnit.SECONDS).toString()),
                entry("NODE", node));
        var event = new Template("event.yaml").with(values, Event.class, client.getKubernetesSerialization());
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            // A namespace that is being deleted takes no events.
        }
    }

    private static boolean isUnavailable(KubernetesClientException e) {
        // Below the codes of errors: there was no answer.
        return e.getCode() < HttpURLConnection.HTTP_BAD_REQUEST
                || e.getCode() == TOO_MANY_REQUESTS
                || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    }
}
