package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.database.ObservedFinalBackup.Found;
import dev.ocean.operator.plan.Fresh;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.DatabaseSettings;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.MarkState.Final;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what comes before a DROP: the last backup, and the proof that it is the last.
 *
 * <p>Everybody is shut out; the DatabaseBackup is made; the mark on the database names it by its UID and says since when nobody is inside; only then does its own login open,
 * for which its Job waits. So a backup that the mark names, and that began since, has all that was ever committed. Who opens a login beside it undoes the proof: the mark
 * goes back to what it was, and no backup that had begun by then counts.
 */
final class FinalBackupPlanner {

    /** For what has no event that wakes us. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    /** The pauses between the attempts of a Job, 1, 5 and 15 minutes, and a little. */
    private static final Duration SERIES = Duration.ofMinutes(25);

    private final DatabaseRequest request;
    private final ObservedDatabase seen;
    private final DatabaseFacts database;
    private final ObservedFinalBackup backup;
    private final Fresh fresh;
    private final Instant now;

    private FinalBackupPlanner(
            DatabaseRequest request, ObservedDatabase seen, DatabaseFacts database, Fresh fresh, Instant now) {
        this.request = request;
        this.seen = seen;
        this.database = database;
        this.backup = seen.finalBackup().orElseThrow();
        this.fresh = fresh;
        this.now = now;
    }

    /** @return what is to be done, or waited for, first; empty once the database may be dropped */
    static Optional<Plan> before(DatabaseRequest request, ObservedDatabase seen, Fresh fresh, Instant now) {
        var own = seen.database().filter(found -> request.mark().to(found.mark()) == Relation.OURS);
        if (own.isEmpty()) {
            return survivor(request, seen, now);
        }
        return own.filter(found -> isOwed(request, seen, found))
                .flatMap(found -> new FinalBackupPlanner(request, seen, found, fresh, now).plan());
    }

    /** The database was dropped by somebody else, and what a restore had set aside is all that is left: it stays for as long as was promised. */
    private static Optional<Plan> survivor(DatabaseRequest request, ObservedDatabase seen, Instant now) {
        return request.policy().finalBackup() != FinalBackup.REQUIRED
                ? Optional.empty()
                : Copies.kept(request, seen, now)
                        .map(copy -> Plan.refused(Problem.of(
                                        ProblemKind.REFUSED,
                                        Reason.FINAL_BACKUP_FAILED,
                                        "The database is gone, and '" + copy.name()
                                                + "', which a restore set aside, is the last of its data; no backup can be made of it. Wait until its time is over, save it by hand, or set `spec.onDelete.finalBackup: None` of Project '"
                                                + request.project() + "' to drop it.")
                                .after(LOOK_AGAIN)));
    }

    /** Of what nobody was ever in there is nothing to keep, and of what PostgreSQL lets nobody into any more nothing can be read. */
    private static boolean isOwed(DatabaseRequest request, ObservedDatabase seen, DatabaseFacts found) {
        var untouched = request.memory().firstReady().isEmpty()
                && seen.logins().isEmpty()
                && found.owners().isEmpty();
        return request.policy().finalBackup() != FinalBackup.NONE
                && found.connectionLimit() != DatabaseFacts.DROP_CUT_OFF
                && !untouched;
    }

    /** Whether the database was dropped although its last backup was not made. */
    static boolean isSkipped(DatabaseRequest request, Settled<ObservedDatabase> settled) {
        var found = settled.seen().finalBackup().flatMap(ObservedFinalBackup::object);
        return request.policy().finalBackup() == FinalBackup.BEST_EFFORT
                && settled.done().stream()
                        .anyMatch(step -> step instanceof Step.Sql(ServerStep.DropTenant drop)
                                && !(drop.sighted().state() instanceof Final mark
                                        && found.filter(backup -> isLast(backup, mark))
                                                .isPresent()));
    }

    private Optional<Plan> plan() {
        if (backup.object().isEmpty()) {
            var steps = shut(request.mark());
            steps.add(new Step.Create(FinalBackupObjects.backup(request)));
            return Optional.of(Plan.of(steps));
        }
        var found = backup.object().get();
        if (found.going()) {
            return Optional.of(waiting(named() + " is being deleted; another one is made then."));
        }
        return bound(found).map(mark -> goOn(found, mark)).orElseGet(() -> bind(found));
    }

    /** What the mark says, if it is about this backup. */
    private Optional<Final> bound(Found found) {
        return state() instanceof Final mark && mark.backup().equals(found.uid())
                ? Optional.of(mark)
                : Optional.empty();
    }

    private MarkState state() {
        return sighted().state();
    }

    private OwnershipMark sighted() {
        return database.mark().orElseThrow();
    }

    // ---- before it begins

