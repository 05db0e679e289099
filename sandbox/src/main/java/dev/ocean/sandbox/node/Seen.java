package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.function.Consumer;

/** What an informer tells, without a difference between new, changed and shown again. */
record Seen<T extends HasMetadata>(Consumer<T> present, Consumer<T> gone) implements ResourceEventHandler<T> {

    /** How often everything is shown again, so that what failed is tried again. */
    static final long RESYNC_MILLIS = Duration.ofSeconds(2).toMillis();

    @Override
    public void onAdd(T object) {
        present.accept(object);
    }

    @Override
    public void onUpdate(T before, T object) {
        if (!before.getMetadata().getUid().equals(object.getMetadata().getUid())) {
            // A successor of the same name: the deletion was missed.
            gone.accept(before);
        }
        present.accept(object);
    }

    @Override
    public void onDelete(T object, boolean unknownLastState) {
        gone.accept(object);
    }
}
