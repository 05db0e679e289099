package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.backup.BackupMemory.Outcome;
import dev.ocean.operator.backup.ObservedBackup.Claim;
import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.JobState;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/** Decides what to do for a backup. */
final class BackupPlanner {

    /** How often a pod that does not run, or a volume that is taken, is looked at: neither has an event that wakes us. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    /** A removal is tried without end: its object waits for it. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

    private static final Problem READ = Problem.of(
                    ProblemKind.WAITING,
                    Reason.IN_USE,
                    "A DatabaseRestore, or a ManagedDatabase that begins from it, reads this backup. Wait until that is over, or delete the one that reads.")
            .after(LOOK_AGAIN);

    private static final Duration MOMENT = Duration.ofSeconds(2);

    private static final Problem TOO_EARLY = Problem.of(
                    ProblemKind.BUSY,
                    Reason.BUSY,
                    "It is being found out which backups the Project's quota has room for.")
            .after(Duration.ofSeconds(1));

    private static final String WAY_OUT = "If the volume is gone for good, annotate this object with "
            + Annotations.ABANDON + ": \"true\": then it goes, and its files stay where they are.";

    private static final Problem GOING = Problem.of(
            ProblemKind.WAITING,
            Reason.OPERATION_IN_PROGRESS,
            "The ManagedDatabase is being deleted; only a last backup is made of it. Delete this object, or wait and make the ManagedDatabase again.");

    private BackupPlanner() {}

    /** @return without steps and problem once the backup is complete, or failed for good and already told so */
    static Plan plan(BackupRequest request, ObservedBackup seen, ToolSettings settings, Instant now) {
        if (request.memory().outcome() != Outcome.OPEN) {
            return closed(request, seen, now);
        }
        if (seen.taken().isPresent()) {
            return Plan.refused(seen.taken().get());
        }
        if (isRefused(request)) {
            return refused(request, seen);
        }
        var last = seen.last(request.script());
        if (last.isEmpty()) {
            return isTooEarly(request, now) ? Plan.refused(TOO_EARLY) : begin(request, seen, 1, settings);
        }
        return switch (last.get().state()) {
            case JobState.Running running ->
                Plan.refused(running.obstacle()
                        .orElse(working(request, last.get().name().name()))
                        .after(LOOK_AGAIN));
            case JobState.Succeeded succeeded ->
                last.get().backedUp().isPresent() && isOnTheVolume(request, seen)
                        ? Plan.nothing()
                        : unheard(request, seen, last.get(), settings);
            case JobState.Failed failed -> failed(request, seen, last.get(), settings, now);
        };
    }

    /** Times are to the second: who came first to the last place is known when that second is over, also by a clock that is a little ahead. */
    private static boolean isTooEarly(BackupRequest request, Instant now) {
        return request.references().filter(BackupReferences::rationed).isPresent()
                && now.isBefore(request.created().plus(MOMENT));
    }

    /** What is taken over from the volume does not touch the database. */
    private static boolean isRefused(BackupRequest request) {
        return !request.imported()
                && request.references().filter(BackupReferences::going).isPresent();
    }

    /** A dump under way would end without its login anyway, and holds the volume. One that has ended well is one. */
    private static Plan refused(BackupRequest request, ObservedBackup seen) {
        var made = seen.last(request.script()).flatMap(JobAttempt::backedUp);
        return made.isPresent()
                ? Plan.nothing()
                : new Plan(
                        JobAttempts.deletions(seen.attempts().stream()
                                .filter(JobAttempt::isRunning)
                                .toList()),
                        Optional.of(GOING));
    }

    /** Whether the claim is still the one that the last Job wrote to. */
    private static boolean isOnTheVolume(BackupRequest request, ObservedBackup seen) {
        return request.memory()
                .place()
                .flatMap(place -> Optional.ofNullable(place.claimUid()))
                .map(uid -> seen.claimUid().filter(uid::equals).isPresent())
                .orElse(true);
    }

    /** Its word is lost, or is none, or its volume is; what it made and is there the next one reports. */
    private static Plan unheard(BackupRequest request, ObservedBackup seen, JobAttempt last, ToolSettings settings) {
        return last.unreadable().map(Plan::refused).orElseGet(() -> begin(request, seen, last.number() + 1, settings));
    }

