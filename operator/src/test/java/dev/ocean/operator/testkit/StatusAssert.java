package dev.ocean.operator.testkit;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** {@code assertThat(status).hasCondition(READY).isFalse().withReason(…)}. */
public final class StatusAssert extends AbstractAssert<StatusAssert, ConditionedStatus> {

    private StatusAssert(ConditionedStatus actual) {
        super(actual, StatusAssert.class);
    }

    public static StatusAssert assertThat(ConditionedStatus status) {
        return new StatusAssert(status);
    }

    public ConditionAssert hasCondition(ConditionType type) {
        var found = Conditions.find(actual.conditions(), type);
        Assertions.assertThat(found)
                .as(type.code() + " among " + actual.conditions())
                .isPresent();
        return new ConditionAssert(this, found.orElseThrow());
    }

    public StatusAssert hasNoCondition(ConditionType type) {
        Assertions.assertThat(Conditions.find(actual.conditions(), type)).isEmpty();
        return this;
    }

    public StatusAssert isAbout(long generation) {
        Assertions.assertThat(actual.observedGeneration()).isEqualTo(generation);
        Assertions.assertThat(actual.conditions())
                .allSatisfy(condition ->
                        Assertions.assertThat(condition.getObservedGeneration()).isEqualTo(generation));
        return this;
    }

    /** What no status may ever be. */
    public StatusAssert isWellFormed() {
        Assertions.assertThat(actual.conditions())
                .extracting(Condition::getType)
                .doesNotHaveDuplicates()
                .isSorted();
        var stalled = Conditions.isTrue(actual.conditions(), ConditionType.STALLED);
        var reconciling = Conditions.isTrue(actual.conditions(), ConditionType.RECONCILING);
        Assertions.assertThat(stalled && reconciling)
                .as("Reconciling and Stalled at once")
                .isFalse();
        Assertions.assertThat(actual.conditions()).allSatisfy(condition -> {
            Assertions.assertThat(condition.getReason()).matches("[A-Za-z][A-Za-z0-9]*");
            Assertions.assertThat(condition.getMessage())
                    .hasSizeLessThanOrEqualTo(1024)
                    .doesNotContainPattern("\\p{Cntrl}");
            Assertions.assertThat(condition.getLastTransitionTime())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        });
        return this;
    }

    /** One condition, and the way back. */
    public static final class ConditionAssert {
        private final StatusAssert status;
        private final Condition condition;

        private ConditionAssert(StatusAssert status, Condition condition) {
            this.status = status;
            this.condition = condition;
        }

        public ConditionAssert isTrue() {
            Assertions.assertThat(condition.getStatus()).isEqualTo("True");
            return this;
        }

        public ConditionAssert isFalse() {
            Assertions.assertThat(condition.getStatus()).isEqualTo("False");
            return this;
        }

        public ConditionAssert isUnknown() {
            Assertions.assertThat(condition.getStatus()).isEqualTo("Unknown");
            return this;
        }

        public StatusAssert withReason(Reason reason) {
            Assertions.assertThat(condition.getReason()).isEqualTo(reason.code());
            return status;
        }
    }
}
