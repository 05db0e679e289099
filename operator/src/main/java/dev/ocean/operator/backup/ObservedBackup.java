package dev.ocean.operator.backup;

import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.JobState;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.report.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The facts that matter to one backup, as the API tells them now.
 *
 * @param attempts its Jobs, those that remove it included
 * @param claim what became of the volume
 * @param claimTaken whether somebody else's Job is on a volume that bears one at a time
 * @param newerGood whether another good backup of its database is newer
 * @param read whether a restore that is not over reads it
 * @param restored whether a restore of it was completed: the files were proved by use
 * @param condemned why a restore found its files to be bad
 */
record ObservedBackup(
        List<Attempt> attempts,
        Claim claim,
        boolean claimTaken,
        boolean newerGood,
        boolean read,
        boolean restored,
        Optional<Reason> condemned) {

    ObservedBackup {
        attempts = List.copyOf(attempts);
    }

    enum Claim {
        MISSING,
        /** Without the label by which its owner consents. */
        NOT_ALLOWED,
        USABLE
    }

    /**
     * One Job.
     *
     * @param script what it does
     * @param number from 1
     * @param going whether it is being deleted and its pod may still work
     */
    record Attempt(JobScript script, int number, ObjectName name, String uid, JobState state, boolean going) {

        boolean isRunning() {
            return going || state instanceof JobState.Running;
        }
    }

    /** The last Job of a script. */
    Optional<Attempt> last(JobScript script) {
        return attempts.stream()
                .filter(attempt -> attempt.script() == script)
                .max(Comparator.comparingInt(Attempt::number));
    }
}
