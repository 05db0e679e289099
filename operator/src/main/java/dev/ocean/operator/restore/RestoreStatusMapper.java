package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus.Bound;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus.PreviousDatabase;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus.Restored;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus.SkippedGrants;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.restore.RestoreMemory.Outcome;
import dev.ocean.operator.scratch.Preflight;
import dev.ocean.operator.tenancy.DatabaseFacts;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the whole status of a DatabaseRestore; the only one that does. */
final class RestoreStatusMapper {

    private static final DatabaseRestoreStatus NONE =
            new DatabaseRestoreStatus(null, null, null, null, null, null, null, null, null, List.of());
    private static final String RESTORED = "The backup is in the place of the database, and a login into it succeeded.";
    private static final String CHECKED = "The checks found nothing that would stop the restore; nothing was changed.";
    private static final String UNDONE = "The previous database is back in its place.";
    private static final String WAY_OUT = "Or give up cleaning: annotate this object with " + Annotations.ABANDON
            + ": \"true\"; its scratch database goes with the next look at the ManagedDatabase.";
    private static final int NAMED = 16;

    private RestoreStatusMapper() {}

    /**
     * After a pass that looked.
     *
     * @param outage how long this pass kept clients out; zero if it did not
     */
    static DatabaseRestoreStatus next(
            DatabaseRestore cr,
            RestoreRequest request,
            Settled<ObservedRestore> settled,
            Duration outage,
            Instant now) {
        var old = old(cr);
        var seen = settled.seen();
        var done =
                request.memory().outcome() == Outcome.OPEN && settled.problem().isEmpty();
        return new DatabaseRestoreStatus(
                cr.getMetadata().getGeneration(),
                old.startTime() == null ? now.truncatedTo(ChronoUnit.SECONDS) : old.startTime(),
                done && !request.dryRun() ? now : old.completionTime(),
                bound(request, seen),
                seen.filling().restored().map(RestoreStatusMapper::restored).orElse(old.restored()),
                previous(request, seen),
                outage.isZero() ? old.outageMillis() : Long.valueOf(outage.toMillis()),
                seen.filling().restored().map(RestoreStatusMapper::skipped).orElse(old.skippedGrants()),
                preflight(request, seen, old),
                conditions(cr, request, settled, now));
    }

    /** What was seen first stays; the server is told once nothing objects, and only then anything is made on it. */
    private static Bound bound(RestoreRequest request, ObservedRestore seen) {
        var references = request.references();
        var memory = request.memory();
        var begins = memory.outcome() == Outcome.OPEN
                && Validation.objection(request, seen).isEmpty();
        return new Bound(
                memory.databaseUid().orElse(references.database().uid()),
                memory.backupUid()
                        .or(() -> references.backup().map(backup -> backup.id().uid()))
                        .orElse(null),
                memory.systemIdentifier()
                        .or(() -> begins ? Optional.of(seen.server().systemIdentifier()) : Optional.empty())
                        .orElse(null));
    }

    private static Restored restored(dev.ocean.operator.dump.JobResult.Restored result) {
        return new Restored(
                result.tables(),
                result.rows(),
                result.closedRoutines() == 0 ? null : Long.valueOf(result.closedRoutines()));
    }

    private static @Nullable SkippedGrants skipped(dev.ocean.operator.dump.JobResult.Restored result) {
        return result.skippedGrants() == 0
                ? null
                : new SkippedGrants(
                        result.skippedGrants(),
                        result.skippedNames().stream().limit(NAMED).toList());
    }

    private static @Nullable PreviousDatabase previous(RestoreRequest request, ObservedRestore seen) {
        return seen.previous(request.id().uid())
                .map(copy -> new PreviousDatabase(copy.name(), expires(copy)))
                .orElse(null);
    }

    private static @Nullable Instant expires(DatabaseFacts copy) {
        return copy.mark().flatMap(mark -> mark.state().expires()).orElse(null);
    }

    /** Told until the databases change places; what was found then says nothing about later. */
    private static DatabaseRestoreStatus.@Nullable Preflight preflight(
            RestoreRequest request, ObservedRestore seen, DatabaseRestoreStatus old) {
        if (seen.filling().backup().isEmpty()
                || request.memory().outcome() != Outcome.OPEN
                || seen.isCommitted(request.id().uid())) {
            return old.preflight();
        }
        var found = Preflight.of(seen.filling().backup().get(), seen.filling());
        return new DatabaseRestoreStatus.Preflight(
                request.references().server().server().version(),
                found.requiredBytes(),
                request.references()
                        .backup()
                        .map(Source::took)
                        .map(Duration::toSeconds)
                        .orElse(null),
                seen.activity().sessions(),
                seen.activity().blocking(),
                seen.activity().slots().stream().limit(NAMED).toList(),
                found.missing(),
                found.leftOut());
    }

    private static List<Condition> conditions(
            DatabaseRestore cr, RestoreRequest request, Settled<ObservedRestore> settled, Instant now) {
        var problem = settled.problem();
        return switch (request.memory().outcome()) {
            case FAILED -> kept(cr, now);
            case COMPLETE -> closed(cr, request, settled, now);
            case OPEN -> problem.isPresent() ? open(cr, problem, now) : done(cr, request, settled.seen(), now);
        };
    }

