package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;

/** The node's object and its lease. Its resources are those of a generous machine: nothing is measured or limited. */
record NodeRegistration(KubernetesClient client, String name, int logPort) {

    /** How often a kubelet renews its lease. */
    static final Duration RENEWAL = Duration.ofSeconds(10);

    private static final int LEASE_SECONDS = 40;
    private static final Map<String, Quantity> RESOURCES = Map.of(
            "cpu", new Quantity("64"),
            "memory", new Quantity("256Gi"),
            "ephemeral-storage", new Quantity("1Ti"),
            "pods", new Quantity("250"));

    /** Makes the node, Ready from the start, as nobody would wait for it. */
    void register() {
        renewLease();
        client.resource(node()).serverSideApply();
        client.resource(new NodeBuilder(node()).withStatus(status()).build()).patchStatus();
    }

    void renewLease() {
        client.resource(lease()).forceConflicts().serverSideApply();
    }

    private Node node() {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .addToLabels("kubernetes.io/os", "linux")
                .addToLabels("kubernetes.io/arch", architecture())
                .endMetadata()
                .build();
    }

    private NodeStatus status() {
        return new NodeStatusBuilder()
                .withCapacity(RESOURCES)
                .withAllocatable(RESOURCES)
                .withConditions(condition("Ready", "True", "KubeletReady"))
                .addToConditions(condition("MemoryPressure", "False", "KubeletHasSufficientMemory"))
                .addToConditions(condition("DiskPressure", "False", "KubeletHasNoDiskPressure"))
                .addToConditions(condition("PIDPressure", "False", "KubeletHasSufficientPID"))
                // No host name: the API server would look it up.
                .addNewAddress("127.0.0.1", "InternalIP")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(logPort)
                .endDaemonEndpoints()
                .build();
    }

    private static NodeCondition condition(String type, String status, String reason) {
        var now = Instant.now().toString();
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage("said by the sandbox, which does not look")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .build();
    }

    private Lease lease() {
        return new LeaseBuilder()
                .withNewMetadata()
                .withNamespace("kube-node-lease")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(name)
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                .endSpec()
                .build();
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm64";
            default -> "amd64";
        };
    }
}
