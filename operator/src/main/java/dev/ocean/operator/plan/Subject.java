package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/**
 * The CR that a pass is about, as far as the executor must know it.
 *
 * @param server where its steps run
 * @param generation of the specification that the plan is about
 * @param sighting of the object that the plan is about
 */
public record Subject(ObjectName name, ObjectId id, ServerKey server, long generation, Sighting sighting) {

    public static Subject of(HasMetadata cr, ObjectId id, ServerKey server) {
        return new Subject(
                new ObjectName(cr.getClass(), id.namespace(), id.name()),
                id,
                server,
                generation(cr),
                Sighting.unchanged(cr));
    }

    /** Deletes it by a rule of its own, if nobody wrote to it since. */
    public Step.Delete expired() {
        return new Step.Delete(name, sighting);
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
