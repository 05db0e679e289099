package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import org.jspecify.annotations.Nullable;

/**
 * What the status remembers. That the run is over is a fact from the moment it was written: the Jobs that told it are removed.
 *
 * @param rolledBack whether it was undone
 */
record RestoreMemory(Outcome outcome, boolean rolledBack) {

    enum Outcome {
        OPEN,
        COMPLETE,
        FAILED
    }

    static RestoreMemory of(DatabaseRestore cr) {
        @Nullable DatabaseRestoreStatus status = cr.getStatus();
        if (status == null) {
            return new RestoreMemory(Outcome.OPEN, false);
        }
        return new RestoreMemory(outcome(status), Conditions.isTrue(status.conditions(), ConditionType.ROLLED_BACK));
    }

    private static Outcome outcome(DatabaseRestoreStatus status) {
        if (Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)) {
            return Outcome.COMPLETE;
        }
        return Conditions.isTrue(status.conditions(), ConditionType.FAILED) ? Outcome.FAILED : Outcome.OPEN;
    }
}
