package dev.ocean.operator.database;

import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.DestructiveStep.Ground;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.ServerStep.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What operations have left beside the database: they clean up themselves, as long as their objects are there. */
final class Copies {

    /** A restore drops what it set aside at its time; this is for one whose object is gone. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private Copies() {}

    /** A predecessor's, which become ours together with what they were made for. */
    static List<Step> inherited(DatabaseRequest request, ObservedDatabase seen) {
        return of(Relation.PREDECESSOR, request, seen)
                .<Step>map(copy -> new Step.Sql(new RestoreStep.MarkCopy(
                        request.names(),
                        SqlIdentifier.of(copy.name()),
                        request.mark().with(copy.mark().orElseThrow().state()))))
                .toList();
    }

    /** What restores have left that are gone: previous databases whose time is long over, and half-filled scratch databases. As long as a restore is there it keeps what it may still bring back. */
    static List<Step> left(DatabaseRequest request, ObservedDatabase seen, Instant now) {
        return own(request, seen)
                .filter(copy ->
                        operation(copy).filter(seen.restores()::contains).isEmpty())
                .flatMap(copy -> ground(copy, request, now).map(ground -> drop(request, copy, ground)).stream())
                .toList();
    }

    private static Optional<String> operation(DatabaseFacts copy) {
        return copy.mark().flatMap(mark -> mark.state().operation());
    }

    private static Optional<Ground> ground(DatabaseFacts copy, DatabaseRequest request, Instant now) {
        var state = copy.mark().orElseThrow().state();
        var expired =
                state.expires().filter(until -> until.plus(GRACE).isBefore(now)).isPresent();
        if (expired) {
            return Optional.of(Ground.EXPIRY);
        }
        // A backup that is verified fills one of another name, and whoever is born from one fills it himself.
        var restores = state instanceof MarkState.Scratch(var owner)
                && !owner.equals(request.id().uid())
                && copy.name().equals(request.names().scratch(owner).value());
        return restores ? Optional.of(Ground.SCRATCH) : Optional.empty();
    }

    /** Whether a restore fills a database that is to take this one's place: told by the server, so no object that waits for something withholds anything. */
    static boolean isFilled(DatabaseRequest request, ObservedDatabase seen) {
        return own(request, seen)
                .anyMatch(copy -> copy.mark().orElseThrow().state() instanceof MarkState.Scratch(var operation)
                        // A verification's takes nobody's place.
                        && copy.name().equals(request.names().scratch(operation).value()));
    }

    /** Data that a restore set aside, and whose time is not over. */
    static Optional<DatabaseFacts> kept(DatabaseRequest request, ObservedDatabase seen, Instant now) {
        return own(request, seen)
                .filter(copy -> copy.mark()
                        .flatMap(mark -> mark.state().expires())
                        .filter(now::isBefore)
                        .isPresent())
                .findFirst();
    }

    /** Scratch databases, which are nobody's data, of an object that is being deleted. */
    static List<Step> scratch(DatabaseRequest request, ObservedDatabase seen) {
        return own(request, seen)
                .filter(copy -> copy.mark().orElseThrow().state() instanceof MarkState.Scratch)
                .map(copy -> drop(request, copy, Ground.DELETION))
                .toList();
    }

    /** All of them, before the database that is dropped: what they hold keeps its roles. */
    static List<Step> all(DatabaseRequest request, ObservedDatabase seen) {
        return own(request, seen)
                .map(copy -> drop(request, copy, Ground.DELETION))
                .toList();
    }

    /** A live database names its restore too; it is never among them, as it has not their names. */
    private static Stream<DatabaseFacts> own(DatabaseRequest request, ObservedDatabase seen) {
        return of(Relation.OURS, request, seen);
    }

    private static Stream<DatabaseFacts> of(Relation relation, DatabaseRequest request, ObservedDatabase seen) {
        return seen.picture().copies(request.names()).stream()
                .filter(copy -> request.mark().to(copy.mark()) == relation)
                .filter(copy -> operation(copy).isPresent());
    }

    private static Step drop(DatabaseRequest request, DatabaseFacts copy, Ground ground) {
        return new Step.Sql(new RestoreStep.DropCopy(
                request.names(),
                copy.mark().orElseThrow(),
                SqlIdentifier.of(copy.name()),
                copy.obstinate().isEmpty() ? Sessions.END : Sessions.WAIT,
                ground));
    }
}
