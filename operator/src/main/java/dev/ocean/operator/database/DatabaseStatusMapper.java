package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus.Binding;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus.Credentials;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus.InstalledExtension;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus.Instance;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus.RestoredFrom;
import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.LoginProofs.Outcome;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.tenancy.TenantFurniture.Sight;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the whole status of a ManagedDatabase from the old one and what was seen; the only one that does. */
final class DatabaseStatusMapper {

    private static final ManagedDatabaseStatus NONE = new ManagedDatabaseStatus(
            null, null, null, null, null, null, null, null, null, null, List.of(), List.of(), List.of());

    private static final String WAY_OUT = "Or give up cleaning: annotate this object with " + Annotations.ABANDON
            + ": \"true\", and what is on the server stays there.";

    private DatabaseStatusMapper() {}

    /** After a pass that looked. */
    static ManagedDatabaseStatus next(
            ManagedDatabase cr, DatabaseRequest request, Settled<ObservedDatabase> settled, Instant now) {
        var old = old(cr);
        var seen = settled.seen();
        var ready = settled.problem().isEmpty();
        var conditions = conditions(cr, request, settled, now);
        return new ManagedDatabaseStatus(
                cr.getMetadata().getGeneration(),
                request.names().database().value(),
                request.names().owner().value(),
                activeLogin(request, seen).orElse(old.activeLogin()),
                binding(request, seen, old),
                ready || (old.instance() == null && isBegun(request, seen)) ? instance(request) : old.instance(),
                ready && old.firstReadyTime() == null ? now.truncatedTo(ChronoUnit.SECONDS) : old.firstReadyTime(),
                request.references().server().version(),
                seen.ours()
                        .flatMap(ObservedSecret.Ours::passwordTime)
                        .map(Credentials::new)
                        .orElse(old.credentials()),
                restoredFrom(request, seen).orElse(old.restoredFrom()),
                sight(seen).map(sight -> extensions(request, sight)).orElse(old.extensions()),
                fixedDifferences(cr, request, seen),
                conditions);
    }

    /** Whether anything of this object is on the server: from then on it is to be found there, whatever its references say later. */
    private static boolean isBegun(DatabaseRequest request, ObservedDatabase seen) {
        return seen.picture()
                .role(request.names().owner())
                .filter(owner -> request.mark().to(owner.mark()) == Relation.OURS)
                .isPresent();
    }

    /** After a pass that could not even look: what was known before, and the problem. */
    static ManagedDatabaseStatus blocked(ManagedDatabase cr, Problem problem, Instant now) {
        var generation = cr.getMetadata().getGeneration();
        var conditions = Conditions.after(old(cr).conditions(), generation, now)
                .ready(Optional.of(problem), Reason.READY, "")
                .keep(ConditionType.DATABASE_READY)
                .keep(ConditionType.CREDENTIALS_READY)
                .keep(ConditionType.DRIFT_DETECTED)
                .list();
        return with(old(cr), generation, conditions);
    }

    /** While a deletion waits. */
    static ManagedDatabaseStatus deleting(ManagedDatabase cr, Problem problem, Instant now) {
        var generation = cr.getMetadata().getGeneration();
        var conditions = Conditions.after(old(cr).conditions(), generation, now)
                .deletionBlocked(hasItsWayOut(problem) ? problem : problem.adding(WAY_OUT))
                .keep(ConditionType.DATABASE_READY)
                .keep(ConditionType.CREDENTIALS_READY)
                .list();
        return with(old(cr), generation, conditions);
    }

    /** Then the message says what to do, or to wait, and there is nothing to give up. */
    private static boolean hasItsWayOut(Problem problem) {
        return problem.kind() == ProblemKind.BUSY
                || problem.reason() == Reason.PROTECTION_ENABLED
                || problem.reason() == Reason.DEFINITION_BEING_DELETED;
    }

    private static ManagedDatabaseStatus old(ManagedDatabase cr) {
        @Nullable ManagedDatabaseStatus status = cr.getStatus();
        return status == null ? NONE : status;
    }

    private static ManagedDatabaseStatus with(ManagedDatabaseStatus old, long generation, List<Condition> conditions) {
        return new ManagedDatabaseStatus(
                generation,
                old.databaseName(),
                old.ownerRole(),
                old.activeLogin(),
                old.binding(),
                old.instance(),
                old.firstReadyTime(),
                old.serverVersion(),
                old.credentials(),
                old.restoredFrom(),
                old.extensions(),
                old.drift(),
                conditions);
    }

    private static List<Condition> conditions(
            ManagedDatabase cr, DatabaseRequest request, Settled<ObservedDatabase> settled, Instant now) {
        var seen = settled.seen();
        var conditions = Conditions.after(old(cr).conditions(), request.generation(), now)
                .ready(
                        settled.problem(),
                        Reason.READY,
                        "The database is as specified, and the login in the Secret was proved.");
        database(conditions, request, seen, settled.problem());
        credentials(conditions, request, settled, withheld(cr, request, seen, now));
        var drift = fixedDifferences(cr, request, seen);
        if (!drift.isEmpty()) {
            conditions.holds(ConditionType.DRIFT_DETECTED, Reason.IMMUTABLE_ON_SERVER, String.join(" ", drift));
        }
        return conditions.list();
    }

