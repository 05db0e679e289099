package dev.ocean.sandbox.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what another process does in its own time. */
public final class Patience {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private Patience() {}

    /**
     * Asks until the answer is yes.
     *
     * @param what is waited for, as it reads after "cannot wait for"
     * @param isThere may throw to give up at once
     * @throws ProcessFailure after the limit
     */
    public static void await(String what, Duration limit, BooleanSupplier isThere) {
        var end = System.nanoTime() + limit.toNanos();
        while (!isThere.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new ProcessFailure("cannot wait for " + what + ": not there after " + limit.toSeconds() + " s");
            }
            pause(what);
        }
    }

    private static void pause(String what) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessFailure("interrupted while waiting for " + what, e);
        }
    }
}
