package dev.ocean.operator.restore;

import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobAttempts;
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
import dev.ocean.operator.scratch.FillingPlanner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to do for a restore. How far it has come is told by the marks on the databases and by its Jobs, never by what an earlier pass remembers.
 */
final class RestorePlanner {

    /** What it is about is written down in this pass, before anything is made. */
    private static final Problem BEGINNING = Problem.of(ProblemKind.WAITING, Reason.PREFLIGHT, "The restore begins.")
            .after(Duration.ofSeconds(1));

    private static final Problem WITHDRAWN = Problem.of(
            ProblemKind.FAILED,
            Reason.ROLLED_BACK,
            "The restore was undone before the databases changed places; the live database is untouched.");

    private static final Duration PROBE_AGAIN = Duration.ofSeconds(5);

    private final RestoreRequest request;
    private final ObservedRestore seen;
    private final Instant now;
    private final FillingPlanner filler;
    private final Swaps swaps;

    private RestorePlanner(RestoreRequest request, ObservedRestore seen, ToolSettings settings, Instant now) {
        this.request = request;
        this.seen = seen;
        this.now = now;
        this.filler = new FillingPlanner(request.filling(), seen.filling(), settings, now);
        this.swaps = new Swaps(request, seen, now);
    }

    /** @return without steps and problem once the restored data is in place and proved, or the checks of a dry run are made */
    static Plan plan(RestoreRequest request, ObservedRestore seen, ToolSettings settings, Instant now) {
        var planner = new RestorePlanner(request, seen, settings, now);
        return switch (request.memory().outcome()) {
            case FAILED ->
                planner.stopped()
                        .orElseGet(() -> Plan.of(planner.swaps.scratch().drop()));
            case COMPLETE -> planner.afterwards();
            case OPEN -> seen.isCommitted(request.id().uid()) ? planner.finishing() : planner.untilTheSwap();
        };
    }

    /** What a Job is working in must not be dropped under it. */
    private Optional<Plan> stopped() {
        var running =
                seen.filling().attempts().stream().filter(JobAttempt::isRunning).toList();
        return running.isEmpty() ? Optional.empty() : Optional.of(JobAttempts.stop(running));
    }

    private Plan untilTheSwap() {
        if (seen.rollback()) {
            return stopped().orElseGet(() -> new Plan(swaps.scratch().drop(), Optional.of(WITHDRAWN)));
        }
        var objection = Validation.objection(request, seen);
        if (objection.isPresent()) {
            return Plan.refused(objection.get());
        }
        if (!request.memory().hasBegun()) {
            return Plan.refused(BEGINNING);
        }
        return filler.untilChecked()
                .or(() -> request.dryRun() ? Optional.of(Plan.nothing()) : filler.untilFull())
                .orElseGet(this::swap);
    }

    private Plan swap() {
        return swaps.blocked().map(Plan::refused).orElseGet(() -> Plan.of(swaps.in()));
    }

    /** The data is in place; that its login gets in is shown, not assumed. */
    private Plan finishing() {
        if (seen.isRolledBack(request.id().uid())) {
            return Plan.nothing();
        }
        // Not after the proof: what nobody can log in to is what one wants to undo.
        if (seen.rollback()) {
            return rollback(List.of());
        }
        var credentials = seen.filling().credentials();
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
        return Problem.of(ProblemKind.WAITING, Reason.FINISHING, message).after(FillingPlanner.LOOK_AGAIN);
    }

    /** The Jobs that told the result go; what was set aside goes at its time, or comes back. */
    private Plan afterwards() {
        var steps = new ArrayList<Step>(JobAttempts.deletions(seen.filling().attempts()));
        if (seen.rollback()
                && !request.memory().rolledBack()
                && !seen.isRolledBack(request.id().uid())) {
            return rollback(steps);
        }
        steps.addAll(swaps.dropExpired());
        return Plan.of(steps);
    }

    private Plan rollback(List<Step> before) {
        if (swaps.previous().isEmpty()) {
            return new Plan(
                    before,
                    Optional.of(
                            Problem.of(
                                    ProblemKind.INVALID,
                                    Reason.PREVIOUS_GONE,
                                    "There is no previous database any more that could be brought back. Restore a backup instead.")));
        }
        var obstacle = Validation.going(request, seen)
                .or(() -> Validation.replacedDatabase(request, seen))
                .or(() -> Validation.ownership(request, seen))
                .or(() -> Validation.order(request, seen))
                .or(swaps::blocked);
        if (obstacle.isPresent()) {
            return new Plan(before, obstacle);
        }
        var steps = new ArrayList<>(before);
        steps.addAll(swaps.back());
        return Plan.of(steps);
    }

    /** @return without steps and problem once nothing is left but what goes at its own time */
    static Plan planRemoval(RestoreRequest request, ObservedRestore seen, ToolSettings settings, Instant now) {
        var planner = new RestorePlanner(request, seen, settings, now);
        return planner.stopped().orElseGet(() -> Plan.of(planner.swaps.scratch().drop()));
    }
}
