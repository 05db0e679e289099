package dev.ocean.operator.backup;

import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import java.util.List;
import java.util.Optional;

/**
 * The facts that matter to one backup, as the API tells them now.
 *
 * @param attempts its Jobs, those that remove it included
 * @param claim what became of the volume
 * @param claimUid of the claim that is there now
 * @param occupied why no Job can begin on the volume: another one is on it, and it bears one at a time
 * @param taken why what is to be taken over cannot be: another backup has it
 * @param shared whether its files are those of another complete backup too
 * @param newerGood whether another good backup of its database is newer
 * @param read whether a restore that is not over, or a database that is to be born from it, reads it
 * @param restored whether a restore of it was completed: the files were proved by use
 * @param condemned why a restore found its files to be bad
 * @param ownLogin the Secret that a last backup owns; empty for none
 */
record ObservedBackup(
        List<JobAttempt> attempts,
        Claim claim,
        Optional<String> claimUid,
        Optional<Problem> occupied,
        Optional<Problem> taken,
        boolean shared,
        boolean newerGood,
        boolean read,
        boolean restored,
        Optional<Reason> condemned,
        Optional<OwnLogin> ownLogin) {

    ObservedBackup {
        attempts = List.copyOf(attempts);
    }

    record OwnLogin(ObjectName name, String uid) {}

    enum Claim {
        MISSING,
        /** Another one of the same name: what was written is not on it, as far as anybody knows. */
        REPLACED,
        /** Without the label by which its owner consents. */
        NOT_ALLOWED,
        USABLE
    }

    /** The last Job of a script. */
    Optional<JobAttempt> last(JobScript script) {
        return JobAttempt.last(attempts, script);
    }
}
