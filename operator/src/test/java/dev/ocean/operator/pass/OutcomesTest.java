package dev.ocean.operator.pass;

import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** Each end counts once, whatever passes come after it. */
class OutcomesTest {

    private static final DatabaseRestoreStatus OPEN = status(after());
    private static final DatabaseRestoreStatus COMPLETE = status(complete());

    private static Conditions after() {
        return Conditions.after(List.of(), 1, Instant.parse("2026-11-22T10:00:00Z"));
    }

    private static Conditions complete() {
        return after().holds(ConditionType.COMPLETE, Reason.COMPLETE, "");
    }

    private static DatabaseRestoreStatus status(Conditions conditions) {
        return new DatabaseRestoreStatus(1L, null, null, null, null, null, null, null, null, conditions.list());
    }

    @Test
    void anEndIsToldByTheStatusThatHasItFirst() {
        assertThat(Outcomes.of(null, OPEN)).isEmpty();
        assertThat(Outcomes.of(null, COMPLETE)).containsExactly("Complete");
        assertThat(Outcomes.of(OPEN, COMPLETE)).containsExactly("Complete");
        assertThat(Outcomes.of(COMPLETE, COMPLETE)).isEmpty();
    }

    @Test
    void aFailureIsOneWhateverItsReason() {
        var failed = status(after().holds(ConditionType.FAILED, Reason.CHECKSUM_MISMATCH, ""));

        assertThat(Outcomes.of(OPEN, failed)).containsExactly("Failed");
    }

    @Test
    void anUndoIsAnotherEnd() {
        var undone = status(complete().holds(ConditionType.ROLLED_BACK, Reason.ROLLED_BACK, ""));

        assertThat(Outcomes.of(COMPLETE, undone)).containsExactly("RolledBack");
    }
}
