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
import dev.ocean.operator.tenancy.LoginSetting;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.RestoreStep.Incoming;
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
                                "Sessions or prepared transactions that the operator may not end hold a database that is to be renamed (pid, user, application; or 'prepared', user, name): "
                                        + blocking
                                        + ". End them, a prepared transaction by ROLLBACK PREPARED in that database; the live database is untouched.")
                        .after(BLOCKED_RECHECK));
    }

    List<Step> in() {
        var scratch = scratch().own().orElseThrow();
        return List.of(
                dress(scratch),
                sql(new RestoreStep.SwapIn(
                        request.names(),
                        scratch.mark().orElseThrow(),
                        new Incoming(scratch.oid(), request.scratch(), request.restoredMark()),
                        outgoing(request.previousMark(now)))));
    }

    private Optional<Outgoing> outgoing(OwnershipMark mark) {
        return seen.live().map(live -> new Outgoing(live.oid(), request.previous(), mark));
    }

    /** What hangs on a database's OID and not on its name is given to the one that comes before it comes. Where nothing was live, it keeps what it has. */
    private Step dress(DatabaseFacts copy) {
        var like = seen.live().orElse(copy);
        var parameters = DatabaseParameter.of(like.settings());
        var resets = copy.settings().stream()
                .map(DatabaseParameter::nameOf)
                .filter(name -> parameters.stream()
                        .noneMatch(parameter -> parameter.name().equals(name)))
                .toList();
        return sql(new RestoreStep.DressCopy(
                request.names(),
                SqlIdentifier.of(copy.name()),
                like.connectionLimit(),
                parameters,
                resets,
                seen.live().isPresent() ? logins() : List.of(),
                seen.settingsIn(request.names().database()).stream()
                        .filter(LoginSetting::settable)
                        .toList()));
    }

    private List<SqlIdentifier> logins() {
        return request.names().logins().stream()
                .filter(login -> seen.filling().picture().role(login).isPresent())
                .toList();
    }

    // ---- and back

    /** What a rollback would bring back: as long as it is there, also past its time, because it may have been asked for in time. */
    Optional<DatabaseFacts> previous() {
        return seen.previous(request.id().uid())
                .filter(copy -> copy.mark().orElseThrow().state() instanceof MarkState.Previous);
    }

    List<Step> back() {
        var previous = previous().orElseThrow();
        return List.of(
                dress(previous),
                sql(new RestoreStep.SwapBack(
                        request.names(),
                        previous.mark().orElseThrow(),
                        new Incoming(previous.oid(), request.previous(), request.returnedMark()),
                        request.scratch(),
                        outgoing(request.rolledBackMark(now)))));
    }

    /** The user said for how long it is to be kept, and that time is over. */
    List<Step> dropExpired() {
        return seen.previous(request.id().uid())
                .filter(copy -> copy.mark()
                        .flatMap(mark -> mark.state().expires())
                        .filter(until -> !now.isBefore(until))
                        .isPresent())
                .map(copy -> List.of(drop(copy, Ground.EXPIRY)))
                .orElse(List.of());
    }

    private static Step sql(ServerStep step) {
        return new Step.Sql(step);
    }
}
