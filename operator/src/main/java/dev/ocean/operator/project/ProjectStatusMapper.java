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

    private static final ProjectStatus NONE = new ProjectStatus(null, null, null, null, List.of());

    private ProjectStatusMapper() {}

    static ProjectStatus next(Project cr, List<ManagedDatabase> members, Optional<Problem> problem, Instant now) {
        var conditions = after(cr, now).ready(problem, Reason.READY, "The project takes databases.");
        var ready = (int) members.stream().filter(ProjectStatusMapper::isReady).count();
        return new ProjectStatus(
                cr.getMetadata().getGeneration(),
                members.size(),
                ready,
                BackupClaim.nameOf(cr).orElse(null),
                conditions.list());
    }

    static ProjectStatus blocked(Project cr, Problem problem, Instant now) {
        return with(cr, after(cr, now).ready(Optional.of(problem), Reason.READY, ""));
    }

    static ProjectStatus deleting(Project cr, Problem problem, Instant now) {
        return with(cr, after(cr, now).deletionBlocked(problem));
    }

    private static ProjectStatus with(Project cr, Conditions conditions) {
        return new ProjectStatus(
                cr.getMetadata().getGeneration(),
                old(cr).databaseCount(),
                old(cr).readyDatabaseCount(),
                old(cr).backupClaimName(),
                conditions.list());
    }

    private static Conditions after(Project cr, Instant now) {
        return Conditions.after(old(cr).conditions(), cr.getMetadata().getGeneration(), now);
    }

    private static ProjectStatus old(Project cr) {
        @Nullable ProjectStatus status = cr.getStatus();
        return status == null ? NONE : status;
    }

    private static boolean isReady(ManagedDatabase database) {
        var status = database.getStatus();
        return status != null && Conditions.isTrue(status.conditions(), ConditionType.READY);
    }
}
