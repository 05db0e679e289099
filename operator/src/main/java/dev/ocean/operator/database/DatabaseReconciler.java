package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.pass.ContextLookup;
import dev.ocean.operator.pass.EventReason;
import dev.ocean.operator.pass.EventSources;
import dev.ocean.operator.pass.Kind;
import dev.ocean.operator.pass.Leftover;
import dev.ocean.operator.pass.Notice;
import dev.ocean.operator.pass.Pass;
import dev.ocean.operator.pass.PassResult;
import dev.ocean.operator.pass.Passes;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.Fresh;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.postgres.LaneKind;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.reference.DatabaseReferences;
import dev.ocean.operator.reference.LiveLookup;
import dev.ocean.operator.reference.Lookup;
import dev.ocean.operator.reference.References;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.Pictures;
import io.fabric8.kubernetes.api.model.Namespace;
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
import java.util.function.Function;
import java.util.stream.Stream;

/** Walks a ManagedDatabase from its specification to its status; the rhythm that the other capabilities copy. */
public final class DatabaseReconciler implements Reconciler<ManagedDatabase>, Cleaner<ManagedDatabase> {

    private static final Kind<ManagedDatabase, ManagedDatabaseStatus> KIND =
            new Kind<>(ManagedDatabase.class, ManagedDatabase::new);

    private final Passes passes;
    private final References references;
    private final Servers servers;
    private final Executor executor;
    private final ObjectStore objects;
    private final DatabaseObserver observer;
    private final DeletionObserver deletions;
    private final LoginProofs proofs;
    private final Fresh fresh;
    private final EventSources sources;
    private final Terms terms;

    /**
     * @param overlap how long a login that a rotation replaced goes on
     * @param tools settings of the Jobs that restore what a database is born from
     * @param patience how long a namespace that is being deleted waits for a server that is away
     */
    public DatabaseReconciler(
            Passes passes,
            References references,
            Servers servers,
            ObjectStore objects,
            Executor executor,
            Pictures pictures,
            LoginProofs proofs,
            Fresh fresh,
            EventSources sources,
            Duration overlap,
            ToolSettings tools,
            Duration patience) {
        this.passes = passes;
        this.references = references;
        this.servers = servers;
        this.executor = executor;
        this.objects = objects;
        this.observer = new DatabaseObserver(objects, pictures, proofs);
        this.deletions = new DeletionObserver(objects, patience);
        this.proofs = proofs;
        this.fresh = fresh;
        this.sources = sources;
        this.terms = new Terms(overlap, tools);
    }

    @Override
    public List<EventSource<?, ManagedDatabase>> prepareEventSources(EventSourceContext<ManagedDatabase> context) {
        return sources.ofDatabase(context);
    }

