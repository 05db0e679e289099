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
import java.util.stream.Stream;

/** What operations have left beside the database: they clean up themselves, as long as their objects are there. */
final class Copies {

    /** A restore drops what it set aside at its time; this is for one whose object is gone. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private Copies() {}

    /** Previous databases whose time is long over. */
    static List<Step> expired(DatabaseRequest request, ObservedDatabase seen, Instant now) {
        return own(request, seen)
                .filter(copy -> copy.mark()
                        .flatMap(mark -> mark.state().expires())
                        .filter(until -> until.plus(GRACE).isBefore(now))
                        .isPresent())
                .map(copy -> drop(request, copy, Ground.EXPIRY))
                .toList();
    }

    /** Whether a restore fills a database that is to take this one's place: told by the server, so no object that waits for something withholds anything. */
    static boolean isFilled(DatabaseRequest request, ObservedDatabase seen) {
        return own(request, seen)
                .anyMatch(copy -> copy.mark().orElseThrow().state() instanceof MarkState.Scratch(var operation)
                        // A verification's takes nobody's place.
                        && copy.name().equals(request.names().scratch(operation).value()));
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
        return seen.picture().copies(request.names()).stream()
                .filter(copy -> request.mark().to(copy.mark()) == Relation.OURS)
                .filter(copy -> copy.mark().orElseThrow().state().operation().isPresent());
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
