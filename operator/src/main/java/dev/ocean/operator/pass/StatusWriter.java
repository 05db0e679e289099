package dev.ocean.operator.pass;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.kube.Answers;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;

/** Writes a status, whole and only where it differs; the one place that does. */
final class StatusWriter {

    private StatusWriter() {}

    /**
     * By server-side apply, with the answer put into the cache: the next pass would read its own status stale and count or time from it.
     *
     * @throws dev.ocean.operator.report.Blocked as every write does
     */
    static <P extends CustomResource<?, S>, S extends ConditionedStatus> void write(
            P cr, S status, Kind<P, S> kind, Context<P> context) {
        if (status.equals(cr.getStatus())) {
            return;
        }
        var fresh = kind.fresh().get();
        fresh.setMetadata(new ObjectMetaBuilder()
                .withNamespace(cr.getMetadata().getNamespace())
                .withName(cr.getMetadata().getName())
                .build());
        fresh.setStatus(status);
        try {
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(cr, fresh, context);
        } catch (KubernetesClientException e) {
            throw Answers.blocked("report on", kind.object(cr), e);
        }
    }
}