    private static Problem working(BackupRequest request, String job) {
        return Problem.of(
                ProblemKind.WAITING,
                request.imported() ? Reason.CHECKING : Reason.DUMPING,
                "Job '" + job + "' "
                        + (request.imported() ? "reads and compares the files" : "dumps the database")
                        + ", on PersistentVolumeClaim '" + request.claimName() + "'.");
    }

    private static Plan begin(BackupRequest request, ObservedBackup seen, int attempt, ToolSettings settings) {
        var references = request.references().orElseThrow();
        var obstacle = obstacle(request, references, seen);
        if (obstacle.isPresent()) {
            return Plan.refused(obstacle.get());
        }
        var steps = new ArrayList<Step>();
        steps.add(new Step.Create(BackupJobs.making(request, references, attempt, settings)));
        // A failed one stays for its log until the next begins.
        steps.addAll(JobAttempts.deletions(seen.attempts()));
        return Plan.of(steps);
    }

    private static Optional<Problem> obstacle(BackupRequest request, BackupReferences references, ObservedBackup seen) {
        var login = request.imported() ? Optional.<Problem>empty() : references.notReady();
        return claim(request, seen)
                .or(references::noRoom)
                .or(() -> login)
                .or(() -> references.before().map(BackupPlanner::waitsFor))
                .or(seen::occupied);
    }

    static Optional<Problem> claim(BackupRequest request, ObservedBackup seen) {
        return switch (seen.claim()) {
            case USABLE -> Optional.empty();
            case REPLACED ->
                Optional.of(Problem.of(
                        ProblemKind.INVALID,
                        Reason.VOLUME_REPLACED,
                        "PersistentVolumeClaim '" + request.claimName()
                                + "' was deleted and made again, and the files went with the old one. Delete this object, which touches nothing on the volume; should the files be there"
                                + " all the same, take them over in a new DatabaseBackup by `importFrom: "
                                + request.location().directory() + "`."));
            case MISSING ->
                Optional.of(Problem.of(
                                ProblemKind.WAITING,
                                Reason.REFERENCE_NOT_FOUND,
                                "PersistentVolumeClaim '" + request.claimName()
                                        + "' does not exist in this namespace. With `spec.backups.storage` the Project makes it: wait, and see its conditions. With `spec.backups.claimName` create it with the label ocean.dev/backup-storage: \"true\", or correct the name.")
                        .after(LOOK_AGAIN));
            case NOT_ALLOWED ->
                Optional.of(
                        Problem.of(
                                ProblemKind.INVALID,
                                Reason.VOLUME_NOT_ALLOWED,
                                "PersistentVolumeClaim '" + request.claimName()
                                        + "' is not marked for backups. Its owner can allow it by the label ocean.dev/backup-storage: \"true\"."));
        };
    }

    private static Problem waitsFor(String operation) {
        return Problem.of(
                        ProblemKind.WAITING,
                        Reason.OPERATION_IN_PROGRESS,
                        operation + " is under way on the same database and was first. Wait for it, or delete it.")
                .after(LOOK_AGAIN);
    }

    private static Plan failed(
            BackupRequest request, ObservedBackup seen, JobAttempt last, ToolSettings settings, Instant now) {
        var state = (JobState.Failed) last.state();
        var failure = last.why(state);
        var pause = failure.exit().retryAfter(last.script(), last.number());
        if (pause.filter(duration -> !state.at().plus(duration).isAfter(now)).isPresent()) {
            return begin(request, seen, last.number() + 1, settings);
        }
        var problem = failure.problem(state.at(), pause, now);
        // Once that is told, its login is removed: somebody waits for it.
        var goesOn = pause.isEmpty() && seen.ownLogin().isPresent();
        return Plan.refused(goesOn ? problem.after(MOMENT) : problem);
    }

