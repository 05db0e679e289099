package dev.ocean.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Where an object is on the API server.
 *
 * @param namespace empty for what is in none
 */
public record ObjectName(Class<? extends HasMetadata> type, String namespace, String name) {

    public static ObjectName ofCluster(Class<? extends HasMetadata> type, String name) {
        return new ObjectName(type, "", name);
    }

    @Override
    public String toString() {
        return HasMetadata.getKind(type) + " " + namespace + "/" + name;
    }
}
