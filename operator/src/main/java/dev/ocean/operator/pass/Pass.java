package dev.ocean.operator.pass;

import dev.ocean.operator.report.Problem;
import java.time.Instant;
import java.util.Optional;

/** One run for one CR, as a capability walks it. */
public interface Pass<S> {

    /** @throws dev.ocean.operator.report.Blocked where it could not even look */
    PassResult<S> run(Instant now);

    /** The whole status where {@link #run} threw: what was known before, and the problem. */
    S blocked(Problem problem, Instant now);

    /** From when on a deletion that {@code problem} holds is given up, because nothing will ever help; empty for never. Asked in a clean-up only. */
    default Optional<Instant> hopelessFrom(Problem problem, Instant now) {
        return Optional.empty();
    }

    /** What stays behind if the object is let go as things are. Asked in a clean-up only. */
    default Leftover leftover() {
        return Leftover.untold("Nothing.");
    }
}
