package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;
import java.util.Optional;

/**
 * The CR that a pass is about, as far as the executor must know it.
 *
 * @param server where its steps run
 * @param generation of the specification that the plan is about
 * @param resourceVersion of the object that the plan is about
 */
public record Subject(ObjectName name, ObjectId id, ServerKey server, long generation, String resourceVersion) {

    public static Subject of(HasMetadata cr, ObjectId id, ServerKey server) {
        return new Subject(
                new ObjectName(cr.getClass(), id.namespace(), id.name()),
                id,
                server,
                generation(cr),
                Objects.requireNonNullElse(cr.getMetadata().getResourceVersion(), ""));
    }

    /** Deletes it by a rule of its own, if nobody wrote to it since. */
    public Step.Delete expired() {
        return new Step.Delete(name, new Sighting(id.uid(), Optional.of(resourceVersion)));
    }

    /** Whether {@code live} is this very object, and asks for what the plan is about. */
    boolean isAs(HasMetadata live) {
        return isThis(live) && generation == generation(live);
    }

    boolean isThis(HasMetadata live) {
        return id.uid().equals(live.getMetadata().getUid());
    }

    private static long generation(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getGeneration(), 0L);
    }
}
