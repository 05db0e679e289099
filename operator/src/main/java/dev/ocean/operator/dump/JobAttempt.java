package dev.ocean.operator.dump;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * One Job of an object, as it was seen.
 *
 * @param script what it does
 * @param number from 1
 * @param going whether it is being deleted and its pod may still work
 */
public record JobAttempt(JobScript script, int number, ObjectName name, String uid, JobState state, boolean going) {

    /** The last Job of a script. */
    public static Optional<JobAttempt> last(Collection<JobAttempt> attempts, JobScript script) {
        return attempts.stream()
                .filter(attempt -> attempt.script() == script)
                .max(Comparator.comparingInt(JobAttempt::number));
    }

    public boolean isRunning() {
        return going || state instanceof JobState.Running;
    }

    /** @param failed how it ended */
    public JobFailure why(JobState.Failed failed) {
        return failed.why(script).named(name.name());
    }

    /** What it says if it ended well; empty where its word is lost, or is none. */
    public Optional<JobResult> result() {
        return state instanceof JobState.Succeeded succeeded
                ? succeeded.message().flatMap(message -> JobResult.parse(script, message))
                : Optional.empty();
    }

    /**
     * What the backup is, by the word of a Job that made or checked it.
     *
     * @see JobResult.BackedUp
     */
    public Optional<JobResult.BackedUp> backedUp() {
        return result().filter(JobResult.BackedUp.class::isInstance).map(JobResult.BackedUp.class::cast);
    }

    /** Of one that ended well without a word: empty if it is asked again, else that nobody will ever be able to read it. */
    public Optional<Problem> unreadable() {
        return ExitReason.UNEXPECTED.retryAfter(script, number).isPresent()
                ? Optional.empty()
                : Optional.of(
                        Problem.of(
                                ProblemKind.FAILED,
                                Reason.ARCHIVE_UNREADABLE,
                                "The Jobs ended well, but what they report of the files cannot be read. Look at manifest.json on the volume."));
    }
}
