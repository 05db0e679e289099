package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.Project;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What becomes of a database's data when its object goes. Data goes only where somebody wrote that it shall. */
public final class EffectivePolicy {

    /** Whether the namespace of the database is being deleted: then nobody need have meant the data. */
    public enum Namespace {
        STAYS,
        GOES
    }

    private EffectivePolicy() {}

    /**
     * Its own policy. Absent means Retain, but what its Project says while that is being deleted and takes the database along. With its namespace a database is dropped only
     * if both say so.
     *
     * @param project the database's, read live; empty if it does not exist
     */
    public static DeletionPolicy of(ManagedDatabase database, Optional<Project> project, Namespace namespace) {
        var own = Optional.ofNullable(database.getSpec().deletionPolicy());
        var theirs = project.map(EffectivePolicy::of).orElse(DeletionPolicy.RETAIN);
        if (namespace == Namespace.GOES) {
            return own.filter(DeletionPolicy.DELETE::equals).isPresent() ? theirs : DeletionPolicy.RETAIN;
        }
        return own.or(() -> project.filter(found -> takesAlong(found, database)).map(found -> theirs))
                .orElse(DeletionPolicy.RETAIN);
    }

    /**
     * What a Project says. Who gave it a volume for backups wants a last one before anything is dropped, and none is made yet: so such a Project keeps what does not say itself
     * that it shall go (ADR 0013).
     */
    private static DeletionPolicy of(Project project) {
        var policy = project.getSpec().onDelete().databases();
        return policy == DeletionPolicy.DELETE && project.getSpec().backups() == null
                ? DeletionPolicy.DELETE
                : DeletionPolicy.RETAIN;
    }

    /** Whoever deleted the database first meant the database, not the Project. */
    private static boolean takesAlong(Project project, ManagedDatabase database) {
        var its = project.getMetadata().getDeletionTimestamp();
        var own = Objects.requireNonNullElse(database.getMetadata().getDeletionTimestamp(), its);
        return its != null && !Instant.parse(its).isAfter(Instant.parse(own));
    }
}
