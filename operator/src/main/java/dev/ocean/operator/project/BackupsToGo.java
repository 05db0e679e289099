package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.BackupPolicy;
import dev.ocean.operator.reference.FinalBackups;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The backups that go with a Project that says so, after its databases: never one that somebody pinned, and never a last one.
 *
 * @param backups sorted by name, those that are being deleted included
 */
record BackupsToGo(List<DatabaseBackup> backups) {

    private static final Duration RECHECK = Duration.ofSeconds(5);
    private static final int NAMED = 5;

    BackupsToGo {
        backups = List.copyOf(backups);
    }

    /** @param all of the Project's namespace */
    static BackupsToGo of(Project project, Collection<DatabaseBackup> all) {
        if (project.getSpec().onDelete().backups() != BackupPolicy.DELETE) {
            return new BackupsToGo(List.of());
        }
        return new BackupsToGo(all.stream()
                .filter(backup -> isIn(backup, project.getMetadata().getName()))
                .filter(backup -> !backup.getSpec().pinned() && !FinalBackups.isOne(backup))
                .sorted(Comparator.comparing(backup -> backup.getMetadata().getName()))
                .toList());
    }

    /** Its databases are gone: whose a backup is stands in its path. One that never began has no files. */
    private static boolean isIn(DatabaseBackup backup, String project) {
        return Optional.ofNullable(backup.getStatus())
                .map(DatabaseBackupStatus::location)
                .filter(location -> location.path().startsWith(project + "/"))
                .isPresent();
    }

    /** Not deleted yet. */
    List<DatabaseBackup> due() {
        return backups.stream()
                .filter(backup -> backup.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** What the Project waits for; empty once none is left. */
    Optional<Problem> obstacle() {
        if (backups.isEmpty()) {
            return Optional.empty();
        }
        var names = backups.stream()
                .limit(NAMED)
                .map(backup -> backup.getMetadata().getName())
                .collect(Collectors.joining(", "));
        var more = backups.size() > NAMED ? " and " + (backups.size() - NAMED) + " more" : "";
        return Optional.of(Problem.of(
                        ProblemKind.WAITING,
                        Reason.BACKUPS_REMAINING,
                        "Its DatabaseBackups are being deleted, each by its own `deletionPolicy`: " + names + more
                                + ". Wait; what holds one stands in its conditions. `spec.onDelete.backups: Retain` spares those that are not being deleted yet.")
                .after(RECHECK));
    }
}
