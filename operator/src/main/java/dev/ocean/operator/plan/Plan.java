package dev.ocean.operator.plan;

import dev.ocean.operator.report.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What a planner decided.
 *
 * @param steps in the order in which to run them; empty if there is nothing to do or nothing that may be done
 * @param problem why what was asked for cannot be (fully) done now; steps, if any, are run all the same
 */
public record Plan(List<Step> steps, Optional<Problem> problem) {

    public Plan {
        steps = List.copyOf(steps);
    }

    public static Plan of(List<Step> steps) {
        return new Plan(steps, Optional.empty());
    }

    public static Plan nothing() {
        return of(List.of());
    }

    public static Plan refused(Problem problem) {
        return new Plan(List.of(), Optional.of(problem));
    }

    public boolean isSettled() {
        return steps.isEmpty() && problem.isEmpty();
    }
}
