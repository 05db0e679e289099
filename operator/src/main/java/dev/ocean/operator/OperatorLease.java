package dev.ocean.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Objects;

/** Our lease: given back on a clean stop, so that a successor does not wait for it to run out. */
final class OperatorLease {

    static final String NAME = "ocean-operator";

    private static final PatchContext MERGE =
            new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

    private OperatorLease() {}

    /** Empties the holder if it is still us; resource version and all, so that a successor's lease is never touched. */
    static void release(KubernetesClient client, String namespace, String identity) {
        var leases = client.resources(Lease.class).inNamespace(namespace).withName(NAME);
        try {
            var lease = leases.get();
            if (lease == null || !Objects.equals(identity, lease.getSpec().getHolderIdentity())) {
                return;
            }
            leases.patch(
                    MERGE,
                    "{\"metadata\":{\"resourceVersion\":\""
                            + lease.getMetadata().getResourceVersion()
                            + "\"},\"spec\":{\"holderIdentity\":\"\",\"leaseDurationSeconds\":1}}");
        } catch (KubernetesClientException e) {
            // Then it runs out by itself, a few seconds later.
            OperatorMain.LOG.atDebug().setCause(e).log("Lease not released");
        }
    }
}
