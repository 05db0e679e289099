package dev.ocean.operator.reference;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;

/** The API server itself, for who is about to let something go: what a cache has not seen yet must not be forgotten. */
public record LiveLookup(ObjectStore objects) implements Lookup {

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return objects.read(new ObjectName(type, namespace, name)).map(type::cast);
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
        return objects.read(ObjectName.ofCluster(type, name)).map(type::cast);
    }

    @Override
    public <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.listAll(type);
    }
}
