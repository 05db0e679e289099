package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus.Bound;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the status remembers. That the run is over is a fact from the moment it was written: the Jobs that told it are removed.
 *
 * @param rolledBack whether it was undone
 * @param databaseUid of the ManagedDatabase that it is about; empty until it was seen
 * @param backupUid of the DatabaseBackup that it is about; empty until it was seen
 * @param systemIdentifier of the server on which it has begun; empty until then
 */
record RestoreMemory(
        Outcome outcome,
        boolean rolledBack,
        Optional<String> databaseUid,
        Optional<String> backupUid,
        Optional<String> systemIdentifier) {

    enum Outcome {
        OPEN,
        COMPLETE,
        FAILED
    }

    static RestoreMemory of(DatabaseRestore cr) {
        @Nullable DatabaseRestoreStatus status = cr.getStatus();
        if (status == null) {
            return new RestoreMemory(Outcome.OPEN, false, Optional.empty(), Optional.empty(), Optional.empty());
        }
        var bound = Optional.ofNullable(status.bound());
        return new RestoreMemory(
                outcome(status),
                Conditions.isTrue(status.conditions(), ConditionType.ROLLED_BACK),
                bound.map(Bound::databaseUid),
                bound.map(Bound::backupUid),
                bound.map(Bound::systemIdentifier));
    }

    /** Whether something of it may be on a server: what it is about is written down before. */
    boolean hasBegun() {
        return systemIdentifier.isPresent();
    }

    /** Whether its object may go without a look at the server: nothing was made there, or what is kept there goes at its own time. */
    boolean leavesNothing() {
        return !hasBegun() || outcome == Outcome.COMPLETE;
    }

    private static Outcome outcome(DatabaseRestoreStatus status) {
        if (Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)) {
            return Outcome.COMPLETE;
        }
        return Conditions.isTrue(status.conditions(), ConditionType.FAILED) ? Outcome.FAILED : Outcome.OPEN;
    }
}
