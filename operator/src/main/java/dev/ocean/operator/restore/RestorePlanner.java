package dev.ocean.operator.restore;

import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.JobState;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.LoginProofs.Outcome;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.TenantLogin;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.TenantFurniture;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to do for a restore. How far it has come is told by the marks on the databases and by its Jobs, never by what an earlier pass remembers.
 */
final class RestorePlanner {

    /** How often a pod that does not run, or a volume that is taken, is looked at: neither has an event that wakes us. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final Duration PROBE_AGAIN = Duration.ofSeconds(5);

    private final RestoreRequest request;
    private final ObservedRestore seen;
    private final ToolSettings settings;
    private final Instant now;
    private final Swaps swaps;

    private RestorePlanner(RestoreRequest request, ObservedRestore seen, ToolSettings settings, Instant now) {
        this.request = request;
        this.seen = seen;
        this.settings = settings;
        this.now = now;
        this.swaps = new Swaps(request, seen, now);
    }

    /** @return without steps and problem once the restored data is in place and proved, or the checks of a dry run are made */
    static Plan plan(RestoreRequest request, ObservedRestore seen, ToolSettings settings, Instant now) {
        var planner = new RestorePlanner(request, seen, settings, now);
        return switch (request.memory().outcome()) {
            case FAILED -> Plan.of(planner.swaps.dropScratch());
            case COMPLETE -> planner.afterwards();
            case OPEN -> seen.isCommitted(request.id().uid()) ? planner.finishing() : planner.untilTheSwap();
        };
    }

    private Plan untilTheSwap() {
        var objection = Validation.objection(request, seen);
        if (objection.isPresent()) {
            return Plan.refused(objection.get());
        }
        var check = seen.last(JobScript.CHECK);
        if (check.isEmpty()) {
            return begin(RestoreJobs.check(request, 1, settings));
        }
        return switch (check.get().state()) {
            case JobState.Running running -> working(running, Reason.PREFLIGHT, "The backup is being checked.");
            case JobState.Failed failed -> failed(check.get(), failed);
            case JobState.Succeeded succeeded ->
                seen.backup().map(this::checked).orElseGet(() -> unheard(check.get()));
        };
    }

    /** Its word is lost, or is none: it is asked again, but not for ever. */
    private Plan unheard(JobAttempt check) {
        return check.unreadable()
                .map(Plan::refused)
                .orElseGet(() -> begin(RestoreJobs.check(request, check.number() + 1, settings)));
    }

    private Plan checked(BackedUp backup) {
        var objection = Preflight.objection(backup, seen);
        if (objection.isPresent()) {
            return new Plan(swaps.dropScratch(), objection);
        }
        if (request.dryRun()) {
            return Plan.nothing();
        }
        var restore = seen.last(JobScript.RESTORE);
        if (restore.isEmpty()) {
            return fill(backup, 1);
        }
        return switch (restore.get().state()) {
            case JobState.Running running ->
                working(running, Reason.RESTORING, "The backup is being restored beside the live database.");
            case JobState.Failed failed -> failed(restore.get(), failed);
            case JobState.Succeeded succeeded -> swaps.hasOpenScratch() ? swap() : forgotten();
        };
    }

    /** What was filled is gone: its Jobs go too, so that nothing says of the next scratch database that it is full. */
    private Plan forgotten() {
        return new Plan(
                JobAttempts.deletions(seen.attempts().stream()
                        .filter(attempt -> attempt.script() == JobScript.RESTORE)
                        .toList()),
                Optional.of(Problem.of(
                                ProblemKind.WAITING,
                                Reason.RESTORING,
                                "The scratch database is gone; the restore begins again.")
                        .after(LOOK_AGAIN)));
    }

    private static Plan working(JobState.Running job, Reason reason, String message) {
        return Plan.refused(job.obstacle()
                .orElseGet(() -> Problem.of(ProblemKind.WAITING, reason, message))
                .after(LOOK_AGAIN));
    }

    /** What a failed restore has filled is nobody's data. */
    private Plan failed(JobAttempt last, JobState.Failed state) {
        var failure = state.why(last.script());
        var pause = failure.exit().retryAfter(last.script(), last.number());
        if (pause.isEmpty()) {
            return new Plan(swaps.dropScratch(), Optional.of(failure.problem(state.at(), pause, now)));
        }
        if (now.isBefore(state.at().plus(pause.get()))) {
            return Plan.refused(failure.problem(state.at(), pause, now));
        }
        return last.script() == JobScript.CHECK
                ? begin(RestoreJobs.check(request, last.number() + 1, settings))
                : fill(seen.backup().orElseThrow(), last.number() + 1);
    }

    private Plan begin(Job job) {
        return taken().map(Plan::refused).orElseGet(() -> {
            var steps = new ArrayList<Step>();
            steps.add(new Step.Create(job));
            return Plan.of(steps);
        });
    }

