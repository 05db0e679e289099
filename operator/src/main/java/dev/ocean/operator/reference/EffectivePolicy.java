package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What becomes of a database's data when its object goes. Data goes only where somebody wrote that it shall.
 *
 * @param data dropped or kept
 * @param finalBackup what is made of it before it is dropped; none of data that is kept
 */
public record EffectivePolicy(DeletionPolicy data, FinalBackup finalBackup) {

    public static final EffectivePolicy RETAIN = new EffectivePolicy(DeletionPolicy.RETAIN, FinalBackup.NONE);

    /** Whether the namespace of the database is being deleted: then nobody need have meant the data. */
    public enum Namespace {
        STAYS,
        GOES
    }

    /**
     * Its own policy. Absent means Retain, but what its Project says while that is being deleted and takes the database along. With its namespace a database is dropped only
     * if both say so. Whatever they say, it is kept where its last backup is required and can never be made, or where there is no Project to say that none is.
     *
     * @param project the database's, read live; empty if it does not exist
     */
    public static EffectivePolicy of(ManagedDatabase database, Optional<Project> project, Namespace namespace) {
        if (project.isEmpty() || !isToGo(database, project.get(), namespace)) {
            return RETAIN;
        }
        var possible = namespace == Namespace.STAYS && project.get().getSpec().backups() != null;
        return switch (wanted(project.get())) {
            case REQUIRED -> possible ? new EffectivePolicy(DeletionPolicy.DELETE, FinalBackup.REQUIRED) : RETAIN;
            case BEST_EFFORT ->
                new EffectivePolicy(DeletionPolicy.DELETE, possible ? FinalBackup.BEST_EFFORT : FinalBackup.NONE);
            case NONE -> new EffectivePolicy(DeletionPolicy.DELETE, FinalBackup.NONE);
        };
    }

    private static boolean isToGo(ManagedDatabase database, Project project, Namespace namespace) {
        var own = Optional.ofNullable(database.getSpec().deletionPolicy());
        var theirs = project.getSpec().onDelete().databases();
        if (namespace == Namespace.GOES) {
            return own.filter(DeletionPolicy.DELETE::equals).isPresent() && theirs == DeletionPolicy.DELETE;
        }
        return own.orElse(takesAlong(project, database) ? theirs : DeletionPolicy.RETAIN) == DeletionPolicy.DELETE;
    }

    /** Who gave the project a volume for backups wants a last one. */
    private static FinalBackup wanted(Project project) {
        return Optional.ofNullable(project.getSpec().onDelete().finalBackup())
                .orElse(project.getSpec().backups() == null ? FinalBackup.NONE : FinalBackup.REQUIRED);
    }

    /** Whoever deleted the database first meant the database, not the Project. */
    private static boolean takesAlong(Project project, ManagedDatabase database) {
        var its = project.getMetadata().getDeletionTimestamp();
        var own = Objects.requireNonNullElse(database.getMetadata().getDeletionTimestamp(), its);
        return its != null && !Instant.parse(its).isAfter(Instant.parse(own));
    }
}