    /** The Job that told the result goes, and the login that was opened for it; one that failed stays for its log. And what is old enough goes itself. */
    private static Plan closed(BackupRequest request, ObservedBackup seen, Instant now) {
        var steps = new ArrayList<Step>();
        steps.addAll(JobAttempts.deletions(seen.attempts().stream()
                .filter(attempt -> attempt.state() instanceof JobState.Succeeded)
                .toList()));
        // After its Jobs: who waits for the login to go knows then that they are gone too.
        seen.ownLogin().ifPresent(login -> steps.add(new Step.Delete(login.name(), login.uid())));
        if (isExpired(request, seen, now)) {
            steps.add(request.subject().expired());
        }
        return Plan.of(steps);
    }

    static boolean isExpired(BackupRequest request, ObservedBackup seen, Instant now) {
        return (request.memory().outcome() == Outcome.FAILED || seen.newerGood())
                && !seen.read()
                && expiry(request).filter(time -> !time.isAfter(now)).isPresent();
    }

    /** When it may go, if it ever may. */
    static Optional<Instant> expiry(BackupRequest request) {
        var memory = request.memory();
        return switch (memory.outcome()) {
            case OPEN -> Optional.empty();
            case COMPLETE -> request.ttl().flatMap(ttl -> memory.completed().map(time -> time.plus(ttl)));
            case FAILED -> request.failedTtl().flatMap(ttl -> memory.failed().map(time -> time.plus(ttl)));
        };
    }

    /** @return without steps and problem once its files are gone, or are to stay */
    static Plan planRemoval(BackupRequest request, ObservedBackup seen, ToolSettings settings, Instant now) {
        var running = seen.attempts().stream()
                .filter(attempt -> attempt.script() != JobScript.DELETE)
                .filter(JobAttempt::isRunning)
                .toList();
        if (!running.isEmpty()) {
            return JobAttempts.stop(running);
        }
        if (seen.read()) {
            return Plan.refused(READ);
        }
        if (request.policy() == FilePolicy.RETAIN || seen.shared() || hasNothing(request, seen)) {
            return Plan.nothing();
        }
        if (seen.claim() == Claim.NOT_ALLOWED) {
            return Plan.refused(claim(request, seen).orElseThrow().adding(WAY_OUT));
        }
        var last = seen.last(JobScript.DELETE);
        if (last.isEmpty()) {
            return discard(request, seen, 1, settings);
        }
        return switch (last.get().state()) {
            case JobState.Running job ->
                Plan.refused(job.obstacle()
                        .map(obstacle -> obstacle.adding(WAY_OUT))
                        .orElse(removing(request, last.get().name().name()))
                        .after(LOOK_AGAIN));
            case JobState.Succeeded done -> Plan.nothing();
            case JobState.Failed failed -> notRemoved(request, seen, last.get(), settings, now);
        };
    }

    private static Problem removing(BackupRequest request, String job) {
        return Problem.of(
                ProblemKind.WAITING,
                Reason.OPERATION_IN_PROGRESS,
                "Job '" + job + "' removes the files from PersistentVolumeClaim '" + request.claimName() + "'.");
    }

    /** What was to be taken over and was not is not its own: it stays for who finds out why. */
    private static boolean hasNothing(BackupRequest request, ObservedBackup seen) {
        return seen.claim() == Claim.MISSING
                || seen.claim() == Claim.REPLACED
                || (request.imported() && request.memory().outcome() != Outcome.COMPLETE)
                || (request.memory().place().isEmpty() && seen.attempts().isEmpty());
    }

    private static Plan discard(BackupRequest request, ObservedBackup seen, int attempt, ToolSettings settings) {
        if (seen.occupied().isPresent()) {
            return Plan.refused(seen.occupied().get());
        }
        var steps = new ArrayList<Step>();
        steps.add(new Step.Discard(BackupJobs.removing(request, attempt, settings)));
        steps.addAll(JobAttempts.deletions(seen.attempts()));
        return Plan.of(steps);
    }

    private static Plan notRemoved(
            BackupRequest request, ObservedBackup seen, JobAttempt last, ToolSettings settings, Instant now) {
        var state = (JobState.Failed) last.state();
        var failure = last.why(state);
        var pause = failure.exit().retryAfter(last.script(), last.number()).orElse(LONGEST_PAUSE);
        return state.at().plus(pause).isAfter(now)
                ? Plan.refused(
                        failure.problem(state.at(), Optional.of(pause), now).adding(WAY_OUT))
                : discard(request, seen, last.number() + 1, settings);
    }
}
