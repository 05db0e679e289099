package dev.ocean.operator.pass;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How runs end: what a status says for good and the one before it did not. */
final class Outcomes {

    private Outcomes() {}

    /** Reasons of Complete and RolledBack, and {@code Failed} whatever its reason: a failure has many, and {@code ocean_problems_total} counts them. */
    static Set<String> of(@Nullable ConditionedStatus before, ConditionedStatus after) {
        Collection<Condition> told = before == null ? List.of() : before.conditions();
        return Stream.of(ConditionType.COMPLETE, ConditionType.FAILED, ConditionType.ROLLED_BACK)
                .filter(type -> Conditions.isTrue(after.conditions(), type) && !Conditions.isTrue(told, type))
                .map(type -> type == ConditionType.FAILED
                        ? type.code()
                        : Conditions.find(after.conditions(), type)
                                .orElseThrow()
                                .getReason())
                .collect(Collectors.toUnmodifiableSet());
    }
}
