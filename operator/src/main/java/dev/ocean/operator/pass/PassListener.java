package dev.ocean.operator.pass;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.report.Problem;
import java.time.Duration;
import java.util.Optional;

/** Told how each pass ended; for metrics. Called on the working thread; must be quick and must not throw. */
public interface PassListener {

    PassListener NONE = (id, problem, duration) -> {};

    /**
     * A run came to its end.
     *
     * @param result what it came to: a reason, or {@code Failed}
     */
    default void onOutcome(ObjectId id, String result) {}

    void onPass(ObjectId id, Optional<Problem> problem, Duration duration);
}
