package dev.ocean.operator.pass;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.kube.Answers;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        fresh.setStatus(status);
        apply(fresh, cr, kind, context);
    }

    /** Writes other conditions and leaves the rest as it is; a status that is not there yet has nothing else. */
    static <P extends CustomResource<?, S>, S extends ConditionedStatus> void writeConditions(
            P cr, List<Condition> conditions, Kind<P, S> kind, Context<P> context) {
        @Nullable S status = cr.getStatus();
        if (status != null && conditions.equals(status.conditions())) {
            return;
        }
        var json = context.getClient().getKubernetesSerialization();
        var fields = new LinkedHashMap<String, Object>();
        if (status != null) {
            Map<?, ?> known = json.convertValue(status, Map.class);
            known.forEach((key, value) -> fields.put(key.toString(), value));
        }
        fields.put("conditions", conditions);
        apply(json.convertValue(Map.of("status", fields), kind.type()), cr, kind, context);
    }

    private static <P extends CustomResource<?, S>, S extends ConditionedStatus> void apply(
            P fresh, P cr, Kind<P, S> kind, Context<P> context) {
        fresh.setMetadata(new ObjectMetaBuilder()
                .withNamespace(cr.getMetadata().getNamespace())
                .withName(cr.getMetadata().getName())
                .build());
        try {
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(cr, fresh, context);
        } catch (KubernetesClientException e) {
            throw Answers.blocked("report on", kind.object(cr), e);
        }
    }
}
