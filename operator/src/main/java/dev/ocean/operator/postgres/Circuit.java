package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a server is out of reach, so that a thousand CRs on it cost one connection attempt per back-off and not a thousand. Does no I/O.
 *
 * <p>The first failure opens it. When the back-off is over one caller is let through; until that one has failed or succeeded, or {@link #TRIAL} has passed, the others
 * get the problem again. Any success closes it.
 */
final class Circuit {

    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Wrong password, untrusted certificate: a person must act, and servers lock accounts after too many tries. A changed Secret resets the circuit anyway. */
    private static final Duration SHORTEST_REFUSED = Duration.ofMinutes(1);

    private static final Duration LONGEST_REFUSED = Duration.ofMinutes(5);

    /** Longer than a connection can take; whoever was let through and never tried must not hold the others off for ever. */
    private static final Duration TRIAL = Duration.ofSeconds(15);

    private static final int MAX_DOUBLINGS = 10;

    private final InstantSource clock;
    private final RandomGenerator jitter;
    private @Nullable Problem problem;
    private int failures;
    private boolean onTrial;
    private Instant until = Instant.EPOCH;

    Circuit(InstantSource clock, RandomGenerator jitter) {
        this.clock = clock;
        this.jitter = jitter;
    }

    synchronized boolean isOpen() {
        return problem != null;
    }

    /** What to answer now, with the time that is left; empty if a caller would be let through. */
    synchronized Optional<Problem> refusal() {
        var now = clock.instant();
        return problem == null || !now.isBefore(until)
                ? Optional.empty()
                : Optional.of(problem.after(Duration.between(now, until)));
    }

    /** As {@link #refusal}; if it is empty and the circuit open, this caller is the one that is let through. */
    synchronized Optional<Problem> admission() {
        var refusal = refusal();
        if (refusal.isEmpty() && problem != null) {
            onTrial = true;
            until = clock.instant().plus(TRIAL);
        }
        return refusal;
    }

    /**
     * Notes a failure; failures that arrive while the back-off runs, from lanes that were entered before, do not lengthen it.
     *
     * @return the problem with the time to wait
     */
    synchronized Problem failed(Problem failure) {
        var now = clock.instant();
        if (problem == null || onTrial || !now.isBefore(until)) {
            until = now.plus(delay(failure.kind(), failures));
            failures = Math.min(failures + 1, MAX_DOUBLINGS);
            onTrial = false;
        }
        problem = failure;
        return failure.after(Duration.between(now, until));
    }

    synchronized void succeeded() {
        problem = null;
        failures = 0;
        onTrial = false;
    }

    /** Between 75 and 125 % of the doubled delay, so that the servers of one failed network do not come back in one moment. */
    private Duration delay(ProblemKind kind, int doublings) {
        var shortest = kind == ProblemKind.TRANSIENT ? SHORTEST : SHORTEST_REFUSED;
        var longest = kind == ProblemKind.TRANSIENT ? LONGEST : LONGEST_REFUSED;
        var doubled = Math.min(shortest.toMillis() << doublings, longest.toMillis());
        return Duration.ofMillis(doubled * (750 + jitter.nextInt(501)) / 1000);
    }
}
