package dev.ocean.operator.pass;

import dev.ocean.operator.report.Problem;
import java.time.Instant;

/** One run for one CR, as a capability walks it. */
public interface Pass<S> {

    /** @throws dev.ocean.operator.report.Blocked where it could not even look */
    PassResult<S> run(Instant now);

    /** The whole status where {@link #run} threw: what was known before, and the problem. */
    S blocked(Problem problem, Instant now);
}
