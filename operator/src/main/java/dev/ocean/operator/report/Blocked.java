package dev.ocean.operator.report;

import org.jspecify.annotations.Nullable;

/**
 * Carries a {@link Problem} from the edge to {@code Executor} or {@code Passes}; the only exception of ours. Thrown by {@code kube}, {@code postgres} and request
 * parsing alone. It has no stack trace: it is an answer, not a bug.
 */
public final class Blocked extends RuntimeException {

    private final transient Problem problem;

    public Blocked(Problem problem) {
        this(problem, null);
    }

    /** @param cause for debug logs only; its text is never shown to a user, as it may quote statements */
    public Blocked(Problem problem, @Nullable Throwable cause) {
        super(problem.reason().code() + ": " + problem.message(), cause, false, false);
        this.problem = problem;
    }

    public static Blocked by(ProblemKind kind, Reason reason, String message) {
        return new Blocked(Problem.of(kind, reason, message));
    }

    public Problem problem() {
        return problem;
    }
}
