package dev.ocean.operator.pass;

import dev.ocean.operator.reference.Lookup;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Optional;

/** The caches of one controller: its own kind's, and those of its event sources. */
public final class ContextLookup<P extends HasMetadata> implements Lookup {

    private final Context<P> context;

    public ContextLookup(Context<P> context) {
        this.context = context;
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return cache(type).get(new ResourceID(name, namespace));
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
        return cache(type).get(new ResourceID(name));
    }

    @Override
    public <T extends HasMetadata> List<T> all(Class<T> type) {
        return cache(type).list().toList();
    }

    @SuppressWarnings("unchecked") // Every source that EventSources makes is a cache of the type that it was asked by.
    private <T extends HasMetadata> ResourceCache<T> cache(Class<T> type) {
        var sources = context.eventSourceRetriever();
        if (context.getControllerConfiguration().getResourceClass().equals(type)) {
            return (ResourceCache<T>) sources.getControllerEventSource();
        }
        return (ResourceCache<T>) sources.getEventSourceFor(type);
    }
}
