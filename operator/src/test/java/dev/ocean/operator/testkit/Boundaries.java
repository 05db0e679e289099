package dev.ocean.operator.testkit;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The moments before and after each effect on the world, and between the halves of an effect that does not commit as one. A script may interrupt the run at one of
 * them; whoever watches sees the world at each.
 */
public final class Boundaries {

    /** What happens at the chosen moment. */
    public enum Interruption {
        /** The process is gone: {@code kill -9}. */
        CRASH,
        /** The line is cut: nobody knows whether the effect took place. */
        CUT
    }

    /** Stands for the end of the process; nothing catches it but the bench that restarts. */
    public static final class Crash extends Error {
        private Crash(String where) {
            super(where, null, false, false);
        }
    }

    private final List<String> passed = new ArrayList<>();
    private int interruptAt;
    private @Nullable Interruption interruption;
    private Runnable watcher = () -> {};

    /** @param at counts from 1, from now on */
    public void interrupt(int at, Interruption how) {
        interruptAt = passed.size() + at;
        interruption = how;
    }

    public void watch(Runnable whatAlwaysHolds) {
        watcher = whatAlwaysHolds;
    }

    public int count() {
        return passed.size();
    }

    /** What was passed, in order. */
    public List<String> passed() {
        return List.copyOf(passed);
    }

    void pass(String moment) {
        passed.add(moment);
        watcher.run();
        if (passed.size() != interruptAt || interruption == null) {
            return;
        }
        switch (interruption) {
            case CRASH -> throw new Crash(moment);
            case CUT ->
                throw Blocked.by(ProblemKind.TRANSIENT, Reason.OUTCOME_UNKNOWN, "The line was cut " + moment + ".");
        }
    }
}
