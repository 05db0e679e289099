package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.backup.BackupMemory.Outcome;
import dev.ocean.operator.backup.ObservedBackup.Claim;
import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the whole status of a DatabaseBackup; the only one that does. */
final class BackupStatusMapper {

    private static final DatabaseBackupStatus NONE =
            new DatabaseBackupStatus(null, null, null, null, null, null, null, null, null, null, null, List.of());
    private static final String DONE = "The backup is complete: read to its end, compared and in its place.";

    private static final String PROVED =
            "The backup was restored into a scratch database, and its rows were counted there.";

    private static final String BAD =
            "A restore found that the files are not the ones that were written. Use another backup, and look at the volume.";

    private BackupStatusMapper() {}

    /** After a pass that looked. */
    static DatabaseBackupStatus next(
            DatabaseBackup cr, BackupRequest request, Settled<ObservedBackup> settled, Instant now) {
        if (request.memory().outcome() == Outcome.COMPLETE) {
            return verified(cr, complete(cr, settled.seen(), request, now), now);
        }
        if (request.memory().outcome() == Outcome.FAILED) {
            return with(cr, old(cr), kept(cr, now));
        }
        var told = settled.seen().last(request.script()).flatMap(JobAttempt::backedUp);
        // Where the last Job wrote; what is there now is another volume, if the claim was made again since.
        var claimUid = told.isPresent()
                ? oldClaimUid(cr).or(settled.seen()::claimUid)
                : settled.seen().claimUid().or(() -> oldClaimUid(cr));
        var location = new Location(request.claimName(), request.location().path(), claimUid.orElse(null));
        if (settled.problem().isEmpty() && told.isPresent()) {
            var conditions = request.verification() == Verification.RESTORE
                    ? verifying(
                            cr,
                            Optional.empty(),
                            Problem.of(ProblemKind.WAITING, Reason.RESTORING, "The verification begins."),
                            now)
                    : complete(cr, settled.seen(), request, now);
            return completed(cr, location, told.get(), conditions);
        }
        // A place is told only once something may be there: who is told one removes what is in it.
        var began = !settled.seen().attempts().isEmpty();
        return at(
                cr,
                began ? location : old(cr).location(),
                // Its removal runs with tools that are known to be there.
                request.references()
                        .flatMap(BackupReferences::serverVersion)
                        .filter(version -> began)
                        .orElse(old(cr).serverVersion()),
                conditions(cr, settled.problem(), now));
    }

    /** After a pass that verified, or found out why it cannot yet. */
    static DatabaseBackupStatus nextVerified(
            DatabaseBackup cr, BackupRequest request, Settled<ObservedVerification> settled, Instant now) {
        var seen = settled.seen();
        var damage = damage(seen.backup(), request);
        if (settled.problem().isPresent()) {
            return with(cr, old(cr), verifying(cr, damage, settled.problem().get(), now));
        }
        if (!seen.isProved()) {
            return verified(cr, complete(cr, seen.backup(), request, now), now);
        }
        var conditions = after(cr, now)
                .ready(damage, Reason.COMPLETE, DONE)
                .holds(ConditionType.COMPLETE, Reason.COMPLETE, DONE)
                .holds(ConditionType.VERIFIED, Reason.RESTORED_TO_SCRATCH, PROVED)
                .list();
        return verified(cr, conditions, now);
    }

    /** The backup is there and can be restored whatever its proof waits for; one whose proof failed is no good one any more. */
    private static List<Condition> verifying(
            DatabaseBackup cr, Optional<Problem> damage, Problem problem, Instant now) {
        var conditions = after(cr, now).holds(ConditionType.COMPLETE, Reason.COMPLETE, DONE);
        if (problem.kind() == ProblemKind.FAILED) {
            return conditions
                    .ready(Optional.of(problem), Reason.COMPLETE, DONE)
                    .holdsNot(ConditionType.VERIFIED, problem.reason(), problem.message())
                    .list();
        }
        if (damage.isPresent()) {
            return conditions
                    .ready(damage, Reason.COMPLETE, DONE)
                    .unknown(ConditionType.VERIFIED, problem.reason(), problem.message())
                    .list();
        }
        return conditions
                .holds(ConditionType.READY, Reason.COMPLETE, DONE)
                .holds(ConditionType.RECONCILING, problem.reason(), problem.message())
                .unknown(ConditionType.VERIFIED, problem.reason(), problem.message())
                .list();
    }

    private static Optional<String> oldClaimUid(DatabaseBackup cr) {
        return Optional.ofNullable(old(cr).location()).map(Location::claimUid);
    }

    /** After a pass that could not even look: what was known before, and the problem. */
    static DatabaseBackupStatus blocked(DatabaseBackup cr, Problem problem, Instant now) {
        var memory = BackupMemory.of(cr);
        if (memory.outcome() == Outcome.OPEN) {
            return with(cr, old(cr), conditions(cr, Optional.of(problem), now));
        }
        var goesOn = VerificationRequest.isOpen(cr) && Conditions.isTrue(old(cr).conditions(), ConditionType.READY);
        return with(cr, old(cr), goesOn ? verifying(cr, Optional.empty(), problem, now) : kept(cr, now));
    }

    /** While a deletion waits. */
    static DatabaseBackupStatus deleting(DatabaseBackup cr, Problem problem, Instant now) {
        return with(
                cr,
                old(cr),
                after(cr, now)
                        .deletionBlocked(problem)
                        .keep(ConditionType.COMPLETE)
                        .keep(ConditionType.FAILED)
                        .keep(ConditionType.VERIFIED)
                        .list());
    }