    private static List<Condition> done(DatabaseRestore cr, RestoreRequest request, ObservedRestore seen, Instant now) {
        var undone = seen.isRolledBack(request.id().uid());
        var reason = undone ? Reason.ROLLED_BACK : completed(request);
        var message = undone ? UNDONE : done(request);
        var conditions =
                after(cr, now).ready(Optional.empty(), reason, message).holds(ConditionType.COMPLETE, reason, message);
        if (undone) {
            conditions.holds(ConditionType.ROLLED_BACK, reason, message);
        }
        return conditions.list();
    }

    private static List<Condition> open(DatabaseRestore cr, Optional<Problem> problem, Instant now) {
        var conditions = after(cr, now).ready(problem, Reason.READY, "");
        problem.filter(found -> found.kind() == ProblemKind.FAILED)
                .ifPresent(found -> conditions.holds(ConditionType.FAILED, found.reason(), found.message()));
        return conditions.list();
    }

    /** Once it is complete: undone, or not, or what was set aside does not go. */
    private static List<Condition> closed(
            DatabaseRestore cr, RestoreRequest request, Settled<ObservedRestore> settled, Instant now) {
        var problem = settled.problem();
        if (!request.memory().rolledBack()
                && !settled.seen().isRolledBack(request.id().uid())) {
            return problem.isPresent() && settled.seen().rollback()
                    ? notUndone(cr, problem, now)
                    : settled(after(cr, now), problem, completed(request), done(request));
        }
        var conditions = after(cr, now).holds(ConditionType.ROLLED_BACK, Reason.ROLLED_BACK, UNDONE);
        return settled(conditions, problem, Reason.ROLLED_BACK, UNDONE);
    }

    private static List<Condition> notUndone(DatabaseRestore cr, Optional<Problem> problem, Instant now) {
        return after(cr, now)
                .keep(ConditionType.COMPLETE)
                .holdsNot(
                        ConditionType.ROLLED_BACK,
                        problem.orElseThrow().reason(),
                        problem.orElseThrow().message())
                .ready(problem, Reason.READY, "")
                .list();
    }

    /** The restore itself is as it was: that its leftovers stay a little longer takes nothing from it. */
    private static List<Condition> settled(
            Conditions conditions, Optional<Problem> problem, Reason reason, String message) {
        conditions.keep(ConditionType.COMPLETE);
        if (problem.isEmpty()) {
            return conditions.ready(problem, reason, message).list();
        }
        return conditions
                .keep(ConditionType.READY)
                .holds(
                        ConditionType.PREVIOUS_NOT_DROPPED,
                        problem.get().reason(),
                        problem.get().message())
                .list();
    }

    private static Reason completed(RestoreRequest request) {
        return request.dryRun() ? Reason.DRY_RUN : Reason.COMPLETE;
    }

    private static String done(RestoreRequest request) {
        return request.dryRun() ? CHECKED : RESTORED;
    }

    /** After a pass that could not even look: what was known before, and the problem. */
    static DatabaseRestoreStatus blocked(DatabaseRestore cr, Problem problem, Instant now) {
        var memory = RestoreMemory.of(cr);
        var told = Optional.of(problem);
        return with(
                cr,
                switch (memory.outcome()) {
                    case OPEN -> open(cr, memory.hasBegun() ? told : told.map(RestoreStatusMapper::pending), now);
                    case FAILED -> kept(cr, now);
                    case COMPLETE ->
                        cr.getSpec().rollback() && !memory.rolledBack() ? notUndone(cr, told, now) : kept(cr, now);
                });
    }

    /** Also where what it names is gone: then it can only be deleted. */
    private static Problem pending(Problem problem) {
        return problem.reason() == Reason.REFERENCE_NOT_FOUND
                ? problem.adding("Nothing of this restore has begun; it can be deleted at any time.")
                : problem;
    }

    /** While a deletion waits. */
    static DatabaseRestoreStatus deleting(DatabaseRestore cr, Problem problem, Instant now) {
        return with(
                cr,
                after(cr, now)
                        .deletionBlocked(
                                problem.reason() == Reason.DEFINITION_BEING_DELETED ? problem : problem.adding(WAY_OUT))
                        .keep(ConditionType.COMPLETE)
                        .keep(ConditionType.FAILED)
                        .keep(ConditionType.ROLLED_BACK)
                        .list());
    }

    private static List<Condition> kept(DatabaseRestore cr, Instant now) {
        return after(cr, now)
                .keep(ConditionType.READY)
                .keep(ConditionType.COMPLETE)
                .keep(ConditionType.FAILED)
                .keep(ConditionType.ROLLED_BACK)
                .keep(ConditionType.PREVIOUS_NOT_DROPPED)
                .keep(ConditionType.STALLED)
                .list();
    }

    private static Conditions after(DatabaseRestore cr, Instant now) {
        return Conditions.after(old(cr).conditions(), cr.getMetadata().getGeneration(), now);
    }

    private static DatabaseRestoreStatus with(DatabaseRestore cr, List<Condition> conditions) {
        var old = old(cr);
        return new DatabaseRestoreStatus(
                cr.getMetadata().getGeneration(),
                old.startTime(),
                old.completionTime(),
                old.bound(),
                old.restored(),
                old.previousDatabase(),
                old.outageMillis(),
                old.skippedGrants(),
                old.preflight(),
                conditions);
    }

    private static DatabaseRestoreStatus old(DatabaseRestore cr) {
        @Nullable DatabaseRestoreStatus status = cr.getStatus();
        return status == null ? NONE : status;
    }
}
