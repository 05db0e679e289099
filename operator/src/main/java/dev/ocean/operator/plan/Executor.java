package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.LoginProofs.Outcome;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.postgres.LoginOutcome;
import dev.ocean.operator.postgres.SqlStatement;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DestructiveStep;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.TenantFurniture;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Carries out plans: look, plan, run, look again until the plan is empty. It never decides. What it stops at is returned as the pass's problem; it throws only where
 * the first look fails, because then there is nothing to report from.
 */
public final class Executor {

    private static final int MAX_TURNS = 3;
    private static final Duration DEFINITION_RECHECK = Duration.ofSeconds(30);

    private final ObjectStore objects;
    private final LoginProofs proofs;
    private final InstantSource clock;

    public Executor(ObjectStore objects, LoginProofs proofs, InstantSource clock) {
        this.objects = objects;
        this.proofs = proofs;
        this.clock = clock;
    }

    /**
     * @param lane the right to talk to the subject's server, held by the caller
     * @param look changes nothing
     * @param planner decides from what was seen
     */
    public <O extends Seen> Settled<O> settle(Subject subject, Lane lane, Supplier<O> look, Function<O, Plan> planner) {
        return settle(subject, look, planner, (step, seen) -> run(step, subject, lane, seen.server()));
    }

    /** As above, for what is done on the API server alone. */
    public <O> Settled<O> settle(Subject subject, Supplier<O> look, Function<O, Plan> planner) {
        return settle(subject, look, planner, (step, seen) -> run(step, subject));
    }

    private <O> Settled<O> settle(
            Subject subject, Supplier<O> look, Function<O, Plan> planner, BiConsumer<Step, O> runner) {
        var done = new ArrayList<Step>();
        var seen = look.get();
        for (var turn = 1; turn <= MAX_TURNS; turn++) {
            var plan = planner.apply(seen);
            if (plan.steps().isEmpty()) {
                return new Settled<>(seen, plan.problem(), done);
            }
            try {
                requireDefinition(plan, subject);
                for (var step : plan.steps()) {
                    runner.accept(step, seen);
                    done.add(step);
                }
                seen = look.get();
            } catch (Blocked blocked) {
                if (blocked.problem().kind() != ProblemKind.CONFLICT || turn == MAX_TURNS) {
                    return new Settled<>(seen, Optional.of(blocked.problem()), done);
                }
                try {
                    seen = look.get();
                } catch (Blocked blind) {
                    return new Settled<>(seen, Optional.of(blind.problem()), done);
                }
            }
        }
        var plan = planner.apply(seen);
        return plan.steps().isEmpty()
                ? new Settled<>(seen, plan.problem(), done)
                : new Settled<>(seen, Optional.of(plan.problem().orElseGet(() -> unsettled(plan, done))), done);
    }

    /**
     * Before the first step of a plan that closes, drops or discards: deleting a definition deletes all of its objects, and nobody meant their data. The definition is marked before its
     * objects are, so this look cannot come too early.
     */
    private void requireDefinition(Plan plan, Subject subject) {
        var removes = plan.steps().stream()
                .anyMatch(step -> step instanceof Step.Discard
                        || (step instanceof Step.Sql(DestructiveStep destructive)
                                && destructive.ground() == DestructiveStep.Ground.DELETION));
        if (removes && objects.isDefinitionGoing(subject.name().type())) {
            throw new Blocked(Problem.of(
                            ProblemKind.WAITING,
                            Reason.DEFINITION_BEING_DELETED,
                            "The CustomResourceDefinition is being deleted, and every object with it; nothing is closed or dropped. To keep the data under Ocean, take the"
                                    + " finalizer off this object, install the CRDs again and apply the object again: it takes its database back.")
                    .after(DEFINITION_RECHECK));
        }
    }

    /** What was done in every turn and is to be done again comes back as often as it is corrected: repeating it at once would never end. */
    private static Problem unsettled(Plan plan, List<Step> done) {
        for (var step : plan.steps()) {
            if (done.stream()
                            .filter(before -> before.toString().equals(step.toString()))
                            .count()
                    >= MAX_TURNS) {
                return Problem.of(
                        ProblemKind.REFUSED,
                        Reason.DRIFT_NOT_CORRECTABLE,
                        "'" + step + "' was done " + MAX_TURNS
                                + " times in a row, and what it corrects was found again each time. Find out who changes it back, or why the admin may not change it: a membership can be taken only by who granted it.");
            }
        }
        return Problem.of(
                ProblemKind.BUSY, Reason.UPDATING, "There is more to do than one pass takes on; the next one goes on.");
    }