    @Override
    public UpdateControl<ManagedDatabase> reconcile(ManagedDatabase cr, Context<ManagedDatabase> context) {
        return passes.reconcile(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<ManagedDatabaseStatus> run(Instant now) {
                var request = DatabaseRequest.parse(cr, references.of(cr, new ContextLookup<>(context)));
                var settled = settle(cr, request, now, seen -> DatabasePlanner.plan(request, seen, fresh, now, terms));
                var status = DatabaseStatusMapper.next(cr, request, settled, now);
                return new PassResult<>(
                        status,
                        settled.problem(),
                        Timetable.next(request, settled.seen(), now, terms.overlap()),
                        Notices.of(request, settled));
            }

            @Override
            public ManagedDatabaseStatus blocked(Problem problem, Instant now) {
                return DatabaseStatusMapper.blocked(cr, problem, now);
            }
        });
    }

    /**
     * A glance first at what was Ready: most passes find nothing to do, and cost the server nothing. Who is about to act looks live, and what was not Ready has something to
     * do.
     */
    private Settled<ObservedDatabase> settle(
            ManagedDatabase cr, DatabaseRequest request, Instant now, Function<ObservedDatabase, Plan> planner) {
        if (request.memory().ready()) {
            var glance = observer.glance(request, formerSecret(cr), now);
            if (glance.isPresent() && planner.apply(glance.get()).isSettled()) {
                return new Settled<>(glance.get(), Optional.empty(), List.of());
            }
        }
        try (var lane = enter(cr, request.subject().server())) {
            return settle(cr, request, lane, planner);
        }
    }

    private Lane enter(ManagedDatabase cr, ServerKey server) {
        return servers.enterOrQueue(server, LaneKind.WORK, sources.databases().waking(cr));
    }

    private Settled<ObservedDatabase> settle(
            ManagedDatabase cr, DatabaseRequest request, Lane lane, Function<ObservedDatabase, Plan> planner) {
        return executor.settle(request.subject(), lane, () -> observer.look(request, formerSecret(cr), lane), planner);
    }

    private static Optional<String> formerSecret(ManagedDatabase cr) {
        return Optional.ofNullable(cr.getStatus())
                .map(ManagedDatabaseStatus::binding)
                .map(ManagedDatabaseStatus.Binding::name);
    }

    @Override
    public DeleteControl cleanup(ManagedDatabase cr, Context<ManagedDatabase> context) {
        return passes.cleanup(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<ManagedDatabaseStatus> run(Instant now) {
                return remove(cr, context, now);
            }

            @Override
            public ManagedDatabaseStatus blocked(Problem problem, Instant now) {
                return DatabaseStatusMapper.deleting(cr, problem, now);
            }

            @Override
            public Optional<Instant> hopelessFrom(Problem problem, Instant now) {
                return deletions.hopelessFrom(cr, problem, now);
            }

            @Override
            public Leftover leftover() {
                return Leftovers.of(cr, new ContextLookup<>(context));
            }
        });
    }

    private PassResult<ManagedDatabaseStatus> remove(
            ManagedDatabase cr, Context<ManagedDatabase> context, Instant now) {
        if (cr.getSpec().deletionProtection()) {
            return waiting(cr, PROTECTED, now, List.of());
        }
        var found = whereItIs(cr, new ContextLookup<>(context));
        if (found.isEmpty()) {
            return gone(cr, List.of());
        }
        DatabaseRequest request;
        Settled<ObservedDatabase> settled;
        // Before anything is read live: many are deleted at once, and whose turn it is not asks for nothing.
        try (var lane = enter(cr, found.get().key())) {
            request = DatabaseRequest.parseRemoved(cr, found.get(), deletions.policy(cr));
            settled = settle(cr, request, lane, seen -> removalPlan(cr, request, seen, now));
        }
        if (settled.problem().isPresent()) {
            return waiting(
                    cr,
                    RemovalPlanner.obstacle(settled.seen())
                            .orElse(settled.problem().get()),
                    now,
                    Notices.of(request, settled));
        }
        request.names()
                .logins()
                .forEach(login -> proofs.forget(request.subject().server(), login.value()));
        return gone(cr, Notices.ofRemoval(request, settled, new ContextLookup<>(context)));
    }

    /** Its Project may have changed its mind since: who is about to act asks again. */
    private Plan removalPlan(ManagedDatabase cr, DatabaseRequest request, ObservedDatabase seen, Instant now) {
        var plan = RemovalPlanner.plan(request, seen, fresh, now);
        return plan.isSettled() || request.policy().equals(deletions.policy(cr)) ? plan : Plan.refused(CHANGED);
    }

    /** Who lets an object go because there is nothing to clean up looks live: its Project or instance may only not have been seen yet. */
    private Optional<DatabaseReferences> whereItIs(ManagedDatabase cr, Lookup caches) {
        var known = references.ofRemoved(cr, caches);
        return known.isPresent() ? known : references.ofRemoved(cr, new LiveLookup(objects));
    }

    private static final Problem CHANGED = Problem.of(
            ProblemKind.CONFLICT, Reason.STALE_READ, "What becomes of the data changed meanwhile; it is read again.");

    private static final Problem PROTECTED = Problem.of(
            ProblemKind.INVALID,
            Reason.PROTECTION_ENABLED,
            "`spec.deletionProtection` is true. Set it to false to let the deletion go on.");

    private static PassResult<ManagedDatabaseStatus> waiting(
            ManagedDatabase cr, Problem problem, Instant now, List<Notice> notices) {
        return new PassResult<>(
                DatabaseStatusMapper.deleting(cr, problem, now), Optional.of(problem), Timetable.NET, notices);
    }

    private static PassResult<ManagedDatabaseStatus> gone(ManagedDatabase cr, List<Notice> notices) {
        return new PassResult<>(cr.getStatus(), Optional.empty(), Timetable.NET, notices);
    }

    /** What a pass did that is worth an event: at most one each, so that a creation costs one write. */
    private static final class Notices {

        private Notices() {}

        /** In a namespace that goes too, nobody could read an event there: the instance tells what is kept on it. */
        static List<Notice> ofRemoval(DatabaseRequest request, Settled<ObservedDatabase> settled, Lookup lookup) {
            var goes = lookup.find(Namespace.class, request.id().namespace())
                    .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() == null)
                    .isEmpty();
            return of(request, settled).stream()
                    .map(notice -> goes && notice.reason() == EventReason.DATABASE_RETAINED
                            ? new Notice(
                                    notice.reason(),
                                    notice.note(),
                                    Optional.of(request.references().instance()))
                            : notice)
                    .toList();
        }

        static List<Notice> of(DatabaseRequest request, Settled<ObservedDatabase> settled) {
            var skipped = FinalBackupPlanner.isSkipped(request, settled)
                    ? Stream.of(new Notice(
                            EventReason.FINAL_BACKUP_SKIPPED, text(EventReason.FINAL_BACKUP_SKIPPED, request)))
                    : Stream.<Notice>empty();
            var done = Done.of(settled.done()).stream()
                    .flatMap(told -> Stream.concat(
                            Stream.of(new Notice(told.reason(), text(told.reason(), request))),
                            told.reason() == EventReason.RESTORE_COMPLETED
                                    ? Birth.skipped(request, settled.seen()).stream()
                                            .map(text -> new Notice(EventReason.GRANTS_SKIPPED, text))
                                    : Stream.empty()));
            return Stream.concat(skipped, done).toList();
        }

        private static String text(EventReason reason, DatabaseRequest request) {
            var database = "Database '" + request.names().database().value() + "'";
            return switch (reason) {
                case DATABASE_CREATED ->
                    database + " was created, and its login published in Secret '" + request.secretName() + "'.";
                case DATABASE_ADOPTED -> database + " was taken back with its data.";
                case DATABASE_DROPPED -> database + " and its roles were dropped.";
                case DATABASE_RETAINED -> database + " was closed; its data stays on the server.";
                case CREDENTIALS_ROTATED ->
                    "The login of " + database + " was rotated; the old one goes on for a while.";
                case CREDENTIALS_REPAIRED -> "The login of " + database + " was set again from the Secret.";
                case DRIFT_CORRECTED -> database + " was brought back to what is specified.";
                case FINAL_BACKUP_SKIPPED ->
                    database + " was dropped without a last backup, which could not be made. DatabaseBackup '"
                            + FinalBackupObjects.backupName(request).name() + "', if it is there, says why.";
                case DATABASE_ORPHANED -> database + " was left on the server.";
                case RESTORE_COMPLETED ->
                    database + " was restored from DatabaseBackup '"
                            + request.origin().orElse("") + "' and counted.";
                case GRANTS_SKIPPED,
                        RESTORE_ROLLED_BACK,
                        PREVIOUS_NOT_DROPPED,
                        BACKUP_COMPLETED,
                        BACKUP_VERIFIED,
                        BACKUP_EXPIRED -> throw new IllegalArgumentException(reason + " is not told of a database");
            };
        }
    }
}
