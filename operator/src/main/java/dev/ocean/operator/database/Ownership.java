package dev.ocean.operator.database;

import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.Slot;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether what stands under our names may be touched. The first check that objects decides; the marks are the only authority. */
final class Ownership {

    private static final Duration COLLECTION = Duration.ofSeconds(2);
    private static final Duration RECHECK = Duration.ofSeconds(5);

    private Ownership() {}

    /**
     * Why nothing may be done; empty if all names are free or ours.
     *
     * @param needed the slots that are used now: somebody's role under the idle slot's name is no obstacle until a rotation, and a glance does not see it
     */
    static Optional<Problem> objection(DatabaseRequest request, ObservedDatabase seen, Collection<Slot> needed) {
        return anotherServer(request, seen)
                .or(() -> foreignDatabase(request, seen))
                .or(() -> foreignRole(request, seen, needed))
                .or(() -> cutOffDrop(request, seen))
                .or(() -> predecessorAtTarget(request, seen))
                .or(() -> missing(request, seen))
                .or(() -> Birth.objection(request, seen))
                .or(() -> foreignSecret(request, seen));
    }

    /** The address leads elsewhere than at the instance's last look: what is missing there is not lost, and what is made there is not asked for. */
    static Optional<Problem> anotherServer(DatabaseRequest request, ObservedDatabase seen) {
        var expected = request.references().server().systemIdentifier();
        if (seen.server().systemIdentifier().equals(expected)) {
            return Optional.empty();
        }
        return Optional.of(Problem.of(
                        ProblemKind.WAITING,
                        Reason.INSTANCE_NOT_READY,
                        "Another server answers at the address of PostgresInstance '"
                                + request.references().instance().path() + "'. Its conditions will say more.")
                .after(RECHECK));
    }

    private static Optional<Problem> foreignDatabase(DatabaseRequest request, ObservedDatabase seen) {
        return seen.database()
                .filter(database -> request.mark().to(database.mark()) == Relation.FOREIGN
                        && !isUnfinished(database, request, seen))
                .map(database -> conflict("Database '" + database.name() + "'"));
    }

    /** Our own creation, cut off before its mark: nobody could enter yet, the admin made it, and the intent stands on the owner role. */
    static boolean isUnfinished(DatabaseFacts database, DatabaseRequest request, ObservedDatabase seen) {
        var intended = seen.picture()
                .role(request.names().owner())
                .filter(owner -> request.mark().to(owner.mark()) == Relation.OURS)
                .isPresent();
        // What is born from a backup is never made under its own name.
        return request.origin().isEmpty()
                && !database.commented()
                && !database.accepting()
                && database.owner().equals(seen.server().admin())
                && intended;
    }

    private static Optional<Problem> foreignRole(
            DatabaseRequest request, ObservedDatabase seen, Collection<Slot> needed) {
        var names = request.names();
        return Stream.concat(names.groups().stream(), needed.stream().map(names::login))
                .flatMap(role -> seen.picture().role(role).stream())
                .filter(role -> request.mark().to(role.mark()) == Relation.FOREIGN)
                .map(RoleFacts::name)
                .findFirst()
                .map(name -> conflict("Role '" + name + "'"));
    }

    static Problem conflict(String what) {
        return Problem.of(
                ProblemKind.REFUSED,
                Reason.NAME_CONFLICT,
                what
                        + " exists on the server and is not of this object; it stays untouched. Choose another `spec.databaseName`.");
    }

    private static Optional<Problem> cutOffDrop(DatabaseRequest request, ObservedDatabase seen) {
        return seen.database()
                .filter(database -> database.connectionLimit() == DatabaseFacts.DROP_CUT_OFF)
                .map(database -> Problem.of(
                        ProblemKind.INVALID,
                        Reason.DATABASE_MISSING,
                        "A DROP of database '" + database.name()
                                + "' was cut off, and PostgreSQL lets nobody in any more. Run: DROP DATABASE "
                                + request.names().database().rendered() + "; then make this object again."));
    }

    /** Nothing is created over data that was Ready: it would hide the loss. */
    private static Optional<Problem> missing(DatabaseRequest request, ObservedDatabase seen) {
        var memory = request.memory();
        if (seen.database().isPresent()) {
            return Optional.empty();
        }
        if (memory.firstReady().isEmpty()) {
            return request.references().noRoom();
        }
        if (isPointedElsewhere(request)) {
            return Optional.of(missingAtTarget(request));
        }
        return Optional.of(
                Problem.of(
                        ProblemKind.INVALID,
                        Reason.DATABASE_MISSING,
                        "Database '" + request.names().database().value()
                                + "' was Ready and is gone from the server. Restore it there, or delete this object and make it again for an empty one."));
    }

    /** What an earlier object of this name left on another server is not the data that was Ready; to go on with it would hide the loss too. */
    private static Optional<Problem> predecessorAtTarget(DatabaseRequest request, ObservedDatabase seen) {
        return seen.database()
                .filter(database -> request.memory().firstReady().isPresent() && isPointedElsewhere(request))
                .filter(database -> request.mark().to(database.mark()) == Relation.PREDECESSOR)
                .map(database -> missingAtTarget(request));
    }

    private static boolean isPointedElsewhere(DatabaseRequest request) {
        return request.memory()
                .instanceUid()
                .filter(request.references().instance().uid()::equals)
                .isEmpty();
    }

    private static Problem missingAtTarget(DatabaseRequest request) {
        return Problem.of(
                ProblemKind.INVALID,
                Reason.DATABASE_MISSING_AT_TARGET,
                "Database '" + request.names().database().value() + "' of this object is not on PostgresInstance '"
                        + request.references().instance().path()
                        + "', to which it was pointed. Bring it there with its marks, or point `instanceRef` back.");
    }

    private static Optional<Problem> foreignSecret(DatabaseRequest request, ObservedDatabase seen) {
        return switch (seen.secret()) {
            case ObservedSecret.Absent absent -> Optional.empty();
            case ObservedSecret.Ours ours -> Optional.empty();
            case ObservedSecret.Foreign foreign ->
                Optional.of(
                        Problem.of(
                                ProblemKind.REFUSED,
                                Reason.SECRET_CONFLICT,
                                "Secret '" + request.secretName()
                                        + "' exists and is not of this object; it stays untouched. Rename it or set `spec.credentials.secretName`."));
            case ObservedSecret.Releasing releasing ->
                Optional.of(Problem.of(
                                ProblemKind.WAITING,
                                Reason.SECRET_RELEASING,
                                "Secret '" + request.secretName()
                                        + "' belongs to a deleted predecessor and is being collected. Wait.")
                        .after(COLLECTION));
        };
    }
}
