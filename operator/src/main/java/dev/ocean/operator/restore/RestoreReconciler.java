package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.pass.ContextLookup;
import dev.ocean.operator.pass.EventSources;
import dev.ocean.operator.pass.Kind;
import dev.ocean.operator.pass.Leftover;
import dev.ocean.operator.pass.Pass;
import dev.ocean.operator.pass.PassResult;
import dev.ocean.operator.pass.Passes;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.postgres.LaneKind;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.reference.LiveLookup;
import dev.ocean.operator.reference.RestoreTargets;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.restore.RestoreMemory.Outcome;
import dev.ocean.operator.tenancy.Pictures;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Walks a DatabaseRestore from its specification to its status, and back if it is undone. */
public final class RestoreReconciler implements Reconciler<DatabaseRestore>, Cleaner<DatabaseRestore> {

    private static final Kind<DatabaseRestore, DatabaseRestoreStatus> KIND =
            new Kind<>(DatabaseRestore.class, DatabaseRestore::new);
    private static final Duration NET = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Passes passes;
    private final RestoreTargets targets;
    private final Servers servers;
    private final ObjectStore objects;
    private final Executor executor;
    private final RestoreObserver observer;
    private final ToolSettings settings;
    private final EventSources sources;

    public RestoreReconciler(
            Passes passes,
            RestoreTargets targets,
            Servers servers,
            ObjectStore objects,
            Executor executor,
            Pictures pictures,
            LoginProofs proofs,
            ToolSettings settings,
            EventSources sources) {
        this.passes = passes;
        this.targets = targets;
        this.servers = servers;
        this.objects = objects;
        this.executor = executor;
        this.observer = new RestoreObserver(objects, pictures, proofs);
        this.settings = settings;
        this.sources = sources;
    }

    @Override
    public List<EventSource<?, DatabaseRestore>> prepareEventSources(EventSourceContext<DatabaseRestore> context) {
        return sources.ofRestore(context);
    }

    @Override
    public UpdateControl<DatabaseRestore> reconcile(DatabaseRestore cr, Context<DatabaseRestore> context) {
        return passes.reconcile(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<DatabaseRestoreStatus> run(Instant now) {
                return restore(cr, context, now);
            }

            @Override
            public DatabaseRestoreStatus blocked(Problem problem, Instant now) {
                return RestoreStatusMapper.blocked(cr, problem, now);
            }
        });
    }

    private PassResult<DatabaseRestoreStatus> restore(
            DatabaseRestore cr, Context<DatabaseRestore> context, Instant now) {
        if (isSettled(cr)) {
            return new PassResult<>(cr.getStatus(), Optional.empty(), NET, List.of());
        }
        var request = RestoreRequest.parse(cr, targets.of(cr, new ContextLookup<>(context)));
        try (var lane = servers.enterOrQueue(
                request.subject().server(), LaneKind.WORK, sources.restores().waking(cr))) {
            var settled = executor.settle(
                    request.subject(),
                    lane,
                    () -> observer.look(cr, request, lane),
                    seen -> RestorePlanner.plan(request, seen, settings, now));
            var status = RestoreStatusMapper.next(cr, request, settled, lane.outage(), now);
            return new PassResult<>(
                    status,
                    settled.problem(),
                    next(request, settled, now),
                    RestoreNotices.of(cr, request, settled, status));
        }
    }

    /** Over, nothing is kept and nothing is asked for: then it costs the server nothing, for ever. */
    private static boolean isSettled(DatabaseRestore cr) {
        var status = cr.getStatus();
        return RestoreMemory.of(cr).outcome() != Outcome.OPEN
                && status != null
                && status.previousDatabase() == null
                && cr.getMetadata().getGeneration().equals(status.observedGeneration())
                && Conditions.isTrue(status.conditions(), ConditionType.READY)
                && !Conditions.arePaused(status.conditions());
    }

    private static Duration next(RestoreRequest request, Settled<ObservedRestore> settled, Instant now) {
        if (request.memory().outcome() == Outcome.OPEN) {
            // What is left over is cleaned up as soon as the result is written.
            return SOON;
        }
        return settled.seen()
                .previous(request.id().uid())
                .flatMap(copy -> copy.mark())
                .flatMap(mark -> mark.state().expires())
                .map(until -> Duration.between(now, until).plus(SOON))
                .filter(left -> left.isPositive() && left.compareTo(NET) < 0)
                .orElse(NET);
    }

    @Override
    public DeleteControl cleanup(DatabaseRestore cr, Context<DatabaseRestore> context) {
        return passes.cleanup(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<DatabaseRestoreStatus> run(Instant now) {
                var problem = remove(cr, context, now);
                var status = problem.map(found -> RestoreStatusMapper.deleting(cr, found, now))
                        .orElse(cr.getStatus());
                return new PassResult<>(status, problem, NET, List.of());
            }

            @Override
            public DatabaseRestoreStatus blocked(Problem problem, Instant now) {
                return RestoreStatusMapper.deleting(cr, problem, now);
            }

            @Override
            public Leftover leftover() {
                return Leftover.untold(
                        "Its scratch database, if there is one, goes with the next look at its ManagedDatabase.");
            }
        });
    }

    private Optional<Problem> remove(DatabaseRestore cr, Context<DatabaseRestore> context, Instant now) {
        if (RestoreMemory.of(cr).leavesNothing()) {
            return Optional.empty();
        }
        var known = targets.ofRemoved(cr, new ContextLookup<>(context));
        // Who lets an object go because there is nothing to clean up looks live.
        var found = known.isPresent() ? known : targets.ofRemoved(cr, new LiveLookup(objects));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var request = RestoreRequest.parse(cr, found.get());
        try (var lane = servers.enterOrQueue(
                request.subject().server(), LaneKind.WORK, sources.restores().waking(cr))) {
            return executor.settle(
                            request.subject(),
                            lane,
                            () -> observer.look(cr, request, lane),
                            seen -> RestorePlanner.planRemoval(request, seen, settings, now))
                    .problem();
        }
    }
}
