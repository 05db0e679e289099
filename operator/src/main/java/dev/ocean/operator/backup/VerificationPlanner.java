package dev.ocean.operator.backup;

import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.scratch.FillingPlanner;
import dev.ocean.operator.scratch.ObservedFilling;
import dev.ocean.operator.scratch.Scratch;
import dev.ocean.operator.tenancy.DatabaseFacts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to do to verify a complete backup by restoring it. It waits for others and keeps nobody waiting: the live database is not touched, and who needs the backup in an
 * emergency is not to wait for its proof.
 */
final class VerificationPlanner {

    private VerificationPlanner() {}

    /** @return without steps and problem once it is known what the backup is worth and the scratch database is gone; with a problem of kind FAILED if it could not be restored */
    static Plan plan(
            BackupRequest request,
            VerificationRequest verification,
            ObservedVerification seen,
            ToolSettings settings,
            Instant now) {
        if (BackupPlanner.isExpired(request, seen.backup(), now)) {
            return Plan.of(List.of(request.subject().expired()));
        }
        var elsewhere = anotherServer(verification, seen.filling());
        if (elsewhere.isPresent()) {
            return Plan.refused(elsewhere.get());
        }
        // A restore in place has answered the question meanwhile.
        if (seen.isProved()
                || seen.backup().restored()
                || seen.backup().condemned().isPresent()) {
            return withdrawn(verification, seen.filling());
        }
        var filler = new FillingPlanner(verification.filling(), seen.filling(), settings, now);
        return objection(request, verification, seen)
                .map(Plan::refused)
                .or(filler::untilChecked)
                .or(filler::untilFull)
                .orElseGet(Plan::nothing);
    }

    private static Optional<Problem> objection(
            BackupRequest request, VerificationRequest verification, ObservedVerification seen) {
        var references = request.references().orElseThrow();
        var scratch = new Scratch(verification.filling(), seen.filling());
        return BackupPlanner.claim(request, seen.backup())
                .or(() -> scratch.foreign().map(VerificationPlanner::conflict))
                .or(references::notReady)
                .or(() -> verification.going() || !scratch.hasOwner()
                        ? Optional.of(
                                waiting(
                                        Reason.DATABASE_NOT_READY,
                                        "The ManagedDatabase is being deleted, or its roles are not its own. Its conditions say why."))
                        : Optional.empty())
                .or(() -> references
                        .before()
                        .map(first -> waiting(
                                Reason.OPERATION_IN_PROGRESS,
                                first + " works on the same database. The verification waits for it.")));
    }

    private static Problem conflict(DatabaseFacts found) {
        return Problem.of(
                ProblemKind.REFUSED,
                Reason.NAME_CONFLICT,
                "Database '" + found.name()
                        + "' exists on the server and is not of this object; it stays untouched. Rename it on the server, or make another backup.");
    }

    private static Problem waiting(Reason reason, String message) {
        return Problem.of(ProblemKind.WAITING, reason, message).after(FillingPlanner.LOOK_AGAIN);
    }

    private static Optional<Problem> anotherServer(VerificationRequest verification, ObservedFilling seen) {
        return seen.server().systemIdentifier().equals(verification.systemIdentifier())
                ? Optional.empty()
                : Optional.of(
                        waiting(
                                Reason.INSTANCE_NOT_READY,
                                "Another server answers at the address of the PostgresInstance. Its conditions will say more."));
    }

    /** For a backup that goes. @return without steps and problem once nothing of the verification is left but its files */
    static Plan planRemoval(VerificationRequest verification, ObservedFilling seen) {
        return anotherServer(verification, seen).map(Plan::refused).orElseGet(() -> withdrawn(verification, seen));
    }

    /** A Job that runs ends before the database that it is in. */
    private static Plan withdrawn(VerificationRequest verification, ObservedFilling seen) {
        var running = seen.attempts().stream()
                .filter(attempt -> attempt.script() == JobScript.RESTORE || attempt.script() == JobScript.CHECK)
                .filter(JobAttempt::isRunning)
                .toList();
        return running.isEmpty()
                ? Plan.of(new Scratch(verification.filling(), seen).drop())
                : JobAttempts.stop(running);
    }
}
