package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import static java.util.Map.entry;

/** The node's object and its lease. */
record NodeRegistration(KubernetesClient client, String name, int logPort) {

    /** How often a kubelet renews its lease. */
    static final Duration RENEWAL = Duration.ofSeconds(10);

    /** Makes the node, Ready from the start, as nobody would wait for it. */
    void register() {
        renewLease();
        var values = Map.ofEntries(
                entry("NODE", name),
                entry("ARCHITECTURE", "aarch64".equals(System.getProperty("os.arch")) ? "arm64" : "amd64"),
                entry("PORT", Integer.toString(logPort)),
                entry("NOW", Instant.now().toString()));
        var node = new Template("node.yaml").with(values, Node.class, client.getKubernetesSerialization());
        client.resource(new NodeBuilder(node).withStatus(null).build()).serverSideApply();
        client.resource(node).patchStatus();
    }

    void renewLease() {
        var yaml = client.getKubernetesSerialization();
        var lease = new Template("lease.yaml").with(Map.of("NODE", name), Lease.class, yaml);
        lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
        client.resource(lease).forceConflicts().serverSideApply();
    }
}
