package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the status remembers. That the run is over is a fact from the moment it was written: the Job that told it is removed.
 *
 * @param verdict what a restore of it came to
 * @param place on a volume; empty if none was ever told
 * @param completed when it was complete
 * @param failed when it had failed for good
 * @param serverVersion of the server that was dumped
 */
record BackupMemory(
        Outcome outcome,
        Verdict verdict,
        Optional<Location> place,
        Optional<Instant> completed,
        Optional<Instant> failed,
        Optional<String> serverVersion) {

    enum Outcome {
        OPEN,
        COMPLETE,
        FAILED
    }

    enum Verdict {
        OPEN,
        PROVED,
        REFUTED
    }

    static BackupMemory of(DatabaseBackup cr) {
        @Nullable DatabaseBackupStatus status = cr.getStatus();
        if (status == null) {
            return new BackupMemory(
                    Outcome.OPEN, Verdict.OPEN, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }
        return new BackupMemory(
                outcome(status),
                verdict(status),
                Optional.ofNullable(status.location()),
                Optional.ofNullable(status.completionTime()),
                Conditions.find(status.conditions(), ConditionType.FAILED)
                        .map(failed -> Instant.parse(failed.getLastTransitionTime())),
                Optional.ofNullable(status.serverVersion()));
    }

    /** Complete, and nobody knows whether it can be restored. */
    boolean isUnproved() {
        return outcome == Outcome.COMPLETE && verdict == Verdict.OPEN;
    }

    private static Verdict verdict(DatabaseBackupStatus status) {
        return Conditions.find(status.conditions(), ConditionType.VERIFIED)
                .map(condition -> switch (condition.getStatus()) {
                    case "True" -> Verdict.PROVED;
                    case "False" -> Verdict.REFUTED;
                    default -> Verdict.OPEN;
                })
                .orElse(Verdict.OPEN);
    }

    private static Outcome outcome(DatabaseBackupStatus status) {
        if (Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)) {
            return Outcome.COMPLETE;
        }
        return Conditions.isTrue(status.conditions(), ConditionType.FAILED) ? Outcome.FAILED : Outcome.OPEN;
    }
}
