package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.plan.Fresh;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.ServerStep.Sessions;
import dev.ocean.operator.tenancy.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides what to do for a database whose object is being deleted. What does not bear this very object's mark is somebody else's and is left alone. */
final class RemovalPlanner {

    private RemovalPlanner() {}

    /** @return empty once nothing of this object is left, or what is to stay is closed */
    static Plan plan(DatabaseRequest request, ObservedDatabase seen, Fresh fresh, Instant now) {
        var elsewhere = Ownership.anotherServer(request, seen);
        if (elsewhere.isPresent()) {
            return Plan.refused(elsewhere.get());
        }
        var unborn = Birth.withdrawn(request, seen);
        if (unborn.isPresent()) {
            return unborn.get();
        }
        // Scratch before all else: what is being filled must not take the live one's place any more.
        var scratch = Copies.scratch(request, seen);
        if (!scratch.isEmpty()) {
            return Plan.of(scratch);
        }
        return request.policy().data() == DeletionPolicy.RETAIN
                ? retain(request, seen, now)
                : FinalBackupPlanner.before(request, seen, fresh, now).orElseGet(() -> dropAll(request, seen));
    }

    private static Plan dropAll(DatabaseRequest request, ObservedDatabase seen) {
        var copies = Copies.all(request, seen);
        return copies.isEmpty() ? drop(request, seen) : Plan.of(copies);
    }

    private static Plan retain(DatabaseRequest request, ObservedDatabase seen, Instant now) {
        var database = seen.database().filter(found -> request.mark().to(found.mark()) == Relation.OURS);
        if (database.isEmpty()) {
            // No data to keep: a creation that never came so far leaves nothing behind.
            return drop(request, seen);
        }
        var logins = ownLogins(request, seen);
        var open = logins.stream()
                .filter(slot -> seen.login(slot).filter(RoleFacts::login).isPresent())
                .toList();
        var sighted = database.get().mark().orElseThrow();
        if (open.isEmpty() && !database.get().accepting() && sighted.isRetained()) {
            return Plan.nothing();
        }
        var steps = new ArrayList<Step>();
        if (!open.isEmpty()) {
            steps.add(new Step.Sql(new ServerStep.LockLogins(request.names(), open)));
        }
        if (!logins.isEmpty()) {
            steps.add(new Step.Sql(new ServerStep.EndSessions(request.names(), logins)));
        }
        // The mark last: who finds it may conclude that nobody is inside any more. Of a DROP that was cut off nobody
        // is, and no ALTER is possible.
        if (database.get().connectionLimit() != DatabaseFacts.DROP_CUT_OFF) {
            steps.add(new Step.Sql(new ServerStep.RetainDatabase(
                    request.names(), sighted, request.mark().retained(now), logins)));
        } else if (open.isEmpty()) {
            return Plan.nothing();
        }
        return Plan.of(steps);
    }

    /** The logins that exist and bear our mark. */
    static List<Slot> ownLogins(DatabaseRequest request, ObservedDatabase seen) {
        return seen.logins().entrySet().stream()
                .filter(entry -> request.mark().to(entry.getValue().mark()) == Relation.OURS)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Plan drop(DatabaseRequest request, ObservedDatabase seen) {
        var roles = ownRoles(request, seen);
        var database = seen.database();
        var sighted = database.flatMap(found -> droppable(found, request, seen));
        if (sighted.isPresent()) {
            return Plan.of(drop(request, seen, sighted.get(), roles));
        }
        if (database.isPresent() || roles.isEmpty()) {
            return Plan.nothing();
        }
        var mark =
                seen.picture().role(roles.getFirst()).flatMap(RoleFacts::mark).orElseThrow();
        return residue(request, seen)
                .map(Plan::refused)
                .orElseGet(
                        () -> Plan.of(List.of(new Step.Sql(new ServerStep.DropRoles(request.names(), mark, roles)))));
    }

    /**
     * The mark by which the database may be dropped, as it was found on the server: its own, or that on the owner role where our creation was cut off before it. Then nobody
     * can have been inside: it never was Ready, no login of ours was made yet, and nothing in it belongs to a role of ours. Anything else without a mark may be somebody's
     * data.
     */
    private static Optional<OwnershipMark> droppable(
            DatabaseFacts found, DatabaseRequest request, ObservedDatabase seen) {
        if (request.mark().to(found.mark()) == Relation.OURS) {
            return found.mark();
        }
        var untouched = Ownership.isUnfinished(found, request, seen)
                && request.memory().firstReady().isEmpty()
                && seen.logins().isEmpty()
                && found.owners().isEmpty();
        return untouched ? seen.picture().role(request.names().owner()).flatMap(RoleFacts::mark) : Optional.empty();
    }

    /** Beside a session that is not ours to end, DROP waits: then our own must be out first, or it would wait for them too. */
    private static List<Step> drop(
            DatabaseRequest request, ObservedDatabase seen, OwnershipMark sighted, List<SqlIdentifier> roles) {
        var obstinate =
                !seen.database().map(DatabaseFacts::obstinate).orElse(List.of()).isEmpty();
        if (!obstinate) {
            return List.of(new Step.Sql(new ServerStep.DropTenant(request.names(), sighted, Sessions.END, roles)));
        }
        var steps = new ArrayList<Step>();
        var logins = ownLogins(request, seen);
        if (!logins.isEmpty()) {
            steps.add(new Step.Sql(new ServerStep.LockLogins(request.names(), logins)));
            steps.add(new Step.Sql(new ServerStep.EndSessions(request.names(), logins)));
        }
        steps.add(new Step.Sql(new ServerStep.DropTenant(request.names(), sighted, Sessions.WAIT, roles)));
        return steps;
    }

    /** Those that exist and bear our mark, members first. */
    private static List<SqlIdentifier> ownRoles(DatabaseRequest request, ObservedDatabase seen) {
        return request.names().roles().stream()
                .filter(name -> seen.picture()
                        .role(name)
                        .filter(role -> request.mark().to(role.mark()) == Relation.OURS)
                        .isPresent())
                .toList();
    }

    /** The database is gone, but a role still owns or was granted something in another one: dropping it there is not ours to decide. */
    private static Optional<Problem> residue(DatabaseRequest request, ObservedDatabase seen) {
        var places = request.names().roles().stream()
                .flatMap(name -> seen.picture().role(name).map(RoleFacts::residue).orElse(List.of()).stream())
                .distinct()
                .sorted()
                .toList();
        if (places.isEmpty()) {
            return Optional.empty();
        }
        var owner = request.names().owner().rendered();
        return Optional.of(Problem.of(
                ProblemKind.REFUSED,
                Reason.ROLES_IN_USE,
                "Roles of the dropped database still own or may use something in " + places
                        + ". Run there: REASSIGN OWNED BY " + owner + " TO CURRENT_USER; DROP OWNED BY " + owner
                        + "; and the same for the other roles that begin alike."));
    }

    /** Why sessions that we may not end hold the database. */
    static Optional<Problem> obstacle(ObservedDatabase seen) {
        return seen.database()
                .map(DatabaseFacts::obstinate)
                .filter(sessions -> !sessions.isEmpty())
                .map(sessions -> Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.WAITING_FOR_SESSIONS,
                        "Sessions or prepared transactions that the operator may not end hold the database (pid, user, application; or 'prepared', user, name): "
                                + sessions
                                + ". End them; a prepared transaction by ROLLBACK PREPARED in that database."));
    }
}
