package dev.ocean.operator.restore;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.DatabaseParameter;
import dev.ocean.operator.tenancy.DestructiveStep.Ground;
import dev.ocean.operator.tenancy.Extension;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.RestoreStep.Outgoing;
import dev.ocean.operator.tenancy.RestoreStep.Privileges;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.ServerStep.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    // ---- the scratch database

    private Optional<DatabaseFacts> ownScratch() {
        return seen.copy(request.scratch())
                .filter(copy -> Validation.isOwn(copy, request))
                .filter(copy -> copy.mark().orElseThrow().state() instanceof MarkState.Scratch);
    }

    boolean hasOpenScratch() {
        return ownScratch().filter(this::isOpen).isPresent();
    }

    private boolean isOpen(DatabaseFacts scratch) {
        return scratch.grants().contains("CONNECT " + request.names().owner().value());
    }

    /** @param used whether a Job may have been in it, or a tenant; one that was opened is not empty for certain */
    List<Step> emptyScratch(BackedUp backup, List<Extension> adminExtensions, boolean used) {
        var steps = new ArrayList<Step>();
        var scratch = ownScratch();
        var unfit =
                scratch.filter(found -> used || isOpen(found) || found.connectionLimit() == DatabaseFacts.DROP_CUT_OFF);
        unfit.ifPresent(found -> steps.add(drop(found, Ground.SCRATCH)));
        if (scratch.isEmpty() && seen.copy(request.scratch()).isPresent()) {
            steps.add(sql(new RestoreStep.ClaimScratch(request.names(), request.scratch(), request.scratchMark())));
        } else if (scratch.isEmpty() || unfit.isPresent()) {
            steps.add(sql(new RestoreStep.CreateScratch(
                    request.names(), request.scratch(), request.scratchMark(), locale(backup), connectionLimit())));
        }
        steps.add(sql(new RestoreStep.PrepareScratch(
                request.names(),
                request.scratch(),
                adminExtensions,
                RestoreJobs.isOfThisName(request, backup) ? Privileges.DUMP : Privileges.DEFAULT)));
        // After the extensions that only the admin may make: nobody else has been inside then.
        steps.add(sql(new RestoreStep.OpenScratch(request.names(), request.scratch())));
        return steps;
    }

    private DatabaseLocale locale(BackedUp backup) {
        var dumped = backup.locality();
        return seen.locale()
                .orElseGet(() -> new DatabaseLocale(
                        dumped.encoding(),
                        dumped.collate(),
                        dumped.ctype(),
                        DatabaseLocale.Provider.named(dumped.provider()),
                        dumped.locale()));
    }

    /** That of the live database, else the sum of what its logins may have. */
    private int connectionLimit() {
        return seen.live().map(DatabaseFacts::connectionLimit).orElseGet(() -> request.names().logins().stream()
                .flatMap(login -> seen.picture().role(login).stream())
                .filter(RoleFacts::login)
                .mapToInt(RoleFacts::connectionLimit)
                .sum());
    }

    /** Nobody's data: it was filled from a file that is still there. */
    List<Step> dropScratch() {
        if (ownScratch().isPresent()) {
            return List.of(drop(ownScratch().get(), Ground.SCRATCH));
        }
        return seen.copy(request.scratch())
                        .filter(copy -> Validation.isUnfinished(copy, request, seen))
                        .isPresent()
                ? List.of(sql(new RestoreStep.ClaimScratch(request.names(), request.scratch(), request.scratchMark())))
                : List.of();
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
                        ownScratch().flatMap(DatabaseFacts::mark).orElseThrow(),
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
        return sql(new RestoreStep.DressCopy(request.names(), copy, connectionLimit(), parameters, resets));
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
