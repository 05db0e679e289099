package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the whole status of a Project; the only one that does. */
final class ProjectStatusMapper {

    private static final ProjectStatus NONE = new ProjectStatus(null, null, null, null, List.of(), List.of());

    private ProjectStatusMapper() {}

    static ProjectStatus next(Project cr, List<ManagedDatabase> members, Optional<Problem> problem, Instant now) {
        var conditions = after(cr, now).ready(problem, Reason.READY, "The project takes databases.");
        return new ProjectStatus(
                cr.getMetadata().getGeneration(),
                members.size(),
                ready(members),
                BackupClaim.nameOf(cr).orElse(null),
                List.of(),
                conditions.list());
    }

    static ProjectStatus blocked(Project cr, Problem problem, Instant now) {
        return with(cr, after(cr, now).ready(Optional.of(problem), Reason.READY, ""));
    }

    /** While a deletion waits. */
    static ProjectStatus deleting(
            Project cr, List<ManagedDatabase> members, DeletionPlan plan, Problem problem, Instant now) {
        return new ProjectStatus(
                cr.getMetadata().getGeneration(),
                members.size(),
                ready(members),
                old(cr).backupClaimName(),
                plan.shown(),
                after(cr, now).deletionBlocked(problem).list());
    }

    /** After a pass of a deletion that could not even look. */
    static ProjectStatus deletionBlocked(Project cr, Problem problem, Instant now) {
        return with(cr, after(cr, now).deletionBlocked(problem));
    }

    private static ProjectStatus with(Project cr, Conditions conditions) {
        return new ProjectStatus(
                cr.getMetadata().getGeneration(),
                old(cr).databaseCount(),
                old(cr).readyDatabaseCount(),
                old(cr).backupClaimName(),
                old(cr).deletionPlan(),
                conditions.list());
    }

    private static Conditions after(Project cr, Instant now) {
        return Conditions.after(old(cr).conditions(), cr.getMetadata().getGeneration(), now);
    }

    private static ProjectStatus old(Project cr) {
        @Nullable ProjectStatus status = cr.getStatus();
        return status == null ? NONE : status;
    }

    private static int ready(List<ManagedDatabase> members) {
        return (int) members.stream().filter(ProjectStatusMapper::isReady).count();
    }

    private static boolean isReady(ManagedDatabase database) {
        var status = database.getStatus();
        return status != null && Conditions.isTrue(status.conditions(), ConditionType.READY);
    }
}
