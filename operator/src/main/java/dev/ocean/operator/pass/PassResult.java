package dev.ocean.operator.pass;

import dev.ocean.operator.report.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one pass came to.
 *
 * @param status whole, made from what was seen
 * @param problem the first one; empty if all is as asked for, which in a deletion means that nothing is left
 * @param next when to look again if nothing happens before
 * @param notices what changed and is worth an event
 */
public record PassResult<S>(S status, Optional<Problem> problem, Duration next, List<Notice> notices) {

    public PassResult {
        notices = List.copyOf(notices);
    }
}
