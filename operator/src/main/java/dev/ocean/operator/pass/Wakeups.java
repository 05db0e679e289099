package dev.ocean.operator.pass;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/** Lets one part of the operator ask for passes of a kind's objects. What is asked before the controller runs is dropped: it looks at everything when it starts. */
public final class Wakeups<P extends HasMetadata> extends AbstractEventSource<Void, P> {

    Wakeups() {
        super(Void.class, "wakeups");
    }

    public void wake(String namespace, String name) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(new ResourceID(name, namespace)));
        }
    }

    /** {@return what calls {@link #wake}; equal for the same object} */
    public Runnable waking(HasMetadata object) {
        return new Waking<>(
                this, object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    private record Waking<P extends HasMetadata>(Wakeups<P> wakeups, String namespace, String name)
            implements Runnable {
        @Override
        public void run() {
            wakeups.wake(namespace, name);
        }
    }

    @Override
    public Set<Void> getSecondaryResources(P primary) {
        return Set.of();
    }
}