    /** A scratch database in which a Job may have been is made anew: half of a restore is no beginning. */
    private Plan fill(BackedUp backup, int attempt) {
        var taken = taken();
        if (taken.isPresent()) {
            return Plan.refused(taken.get());
        }
        var preflight = Preflight.of(backup, seen);
        var credentials = seen.credentials();
        if (credentials.isEmpty()) {
            return Plan.refused(Problem.of(
                            ProblemKind.WAITING,
                            Reason.DATABASE_NOT_READY,
                            "The Secret of the database's login is not in order. The conditions of the ManagedDatabase say why.")
                    .after(LOOK_AGAIN));
        }
        var steps = new ArrayList<>(swaps.emptyScratch(
                backup, preflight.byAdmin(), seen.last(JobScript.RESTORE).isPresent()));
        if (!preflight.byTenant().isEmpty()) {
            var login = new TenantLogin(
                    SqlIdentifier.of(credentials.get().username()),
                    credentials.get().password(),
                    request.scratch());
            steps.add(new Step.Probe(
                    login,
                    "scratch of " + request.id().uid(),
                    TenantFurniture.create(List.of(), preflight.byTenant())));
        }
        steps.add(new Step.Create(RestoreJobs.restore(request, backup, attempt, settings)));
        return Plan.of(steps);
    }

    private Optional<Problem> taken() {
        return seen.claimTaken() ? Optional.of(JobAttempts.VOLUME_TAKEN) : Optional.empty();
    }

    private Plan swap() {
        return swaps.blocked().map(Plan::refused).orElseGet(() -> Plan.of(swaps.in()));
    }

    /** The data is in place; that its login gets in is shown, not assumed. */
    private Plan finishing() {
        var credentials = seen.credentials();
        if (credentials.isEmpty()) {
            return Plan.refused(
                    finishing(
                            "The Secret of the database's login is not in order. The conditions of the ManagedDatabase say why."));
        }
        var fingerprint = fingerprint();
        var proof = seen.proof().filter(found -> found.isAbout(fingerprint));
        if (proof.filter(found -> found.outcome() != Outcome.REFUSED).isPresent()) {
            return Plan.nothing();
        }
        if (proof.map(LoginProof::time)
                .filter(time -> now.isBefore(time.plus(PROBE_AGAIN)))
                .isPresent()) {
            return Plan.refused(
                    finishing("The server refuses the database's login; its ManagedDatabase is repairing it."));
        }
        return Plan.of(List.of(new Step.Probe(
                new TenantLogin(
                        SqlIdentifier.of(credentials.get().username()),
                        credentials.get().password(),
                        request.names().database()),
                fingerprint,
                List.of())));
    }

    /** Of the very database that is live now. */
    private String fingerprint() {
        return "restore " + request.id().uid() + " "
                + seen.live().map(live -> live.oid()).orElse(0L);
    }

    private static Problem finishing(String message) {
        return Problem.of(ProblemKind.WAITING, Reason.FINISHING, message).after(LOOK_AGAIN);
    }

    /** The Jobs that told the result go; what was set aside goes at its time, or comes back. */
    private Plan afterwards() {
        var steps = new ArrayList<Step>(JobAttempts.deletions(seen.attempts()));
        if (request.dryRun()) {
            return Plan.of(steps);
        }
        if (request.rollback()
                && !request.memory().rolledBack()
                && !seen.isRolledBack(request.id().uid())) {
            return rollback(steps);
        }
        steps.addAll(swaps.dropExpired());
        return Plan.of(steps);
    }

    private Plan rollback(List<Step> steps) {
        if (!swaps.canGoBack()) {
            return new Plan(
                    steps,
                    Optional.of(
                            Problem.of(
                                    ProblemKind.INVALID,
                                    Reason.PREVIOUS_GONE,
                                    "There is no previous database any more that could be brought back. Restore a backup instead.")));
        }
        var obstacle = Validation.order(request, seen).or(swaps::blocked);
        if (obstacle.isPresent()) {
            return new Plan(steps, obstacle);
        }
        steps.addAll(swaps.back());
        return Plan.of(steps);
    }

    /** @return without steps and problem once nothing is left but what goes at its own time */
    static Plan planRemoval(RestoreRequest request, ObservedRestore seen, Instant now) {
        var elsewhere = Validation.anotherServer(request, seen);
        if (elsewhere.isPresent()) {
            return Plan.refused(elsewhere.get());
        }
        var running = seen.attempts().stream().filter(JobAttempt::isRunning).toList();
        if (!running.isEmpty()) {
            return JobAttempts.stop(running);
        }
        return Plan.of(new Swaps(request, seen, now).dropScratch());
    }
}
