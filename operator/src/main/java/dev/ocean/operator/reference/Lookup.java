package dev.ocean.operator.reference;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;

/** The informers' caches: quick, and a moment behind. What is destroyed is read live. */
public interface Lookup {

    <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name);

    /** Cluster-scoped. */
    <T extends HasMetadata> Optional<T> find(Class<T> type, String name);

    /** All of a type that we watch, unordered. */
    <T extends HasMetadata> List<T> all(Class<T> type);
}