    private static List<Condition> conditions(DatabaseBackup cr, Optional<Problem> problem, Instant now) {
        var conditions = after(cr, now).ready(problem, Reason.READY, DONE);
        // Both, because a list of backups shows Complete.
        problem.filter(found -> found.kind() == ProblemKind.FAILED).ifPresent(found -> conditions
                .holds(ConditionType.FAILED, found.reason(), found.message())
                .holdsNot(ConditionType.COMPLETE, found.reason(), found.message()));
        return conditions.list();
    }

    private static List<Condition> complete(
            DatabaseBackup cr, ObservedBackup seen, BackupRequest request, Instant now) {
        var conditions = after(cr, now)
                .ready(damage(seen, request), Reason.COMPLETE, DONE)
                .holds(ConditionType.COMPLETE, Reason.COMPLETE, DONE);
        if (seen.condemned().isPresent()) {
            return conditions
                    .holdsNot(ConditionType.VERIFIED, seen.condemned().get(), BAD)
                    .list();
        }
        if (seen.restored()) {
            return conditions
                    .holds(ConditionType.VERIFIED, Reason.RESTORED_IN_PLACE, "A restore of it was completed.")
                    .list();
        }
        // What was found out once stays so: the restore's object, or Job, may go.
        return switch (BackupMemory.of(cr).verdict()) {
            case PROVED -> conditions.keep(ConditionType.VERIFIED).list();
            case REFUTED -> kept(cr, now);
            case OPEN -> notRestored(conditions);
        };
    }

    private static List<Condition> notRestored(Conditions conditions) {
        return conditions
                .unknown(
                        ConditionType.VERIFIED,
                        Reason.NOT_RESTORED,
                        "The backup was read and compared, but not restored yet. A restore proves it.")
                .list();
    }

    /** Why a backup that was complete is none any more; no rule counts it as a good one then. */
    private static Optional<Problem> damage(ObservedBackup seen, BackupRequest request) {
        if (seen.claim() == Claim.MISSING) {
            return Optional.of(Problem.of(
                    ProblemKind.INVALID,
                    Reason.REFERENCE_NOT_FOUND,
                    "PersistentVolumeClaim '" + request.claimName()
                            + "' with the files is gone. Delete this object, and make another backup."));
        }
        if (seen.claim() == Claim.REPLACED) {
            return BackupPlanner.claim(request, seen);
        }
        return seen.condemned().map(reason -> Problem.of(ProblemKind.INVALID, reason, BAD));
    }

    private static List<Condition> kept(DatabaseBackup cr, Instant now) {
        return after(cr, now)
                .keep(ConditionType.READY)
                .keep(ConditionType.COMPLETE)
                .keep(ConditionType.FAILED)
                .keep(ConditionType.VERIFIED)
                .keep(ConditionType.STALLED)
                .list();
    }

    private static Conditions after(DatabaseBackup cr, Instant now) {
        return Conditions.after(old(cr).conditions(), cr.getMetadata().getGeneration(), now);
    }

    private static DatabaseBackupStatus completed(
            DatabaseBackup cr, Location location, BackedUp told, List<Condition> conditions) {
        return new DatabaseBackupStatus(
                cr.getMetadata().getGeneration(),
                told.startTime(),
                told.completionTime(),
                location,
                told.sizeBytes(),
                told.databaseSizeBytes(),
                told.sha256(),
                version(told.serverVersionNum()),
                (int) Math.min(told.tables(), Integer.MAX_VALUE),
                told.rows(),
                null,
                conditions);
    }

    /** {@code server_version_num} as people write it. */
    private static String version(int number) {
        return number / 10_000 + "." + number % 10_000;
    }

    private static DatabaseBackupStatus verified(DatabaseBackup cr, List<Condition> conditions, Instant now) {
        var old = old(cr);
        var proved = Conditions.isTrue(conditions, ConditionType.VERIFIED);
        return with(cr, old, proved && old.verifiedTime() == null ? now : old.verifiedTime(), conditions);
    }

    private static DatabaseBackupStatus at(
            DatabaseBackup cr,
            @Nullable Location location,
            @Nullable String serverVersion,
            List<Condition> conditions) {
        var old = old(cr);
        return new DatabaseBackupStatus(
                cr.getMetadata().getGeneration(),
                old.startTime(),
                old.completionTime(),
                location,
                old.sizeBytes(),
                old.databaseSizeBytes(),
                old.sha256(),
                serverVersion,
                old.tables(),
                old.rows(),
                old.verifiedTime(),
                conditions);
    }

    private static DatabaseBackupStatus with(DatabaseBackup cr, DatabaseBackupStatus old, List<Condition> conditions) {
        return with(cr, old, old.verifiedTime(), conditions);
    }

    private static DatabaseBackupStatus with(
            DatabaseBackup cr, DatabaseBackupStatus old, @Nullable Instant verified, List<Condition> conditions) {
        return new DatabaseBackupStatus(
                cr.getMetadata().getGeneration(),
                old.startTime(),
                old.completionTime(),
                old.location(),
                old.sizeBytes(),
                old.databaseSizeBytes(),
                old.sha256(),
                old.serverVersion(),
                old.tables(),
                old.rows(),
                verified,
                conditions);
    }

    private static DatabaseBackupStatus old(DatabaseBackup cr) {
        @Nullable DatabaseBackupStatus status = cr.getStatus();
        return status == null ? NONE : status;
    }
}
