package dev.ocean.operator.plan;

import dev.ocean.operator.report.Problem;
import java.util.List;
import java.util.Optional;

/**
 * How a pass ended.
 *
 * @param seen the last observation: the status is made from it, never from what was done
 * @param problem the first one; empty if all is as asked for
 * @param done the steps that ran, for events and logs
 */
public record Settled<O>(O seen, Optional<Problem> problem, List<Step> done) {

    public Settled {
        done = List.copyOf(done);
    }
}
