package dev.ocean.operator.dump;

import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a Job ended badly, and what its script said of it.
 *
 * @param exit by the exit code, or by what the cluster did to the pod
 * @param message for the user
 */
public record JobFailure(ExitReason exit, String message) {

    static JobFailure of(JobScript script, JobState.Failed failed) {
        var exit =
                failed.cause().or(() -> failed.exitCode().map(ExitReason::of)).orElse(ExitReason.JOB_LOST);
        return new JobFailure(
                exit,
                failed.message()
                        .flatMap(message -> JobResult.parse(script, message))
                        .flatMap(result -> result instanceof JobResult.Failed told && told.reason() == exit.reason()
                                ? Optional.of(told.message())
                                : Optional.empty())
                        .orElseGet(() -> unexplained(exit)));
    }

    /** Naming the Job, whose pod has the log. */
    JobFailure named(String job) {
        return new JobFailure(exit, "Job '" + job + "': " + message);
    }

    /** The cluster ended it, or its last words are lost. */
    private static String unexplained(ExitReason exit) {
        return switch (exit) {
            case DEADLINE_EXCEEDED ->
                "The Job took longer than it may. Raise `jobs.maxSeconds` of the chart, or see what holds it.";
            case OUT_OF_MEMORY -> "The Job's pod ran out of memory. Raise the limit in `jobs.resources` of the chart.";
            case JOB_LOST -> "The Job's pod was ended from outside: evicted, preempted, deleted, or its node is gone.";
            default -> "The Job failed; the log of its pod says why.";
        };
    }

    /** What the object waits for or stopped at: another attempt at its time, or nothing any more. */
    public Problem problem(Instant ended, Optional<Duration> pause, Instant now) {
        return pause.map(duration -> Problem.of(ProblemKind.WAITING, exit.reason(), message)
                        .after(Duration.between(now, ended.plus(duration)).plusSeconds(1)))
                .orElseGet(() -> Problem.of(ProblemKind.FAILED, exit.reason(), message));
    }
}