    private Optional<Plan> bind(Found found) {
        if (!found.ours() || found.begun()) {
            return notProved("exists and is not known to be the last backup of this database");
        }
        if (!open().isEmpty() || isOpenToStrangers()) {
            return Optional.of(Plan.of(shut(request.mark())));
        }
        if (isOccupied()) {
            return Optional.of(occupied());
        }
        var slot = slot();
        if (slot.isEmpty()) {
            return givenUp(problem(
                    ProblemKind.REFUSED, "cannot be made: both logins of the database are somebody else's roles"));
        }
        var since = found.created().isAfter(now) ? found.created() : now;
        var steps = new ArrayList<Step>();
        // Without locking anything: a login that was opened since the look is to be seen by the next one.
        steps.add(close(request.mark().with(new Final(found.uid(), since, slot)), List.of()));
        if (backup.login() instanceof ObservedSecret.Absent) {
            steps.add(newLogin(found, slot.get()));
        }
        return Optional.of(Plan.of(steps));
    }

    /** The idle login: one that is not there yet, as a rule. A Secret that was made for it already decides. */
    private Optional<Slot> slot() {
        if (backup.login() instanceof ObservedSecret.Ours login) {
            var known =
                    login.credentials().flatMap(credentials -> request.names().slotOf(credentials.username()));
            if (known.isPresent()) {
                return known;
            }
        }
        return Stream.concat(
                        Stream.of(Slot.values()).filter(slot -> seen.login(slot).isEmpty()), Stream.of(Slot.B, Slot.A))
                .filter(slot -> seen.login(slot)
                        .filter(role -> request.mark().to(role.mark()) != Relation.OURS)
                        .isEmpty())
                .findFirst();
    }

    /** All that are ours and may log in. */
    private List<Slot> open() {
        return own().stream()
                .filter(slot -> seen.login(slot).filter(RoleFacts::login).isPresent())
                .toList();
    }

    private List<Slot> own() {
        return RemovalPlanner.ownLogins(request, seen);
    }

    private List<Step> shut(OwnershipMark mark) {
        var steps = new ArrayList<Step>();
        seen.strangers(request)
                .forEach((role, members) ->
                        steps.add(new Step.Sql(new ServerStep.RevokeMembers(request.names(), role, members))));
        steps.add(close(mark, own()));
        if (!own().isEmpty()) {
            steps.add(new Step.Sql(new ServerStep.EndSessions(request.names(), own())));
        }
        return steps;
    }

    private Step close(OwnershipMark mark, List<Slot> locked) {
        return new Step.Sql(new ServerStep.CloseDatabase(
                request.names(), sighted(), mark, locked, guests(), DatabaseSettings.RESERVED_CONNECTIONS));
    }

    /** Roles with a privilege of their own on the database; the owner role's is the way in of our logins. */
    private List<String> guests() {
        var owner = request.names().owner().value();
        return database.grantees().stream()
                .filter(grantee -> !grantee.equals(owner))
                .toList();
    }

    private boolean isOccupied() {
        return backup.activity().sessions() > 0 || !backup.activity().blocking().isEmpty();
    }

