package dev.ocean.operator.restore;

import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.scratch.Scratch;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.DatabaseParameter;
import dev.ocean.operator.tenancy.DestructiveStep.Ground;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.RestoreStep.Outgoing;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.ServerStep.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The scratch database, the live one and the previous one of a restore, and how they change places. */
final class Swaps {

    /** Each try ends the application's sessions; who holds the database does not let go within seconds. */
    private static final Duration BLOCKED_RECHECK = Duration.ofMinutes(1);

    private final RestoreRequest request;
    private final ObservedRestore seen;
    private final Instant now;

    Swaps(RestoreRequest request, ObservedRestore seen, Instant now) {
        this.request = request;
        this.seen = seen;
        this.now = now;
    }

    Scratch scratch() {
        return new Scratch(request.filling(), seen.filling());
    }

    private Step drop(DatabaseFacts copy, Ground ground) {
        return sql(new RestoreStep.DropCopy(
                request.names(),
                copy.mark().orElseThrow(),
                SqlIdentifier.of(copy.name()),
                copy.obstinate().isEmpty() ? Sessions.END : Sessions.WAIT,
                ground));
    }

    // ---- changing places

    /** What stands in the way and may not be ended; looked for before, because each try costs the application its sessions. */
    Optional<Problem> blocked() {
        var blocking = seen.activity().blocking();
        return blocking.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.of(
                                ProblemKind.WAITING,
                                Reason.SWAP_BLOCKED,
                                "Sessions that the operator may not end hold the database (pid, user, application): "
                                        + blocking + ". End them; the live database is untouched.")
                        .after(BLOCKED_RECHECK));
    }

    List<Step> in() {
        var outgoing = seen.live().map(live -> new Outgoing(live.oid(), request.previous(), request.previousMark(now)));
        return List.of(
                dress(request.scratch()),
                sql(new RestoreStep.SwapIn(
                        request.names(),
                        scratch().own().flatMap(DatabaseFacts::mark).orElseThrow(),
                        request.scratch(),
                        request.restoredMark(),
                        outgoing)));
    }

    /** What hangs on a database's OID and not on its name is given to the one that comes before it comes. */
    private Step dress(SqlIdentifier copy) {
        var settings = seen.live().map(DatabaseFacts::settings).orElse(List.of());
        var parameters = DatabaseParameter.of(settings);
        var resets = seen.copy(copy).map(DatabaseFacts::settings).orElse(List.of()).stream()
                .map(DatabaseParameter::nameOf)
                .filter(name -> parameters.stream()
                        .noneMatch(parameter -> parameter.name().equals(name)))
                .toList();
        return sql(
                new RestoreStep.DressCopy(request.names(), copy, seen.filling().connectionLimit(), parameters, resets));
    }

    // ---- and back

    private Optional<DatabaseFacts> kept() {
        return seen.previous(request.id().uid()).filter(copy -> copy.mark()
                .flatMap(mark -> mark.state().expires())
                .filter(now::isBefore)
                .isPresent());
    }

    boolean canGoBack() {
        return kept().isPresent() && seen.live().isPresent();
    }

    List<Step> back() {
        var live = seen.live().orElseThrow();
        return List.of(
                dress(request.previous()),
                sql(new RestoreStep.SwapBack(
                        request.names(),
                        kept().flatMap(DatabaseFacts::mark).orElseThrow(),
                        request.previous(),
                        request.scratch(),
                        request.mark(),
                        new Outgoing(live.oid(), request.previous(), request.rolledBackMark(now)))));
    }

    /** The user said for how long it is to be kept, and that time is over. */
    List<Step> dropExpired() {
        return seen.previous(request.id().uid())
                .filter(copy -> kept().isEmpty())
                .map(copy -> List.of(drop(copy, Ground.EXPIRY)))
                .orElse(List.of());
    }

    private static Step sql(ServerStep step) {
        return new Step.Sql(step);
    }
}
