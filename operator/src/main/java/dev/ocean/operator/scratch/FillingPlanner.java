package dev.ocean.operator.scratch;

import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.JobState;
import dev.ocean.operator.dump.ToolSettings;
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
 * Decides how a backup gets into a scratch database: checked, then restored and counted by a Job. How far it has come is told by the mark on the scratch database and by the
 * Jobs, never by what an earlier pass remembers.
 */
public final class FillingPlanner {

    /** How often a pod that does not run, or a volume that is taken, is looked at: neither has an event that wakes us. */
    public static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final Filling filling;
    private final ObservedFilling seen;
    private final ToolSettings settings;
    private final Instant now;
    private final Scratch scratch;

    public FillingPlanner(Filling filling, ObservedFilling seen, ToolSettings settings, Instant now) {
        this.filling = filling;
        this.seen = seen;
        this.settings = settings;
        this.now = now;
        this.scratch = new Scratch(filling, seen);
    }

    /** @return what is to be done, or waited for, before it is known that the backup is whole and fits; empty once it is */
    public Optional<Plan> untilChecked() {
        var backup = seen.backup();
        if (backup.isPresent()) {
            return Preflight.objection(backup.get(), seen, filling.allowedExtensions())
                    .map(objection -> new Plan(scratch.drop(), Optional.of(objection)));
        }
        var check = seen.last(JobScript.CHECK);
        if (check.isEmpty()) {
            return Optional.of(begin(FillingJobs.check(filling, 1, settings)));
        }
        return Optional.of(
                switch (check.get().state()) {
                    case JobState.Running running -> working(running, Reason.PREFLIGHT, "The backup is being checked.");
                    case JobState.Failed failed -> failed(check.get(), failed);
                    case JobState.Succeeded succeeded -> unheard(check.get());
                });
    }

    /** Its word is lost, or is none: it is asked again, but not for ever. */
    private Plan unheard(JobAttempt check) {
        return check.unreadable()
                .map(Plan::refused)
                .orElseGet(() -> begin(FillingJobs.check(filling, check.number() + 1, settings)));
    }

    /** Once {@link #untilChecked} is empty. @return what is to be done, or waited for, before the scratch database is full and counted; empty once it is */
    public Optional<Plan> untilFull() {
        var restore = seen.last(JobScript.RESTORE);
        if (restore.isEmpty()) {
            return Optional.of(fill(seen.backup().orElseThrow(), 1));
        }
        return switch (restore.get().state()) {
            case JobState.Running running ->
                Optional.of(
                        working(running, Reason.RESTORING, "The backup is being restored into a scratch database."));
            case JobState.Failed failed -> Optional.of(failed(restore.get(), failed));
            case JobState.Succeeded succeeded -> scratch.isOpened() ? Optional.empty() : Optional.of(forgotten());
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
        var failure = last.why(state);
        var pause = failure.exit().retryAfter(last.script(), last.number());
        if (pause.isEmpty()) {
            return new Plan(scratch.drop(), Optional.of(failure.problem(state.at(), pause, now)));
        }
        if (now.isBefore(state.at().plus(pause.get()))) {
            return Plan.refused(failure.problem(state.at(), pause, now));
        }
        return last.script() == JobScript.CHECK
                ? begin(FillingJobs.check(filling, last.number() + 1, settings))
                : fill(seen.backup().orElseThrow(), last.number() + 1);
    }

    private Plan begin(Job job) {
        return seen.occupied().map(Plan::refused).orElseGet(() -> {
            var steps = new ArrayList<Step>();
            steps.add(new Step.Create(job));
            return Plan.of(steps);
        });
    }

    /** A scratch database in which a Job may have been is made anew: half of a restore is no beginning. */
    private Plan fill(BackedUp backup, int attempt) {
        if (seen.occupied().isPresent()) {
            return Plan.refused(seen.occupied().get());
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
        var steps = new ArrayList<>(scratch.empty(
                backup, preflight.byAdmin(), seen.last(JobScript.RESTORE).isPresent()));
        if (!preflight.byTenant().isEmpty()) {
            var login = new TenantLogin(
                    SqlIdentifier.of(credentials.get().username()),
                    credentials.get().password(),
                    filling.scratch());
            steps.add(new Step.Furnish(login, TenantFurniture.create(List.of(), preflight.byTenant())));
        }
        steps.add(new Step.Create(FillingJobs.restore(filling, backup, attempt, settings)));
        return Plan.of(steps);
    }
}
