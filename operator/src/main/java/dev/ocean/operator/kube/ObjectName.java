package dev.ocean.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Where an object is on the API server. */
public record ObjectName(Class<? extends HasMetadata> type, String namespace, String name) {

    @Override
    public String toString() {
        return HasMetadata.getKind(type) + " " + namespace + "/" + name;
    }
}
