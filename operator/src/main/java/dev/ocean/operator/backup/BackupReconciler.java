package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.backup.BackupMemory.Outcome;
import dev.ocean.operator.dump.JobState;
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
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.LaneKind;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.reference.BackupStorage;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
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

/** Walks a DatabaseBackup from its specification to its status, and its files to their end. */
public final class BackupReconciler implements Reconciler<DatabaseBackup>, Cleaner<DatabaseBackup> {

    private static final Kind<DatabaseBackup, DatabaseBackupStatus> KIND =
            new Kind<>(DatabaseBackup.class, DatabaseBackup::new);
    private static final Duration NET = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Passes passes;
    private final BackupStorage storage;
    private final Servers servers;
    private final Executor executor;
    private final BackupObserver observer;
    private final VerificationObserver verifications;
    private final ToolSettings settings;
    private final EventSources sources;

    public BackupReconciler(
            Passes passes,
            BackupStorage storage,
            Servers servers,
            ObjectStore objects,
            Executor executor,
            Pictures pictures,
            ToolSettings settings,
            EventSources sources) {
        this.passes = passes;
        this.storage = storage;
        this.servers = servers;
        this.executor = executor;
        this.observer = new BackupObserver(objects);
        this.verifications = new VerificationObserver(objects, pictures);
        this.settings = settings;
        this.sources = sources;
    }

    @Override
    public List<EventSource<?, DatabaseBackup>> prepareEventSources(EventSourceContext<DatabaseBackup> context) {
        return sources.ofBackup(context);
    }

    @Override
    public UpdateControl<DatabaseBackup> reconcile(DatabaseBackup cr, Context<DatabaseBackup> context) {
        return passes.reconcile(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<DatabaseBackupStatus> run(Instant now) {
                var request = BackupRequest.parse(cr, storage.of(cr, new ContextLookup<>(context)));
                if (request.isToBeVerified()) {
                    return verify(cr, request, context, now);
                }
                var settled = executor.settle(
                        request.subject(),
                        () -> observer.look(cr, request),
                        seen -> BackupPlanner.plan(request, seen, settings, now));
                var status = BackupStatusMapper.next(cr, request, settled, now);
                return new PassResult<>(
                        status, settled.problem(), next(request, settled, now), notices(request, status, settled));
            }

            @Override
            public DatabaseBackupStatus blocked(Problem problem, Instant now) {
                return BackupStatusMapper.blocked(cr, problem, now);
            }
        });
    }

    /** Beside the live database, which it does not touch. */
    private PassResult<DatabaseBackupStatus> verify(
            DatabaseBackup cr, BackupRequest request, Context<DatabaseBackup> context, Instant now) {
        var verification = VerificationRequest.of(cr, storage.besideOf(cr, new ContextLookup<>(context)));
        try (var lane = servers.enterOrQueue(
                verification.subject().server(),
                LaneKind.WORK,
                sources.backups().waking(cr))) {
            var settled = executor.settle(
                    verification.subject(),
                    lane,
                    () -> verifications.look(verification, observer.look(cr, request), lane),
                    seen -> VerificationPlanner.plan(request, verification, seen, settings, now));
            var status = BackupStatusMapper.nextVerified(cr, request, settled, now);
            var proved = Conditions.isTrue(status.conditions(), ConditionType.VERIFIED);
            return new PassResult<>(
                    status,
                    settled.problem(),
                    SOON,
                    proved
                            ? List.of(new Notice(
                                    EventReason.BACKUP_VERIFIED, "The backup was restored, and its rows were counted."))
                            : List.of());
        }
    }

    private static Duration next(BackupRequest request, Settled<ObservedBackup> settled, Instant now) {
        var hasTold =
                settled.seen().attempts().stream().anyMatch(attempt -> attempt.state() instanceof JobState.Succeeded);
        if (hasTold) {
            return SOON;
        }
        return BackupPlanner.expiry(request)
                .filter(time -> time.isAfter(now))
                .map(time -> Duration.between(now, time).plus(SOON))
                .filter(left -> left.compareTo(NET) < 0)
                .orElse(NET);
    }

    private static List<Notice> notices(
            BackupRequest request, DatabaseBackupStatus status, Settled<ObservedBackup> settled) {
        if (request.memory().outcome() == Outcome.OPEN
                && Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)) {
            return List.of(new Notice(
                    EventReason.BACKUP_COMPLETED,
                    "The backup is complete: " + status.tables() + " tables, " + status.rows() + " rows, "
                            + status.sizeBytes() + " bytes."));
        }
        var expired = settled.done().stream()
                .anyMatch(step -> step instanceof Step.Delete delete
                        && delete.target().equals(request.subject().name()));
        return expired
                ? List.of(new Notice(
                        EventReason.BACKUP_EXPIRED,
                        request.memory().outcome() == Outcome.FAILED
                                ? "The backup had failed, and nobody looked into it for 7 days."
                                : "The backup was older than its `ttlDays`."))
                : List.of();
    }

    @Override
    public DeleteControl cleanup(DatabaseBackup cr, Context<DatabaseBackup> context) {
        return passes.cleanup(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<DatabaseBackupStatus> run(Instant now) {
                var problem = isNamespaceGoing(cr, context) ? Optional.<Problem>empty() : remove(cr, context, now);
                var status = problem.map(found -> BackupStatusMapper.deleting(cr, found, now))
                        .orElse(cr.getStatus());
                return new PassResult<>(status, problem, NET, List.of());
            }

            @Override
            public DatabaseBackupStatus blocked(Problem problem, Instant now) {
                return BackupStatusMapper.deleting(cr, problem, now);
            }

            @Override
            public Leftover leftover() {
                return Leftover.untold("Its files, if there are any, stay on the volume.");
            }
        });
    }

    /** Its volume goes with it, and no Job can be made there any more. */
    private static boolean isNamespaceGoing(DatabaseBackup cr, Context<DatabaseBackup> context) {
        return new ContextLookup<>(context)
                .find(Namespace.class, cr.getMetadata().getNamespace())
                .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() != null)
                .isPresent();
    }

    /** What a verification that is not over has made, before the files that it reads. */
    private Optional<Problem> withdraw(DatabaseBackup cr, Context<DatabaseBackup> context) {
        if (!VerificationRequest.isOpen(cr)) {
            return Optional.empty();
        }
        return storage.besideOfRemoved(cr, new ContextLookup<>(context)).flatMap(beside -> {
            var verification = VerificationRequest.of(cr, beside);
            try (var lane = servers.enterOrQueue(
                    verification.subject().server(),
                    LaneKind.WORK,
                    sources.backups().waking(cr))) {
                return executor.settle(
                                verification.subject(),
                                lane,
                                () -> verifications.look(verification, lane),
                                seen -> VerificationPlanner.planRemoval(verification, seen))
                        .problem();
            }
        });
    }

    private Optional<Problem> remove(DatabaseBackup cr, Context<DatabaseBackup> context, Instant now) {
        var left = withdraw(cr, context);
        if (left.isPresent()) {
            return left;
        }
        var request = BackupRequest.parseRemoved(cr, storage.homeOf(cr, new ContextLookup<>(context)));
        return request.flatMap(found -> executor.settle(
                        found.subject(),
                        () -> observer.look(cr, found),
                        seen -> BackupPlanner.planRemoval(found, seen, settings, now))
                .problem());
    }
}