    private static void database(
            Conditions conditions, DatabaseRequest request, ObservedDatabase seen, Optional<Problem> problem) {
        var ours = seen.database()
                .filter(DatabaseFacts::accepting)
                .filter(database -> request.mark().to(database.mark()) == Relation.OURS)
                .isPresent();
        if (ours) {
            conditions.holds(
                    ConditionType.DATABASE_READY,
                    Reason.AS_SPECIFIED,
                    "Database '" + request.names().database().value() + "' accepts its login.");
            return;
        }
        conditions.holdsNot(
                ConditionType.DATABASE_READY,
                problem.map(Problem::reason).orElse(Reason.CREATING),
                problem.map(Problem::message).orElse("The database is being made."));
    }

    private static void credentials(
            Conditions conditions, DatabaseRequest request, Settled<ObservedDatabase> settled, String withheld) {
        var seen = settled.seen();
        var problem = settled.problem();
        var proved = seen.ours().flatMap(ObservedSecret.Ours::credentials).isPresent()
                && (problem.isEmpty() || isAccepted(request, seen));
        if (proved) {
            conditions.holds(
                    ConditionType.CREDENTIALS_READY,
                    Reason.LOGIN_PROVED,
                    "A login with what Secret '" + request.secretName() + "' holds succeeded." + withheld);
            return;
        }
        var why = problem.orElseGet(() -> Problem.of(ProblemKind.BUSY, Reason.CREATING, "The login is being made."));
        conditions.holdsNot(ConditionType.CREDENTIALS_READY, why.reason(), why.message());
    }

    /** What a due rotation waits for; nothing where none is due. */
    private static String withheld(ManagedDatabase cr, DatabaseRequest request, ObservedDatabase seen, Instant now) {
        var passwordTime = seen.ours().flatMap(ObservedSecret.Ours::passwordTime);
        var due = Optional.ofNullable(cr.getSpec().credentials())
                .map(ManagedDatabaseSpec.Credentials::rotateAfterTime)
                .filter(time -> !time.isAfter(now))
                .filter(time -> passwordTime.filter(time::isAfter).isPresent());
        return request.references().restoring() && due.isPresent()
                ? " Its rotation is due and waits for the end of the DatabaseRestore of this database."
                : "";
    }

    private static boolean isAccepted(DatabaseRequest request, ObservedDatabase seen) {
        var credentials = seen.ours().flatMap(ObservedSecret.Ours::credentials);
        var slot = credentials.flatMap(login -> request.names().slotOf(login.username()));
        return slot.isPresent()
                && Access.proof(request, seen, slot.get(), credentials.get())
                        .filter(proof -> proof.outcome() != Outcome.REFUSED)
                        .isPresent();
    }

    /** By the Job that restored it, while that is there. */
    private static Optional<RestoredFrom> restoredFrom(DatabaseRequest request, ObservedDatabase seen) {
        return seen.database()
                .flatMap(born -> seen.birth())
                .flatMap(birth -> birth.filling().restored())
                .map(restored -> new RestoredFrom(
                        request.origin().orElseThrow(), restored.tables(), restored.rows(), restored.skippedGrants()));
    }

    /** The former name stays until that Secret is gone: this is the only thing that remembers it. */
    private static @Nullable Binding binding(
            DatabaseRequest request, ObservedDatabase seen, ManagedDatabaseStatus old) {
        return seen.ours().isPresent() && seen.formerSecret().isEmpty()
                ? new Binding(request.secretName())
                : old.binding();
    }

    private static Optional<String> activeLogin(DatabaseRequest request, ObservedDatabase seen) {
        return seen.ours()
                .map(secret -> secret.values().getOrDefault(ConnectionSecret.USERNAME, ""))
                .filter(name -> request.names().slotOf(name).isPresent());
    }

    private static Instance instance(DatabaseRequest request) {
        var instance = request.references().instance();
        return new Instance(instance.namespace(), instance.name(), instance.uid());
    }

    private static Optional<Sight> sight(ObservedDatabase seen) {
        for (var slot : Slot.values()) {
            var sight = Optional.ofNullable(seen.proofs().get(slot)).flatMap(LoginProof::sight);
            if (sight.isPresent()) {
                return sight;
            }
        }
        return Optional.empty();
    }

    /** Those that are specified: how many others a tenant makes is not bounded, and a status is. */
    private static List<InstalledExtension> extensions(DatabaseRequest request, Sight sight) {
        return sight.extensions().entrySet().stream()
                .filter(entry -> request.extensions().stream()
                        .anyMatch(extension -> extension.name().equals(entry.getKey())))
                .map(entry -> new InstalledExtension(entry.getKey(), entry.getValue()))
                .sorted(java.util.Comparator.comparing(InstalledExtension::name))
                .toList();
    }

    /** What differs and cannot be changed: told, never corrected. */
    private static List<String> fixedDifferences(ManagedDatabase cr, DatabaseRequest request, ObservedDatabase seen) {
        var differences = new ArrayList<String>();
        seen.database().ifPresent(database -> {
            // One that came from a backup has the encoding of that.
            if (cr.getSpec().restoreFrom() == null
                    && !database.encoding().equals(request.settings().encoding())) {
                differences.add("The encoding is " + database.encoding() + ", not "
                        + request.settings().encoding() + ".");
            }
            request.settings()
                    .locale()
                    .filter(locale -> !locale.equals(database.collate()))
                    .ifPresent(
                            locale -> differences.add("The locale is " + database.collate() + ", not " + locale + "."));
        });
        return differences;
    }
}
