package dev.ocean.operator.pass;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.function.Supplier;

/**
 * One of our kinds.
 *
 * @param fresh an empty object of it: a patch is never made from the object that we were given, which has a {@code spec}
 */
public record Kind<P extends CustomResource<?, S>, S extends ConditionedStatus>(Class<P> type, Supplier<P> fresh) {

    public String name() {
        return HasMetadata.getKind(type);
    }

    public ObjectId id(P cr) {
        var metadata = cr.getMetadata();
        return new ObjectId(name(), metadata.getNamespace(), metadata.getName(), metadata.getUid());
    }

    public ObjectName object(P cr) {
        return new ObjectName(
                type, cr.getMetadata().getNamespace(), cr.getMetadata().getName());
    }
}