    private void run(Step step, Subject subject, Lane lane, ServerFacts server) {
        switch (step) {
            case Step.Sql(DestructiveStep destructive) ->
                destroy(LiveProof.obtain(destructive, subject, objects, clock.instant()), lane, server);
            case Step.Sql(ServerStep harmless) -> execute(harmless, lane, server);
            case Step.Probe probe -> probe(probe, subject, lane);
            case Step.Furnish furnish -> furnish(furnish, lane);
            case Step.Create any -> run(any, subject);
            case Step.Discard any -> run(any, subject);
            case Step.Patch any -> run(any, subject);
            case Step.Delete any -> run(any, subject);
        }
    }

    private void run(Step step, Subject subject) {
        switch (step) {
            case Step.Create(Job job) -> start(job);
            case Step.Create create -> objects.create(create.object());
            case Step.Discard discard -> {
                LiveProof.requireDeleted(subject, objects);
                start(discard.job());
            }
            case Step.Patch patch -> objects.patch(patch.target(), patch.patch());
            case Step.Delete delete -> objects.delete(delete.target(), delete.sighting());
            case Step.Sql sql -> throw new IllegalStateException("no lane to run " + sql);
            case Step.Probe probe -> throw new IllegalStateException("no lane to run " + probe);
            case Step.Furnish furnish -> throw new IllegalStateException("no lane to run " + furnish);
        }
    }

    /** Whoever plans a Job, its pod has no more of the network than it needs. */
    private void start(Job job) {
        JobNetwork.confine(job, objects);
        objects.create(job);
    }

    /** Safe here: the proof was obtained a moment ago, from the live object and from the mark that this turn's look found on the server. */
    private static void destroy(LiveProof proof, Lane lane, ServerFacts server) {
        execute(proof.step(), lane, server);
    }

    private static void execute(ServerStep step, Lane lane, ServerFacts server) {
        var statement = step.sql(server);
        if (step.meanwhile().isPresent()) {
            lane.executeAmid(statement, step.meanwhile().get());
            return;
        }
        step.inside().ifPresentOrElse(database -> lane.executeIn(database, statement), () -> lane.execute(statement));
    }

    private static void furnish(Step.Furnish step, Lane lane) {
        var database = step.login().database().value();
        switch (lane.as(step.login(), step.furniture().toArray(SqlStatement[]::new))) {
            case LoginOutcome.Accepted accepted -> {}
            case LoginOutcome.AcceptedButFull full ->
                throw Blocked.by(
                        ProblemKind.TRANSIENT,
                        Reason.CONNECTION_LIMIT,
                        "The database's login has no free connection left to make the extensions of database '"
                                + database + "'. Close some or raise `spec.connectionLimit` of the ManagedDatabase.");
            case LoginOutcome.Refused refused ->
                throw Blocked.by(
                        ProblemKind.TRANSIENT,
                        Reason.LOGIN_REFUSED,
                        "The server refuses the database's login, which is to make the extensions of database '"
                                + database + "'. The conditions of the ManagedDatabase say why.");
        }
    }

    private void probe(Step.Probe probe, Subject subject, Lane lane) {
        var statements = new ArrayList<>(probe.furniture());
        statements.add(TenantFurniture.look());
        var proof =
                switch (lane.as(probe.login(), statements.toArray(SqlStatement[]::new))) {
                    case LoginOutcome.Accepted accepted ->
                        new LoginProof(
                                probe.fingerprint(),
                                Outcome.ACCEPTED,
                                Optional.of(TenantFurniture.read(accepted.rows())),
                                clock.instant());
                    case LoginOutcome.AcceptedButFull full ->
                        new LoginProof(
                                probe.fingerprint(), Outcome.ACCEPTED_BUT_FULL, Optional.empty(), clock.instant());
                    case LoginOutcome.Refused refused ->
                        new LoginProof(probe.fingerprint(), Outcome.REFUSED, Optional.empty(), clock.instant());
                };
        proofs.keep(subject.server(), probe.login().username().value(), proof);
    }
}
