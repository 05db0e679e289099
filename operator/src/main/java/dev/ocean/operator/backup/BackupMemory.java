package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the status remembers. That the run is over is a fact from the moment it was written: the Job that told it is removed.
 *
 * @param wasPlaced whether a place on a volume was ever told
 * @param completed when it was complete
 * @param serverVersion of the server that was dumped
 */
record BackupMemory(Outcome outcome, boolean wasPlaced, Optional<Instant> completed, Optional<String> serverVersion) {

    enum Outcome {
        OPEN,
        COMPLETE,
        FAILED
    }

    static BackupMemory of(DatabaseBackup cr) {
        @Nullable DatabaseBackupStatus status = cr.getStatus();
        if (status == null) {
            return new BackupMemory(Outcome.OPEN, false, Optional.empty(), Optional.empty());
        }
        return new BackupMemory(
                outcome(status),
                status.location() != null,
                Optional.ofNullable(status.completionTime()),
                Optional.ofNullable(status.serverVersion()));
    }

    private static Outcome outcome(DatabaseBackupStatus status) {
        if (Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)) {
            return Outcome.COMPLETE;
        }
        return Conditions.isTrue(status.conditions(), ConditionType.FAILED) ? Outcome.FAILED : Outcome.OPEN;
    }
}
