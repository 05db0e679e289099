package dev.ocean.operator.backup;

import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.JobState;
import dev.ocean.operator.plan.Seen;
import dev.ocean.operator.scratch.ObservedFilling;
import dev.ocean.operator.tenancy.ServerFacts;

/**
 * The facts that matter to one verification.
 *
 * @param filling of the scratch database
 */
record ObservedVerification(ObservedBackup backup, ObservedFilling filling) implements Seen {

    @Override
    public ServerFacts server() {
        return filling.server();
    }

    /** Whether its Job has restored and counted: its end says so, whatever has become of its words, and of the scratch database since. */
    boolean isProved() {
        return JobAttempt.last(filling.attempts(), JobScript.RESTORE)
                .filter(attempt -> attempt.state() instanceof JobState.Succeeded)
                .isPresent();
    }
}