    private Plan occupied() {
        return backup.activity().blocking().isEmpty()
                ? Plan.of(List.of(new Step.Sql(new ServerStep.EndSessions(request.names(), own()))))
                : Plan.refused(Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.WAITING_FOR_SESSIONS,
                        "Before the last backup everybody must be out. These the operator may not end (pid, user, application): "
                                + backup.activity().blocking()
                                + ". End them; a prepared transaction by ROLLBACK PREPARED in that database."));
    }

    // ---- under way, and over

    private Optional<Plan> goOn(Found found, Final mark) {
        if (isOpenToOthers(mark)) {
            return Optional.of(Plan.of(shut(request.mark())));
        }
        return switch (found.outcome()) {
            case OPEN -> mark.login().map(slot -> underWay(found, slot)).orElseGet(() -> notProved(REOPENED));
            case STUCK -> stuck(found);
            case FAILED -> closed(mark).or(() -> givenUp(problem(ProblemKind.FAILED, "failed: " + found.word())));
            case COMPLETE -> closed(mark).or(() -> isLast(found, mark) ? Optional.empty() : notProved(REOPENED));
        };
    }

    /** Its volume may be on its way: one that is only tried waits as long as a failed one is tried again. */
    private Optional<Plan> stuck(Found found) {
        var problem = problem(ProblemKind.INVALID, "cannot be made: " + found.word());
        return now.isBefore(found.created().plus(SERIES)) ? Optional.of(Plan.refused(problem)) : givenUp(problem);
    }

    /**
     * Whether somebody can come in, write and leave who has no login of ours: a role that was let in, or everybody. What cannot be revoked is found again, and told; where the
     * backup is only tried, it does not count.
     */
    private boolean isOpenToStrangers() {
        return request.policy().finalBackup() == FinalBackup.REQUIRED
                && (!seen.strangers(request).isEmpty() || !guests().isEmpty() || database.isOpenToAll());
    }

    private boolean isOpenToOthers(Final mark) {
        return isOpenToStrangers()
                || open().stream().anyMatch(slot -> !mark.login().equals(Optional.of(slot)))
                || (mark.login().isEmpty() && database.accepting());
    }

    private static final String REOPENED =
            "does not prove that it is the last one: it began before the database was closed, or its files are not good";

    /**
     * Its own login goes too, and with it every way in: from now on nobody gets in by a login alone, so what the next look finds holds until the DROP. Only that one login is
     * locked, as one that was opened since the look is to be seen. The Secret goes with its Job: the backup removes them itself.
     */
    private Optional<Plan> closed(Final mark) {
        if (mark.login().isPresent()) {
            var slot = List.of(mark.login().get());
            return Optional.of(Plan.of(List.of(
                    new Step.Sql(new ServerStep.RetainDatabase(
                            request.names(), sighted(), request.mark().with(mark.locked()), slot)),
                    new Step.Sql(new ServerStep.EndSessions(request.names(), slot)))));
        }
        if (isOccupied()) {
            return Optional.of(occupied());
        }
        return backup.login() instanceof ObservedSecret.Absent
                ? Optional.empty()
                : Optional.of(waiting(named() + " is over; its login is being removed."));
    }

    private static boolean isLast(Found found, Final mark) {
        return mark.backup().equals(found.uid())
                && found.start().filter(start -> !start.isBefore(mark.since())).isPresent();
    }

    private Optional<Plan> underWay(Found found, Slot slot) {
        return switch (backup.login()) {
            case ObservedSecret.Absent absent -> Optional.of(Plan.of(List.of(newLogin(found, slot))));
            case ObservedSecret.Releasing releasing ->
                Optional.of(waiting("The Secret of an earlier last backup is being collected."));
            case ObservedSecret.Foreign foreign ->
                givenUp(problem(
                        ProblemKind.REFUSED,
                        "cannot be made: Secret '"
                                + FinalBackupObjects.loginName(request).name() + "' exists and is not of it"));
            case ObservedSecret.Ours login -> Optional.of(withLogin(found, slot, login));
        };
    }

    private Step newLogin(Found found, Slot slot) {
        var name = request.names().login(slot).value();
        return new Step.Create(FinalBackupObjects.login(request, found.uid(), new Credentials(name, fresh.password())));
    }

    private Plan withLogin(Found found, Slot slot, ObservedSecret.Ours login) {
        var name = request.names().login(slot).value();
        var credentials = login.credentials().filter(known -> known.username().equals(name));
        if (credentials.isEmpty()) {
            // Somebody made it useless: it is made anew, with another password.
            return Plan.of(List.of(new Step.Delete(FinalBackupObjects.loginName(request), login.uid())));
        }
        var opened = FinalBackupObjects.isOpened(login);
        if (opened && seen.login(slot).filter(RoleFacts::login).isPresent()) {
            return waiting(found.word().isEmpty() ? named() + " is being made." : named() + " says: " + found.word());
        }
        var steps = new ArrayList<Step>();
        steps.add(open(slot, credentials.get()));
        if (!opened) {
            steps.add(FinalBackupObjects.opened(request, login));
        }
        return Plan.of(steps);
    }

    /** With the password of the Secret, which was made for it: the one that applications know is worth nothing any more. */
    private Step open(Slot slot, Credentials credentials) {
        var verifier = fresh.verifier(credentials.password());
        var limit = DatabaseSettings.RESERVED_CONNECTIONS;
        return new Step.Sql(
                seen.login(slot).isEmpty()
                        ? new ServerStep.CreateLogin(
                                request.names(), request.mark(), new ServerStep.Login(slot, verifier, limit))
                        : new ServerStep.AlignLogin(
                                request.names(), request.mark(), slot, limit, Optional.of(verifier), true));
    }

    // ---- telling

    private Plan waiting(String what) {
        return Plan.refused(Problem.of(ProblemKind.WAITING, Reason.OPERATION_IN_PROGRESS, what)
                .after(LOOK_AGAIN));
    }

    private Optional<Plan> notProved(String why) {
        return givenUp(problem(ProblemKind.INVALID, why));
    }

    /** Where it is only tried, what cannot be is let go. */
    private Optional<Plan> givenUp(Problem problem) {
        return request.policy().finalBackup() == FinalBackup.BEST_EFFORT
                ? Optional.empty()
                : Optional.of(Plan.refused(problem));
    }

    private Problem problem(ProblemKind kind, String what) {
        return Problem.of(
                        kind,
                        Reason.FINAL_BACKUP_FAILED,
                        named() + " " + what
                                + ". Mend the cause and delete that object, which removes its files unless its `deletionPolicy` is Retain, and another one is made; or set `spec.onDelete.finalBackup: None` of Project '"
                                + request.project() + "' to drop the database without.")
                // Whose object stands there need not bear our label: that it goes wakes nobody.
                .after(LOOK_AGAIN);
    }

    private String named() {
        return "The last backup, DatabaseBackup '"
                + FinalBackupObjects.backupName(request).name() + "',";
    }
}
