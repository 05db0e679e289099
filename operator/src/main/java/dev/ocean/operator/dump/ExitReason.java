package dev.ocean.operator.dump;

import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a Job ended badly, and whether another attempt is made: one rule for all Jobs. */
public enum ExitReason {
    INSTANCE_UNREACHABLE(10, Reason.INSTANCE_UNREACHABLE, Retry.ALWAYS),
    AUTHENTICATION_FAILED(11, Reason.AUTHENTICATION_FAILED, Retry.ONCE),
    DATABASE_MISSING(12, Reason.DATABASE_MISSING, Retry.NEVER),
    CLIENT_VERSION_MISMATCH(13, Reason.CLIENT_VERSION_MISMATCH, Retry.NEVER),
    TOOL_MISSING(14, Reason.TOOL_MISSING, Retry.NEVER),
    CONNECTION_LIMIT(15, Reason.CONNECTION_LIMIT, Retry.ALWAYS),
    STORAGE_NOT_WRITABLE(20, Reason.STORAGE_NOT_WRITABLE, Retry.ALWAYS),
    INSUFFICIENT_SPACE(21, Reason.INSUFFICIENT_SPACE, Retry.ALWAYS),
    STORAGE_FULL(22, Reason.STORAGE_FULL, Retry.ALWAYS),
    COMMIT_FAILED(23, Reason.COMMIT_FAILED, Retry.ALWAYS),
    DUMP_FAILED(30, Reason.DUMP_FAILED, Retry.ALWAYS),
    LOCK_TIMEOUT(31, Reason.LOCK_TIMEOUT, Retry.ALWAYS),
    INSUFFICIENT_PRIVILEGE(32, Reason.INSUFFICIENT_PRIVILEGE, Retry.NEVER),
    ROW_SECURITY_BLOCKS(33, Reason.ROW_SECURITY_BLOCKS, Retry.NEVER),
    ARCHIVE_UNREADABLE(40, Reason.ARCHIVE_UNREADABLE, Retry.DUMP),
    CHECKSUM_MISMATCH(41, Reason.CHECKSUM_MISMATCH, Retry.DUMP),
    VERIFICATION_FAILED(42, Reason.VERIFICATION_FAILED, Retry.DUMP),
    RESTORE_FAILED(50, Reason.RESTORE_FAILED, Retry.NEVER),
    EXTENSION_UNAVAILABLE(51, Reason.EXTENSION_UNAVAILABLE, Retry.NEVER),
    // Told by the pod or the Job, not by the script.
    DEADLINE_EXCEEDED(0, Reason.DEADLINE_EXCEEDED, Retry.ALWAYS),
    JOB_LOST(0, Reason.JOB_LOST, Retry.ALWAYS),
    OUT_OF_MEMORY(0, Reason.OUT_OF_MEMORY, Retry.ALWAYS),
    /** A script ended where it never should: a defect of ours, which the pod's log shows. */
    UNEXPECTED(0, Reason.INTERNAL_ERROR, Retry.ALWAYS);

    private enum Retry {
        ALWAYS,
        /** The operator repairs the login meanwhile. */
        ONCE,
        /** A dump reads the database anew; another script would read the same file again. */
        DUMP,
        NEVER
    }

    private static final List<Duration> DELAYS =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15));
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    private static final int FIRST_SIGNAL = 129;

    private final int exitCode;
    private final Reason reason;
    private final Retry retry;

    ExitReason(int exitCode, Reason reason, Retry retry) {
        this.exitCode = exitCode;
        this.reason = reason;
        this.retry = retry;
    }

    /**
     * What a container's exit code says. The code is the authority; a termination message only explains it.
     *
     * @param exitCode not 0. A signal is 128 and its number: the pod was ended from outside, unless its status says {@code OOMKilled}
     */
    public static ExitReason of(int exitCode) {
        if (exitCode == NOT_EXECUTABLE || exitCode == NOT_FOUND) {
            return TOOL_MISSING;
        }
        if (exitCode >= FIRST_SIGNAL) {
            return JOB_LOST;
        }
        return Stream.of(values())
                .filter(known -> known.exitCode == exitCode && exitCode != 0)
                .findFirst()
                .orElse(UNEXPECTED);
    }

    public Reason reason() {
        return reason;
    }

    /**
     * How long after a failed attempt the next one is made, and only once the pod of the last is gone.
     *
     * @param script that failed
     * @param attempts made so far, at least 1
     * @return empty: it has failed for good
     */
    public Optional<Duration> retryAfter(JobScript script, int attempts) {
        var retries =
                switch (retry) {
                    case ALWAYS -> DELAYS.size();
                    case ONCE -> 1;
                    case DUMP -> script == JobScript.DUMP ? DELAYS.size() : 0;
                    case NEVER -> 0;
                };
        return attempts <= retries ? Optional.of(DELAYS.get(attempts - 1)) : Optional.empty();
    }
}
