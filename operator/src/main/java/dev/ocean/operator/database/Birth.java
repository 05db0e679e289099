package dev.ocean.operator.database;

import dev.ocean.operator.database.ObservedDatabase.ObservedBirth;
import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.scratch.Filling;
import dev.ocean.operator.scratch.FillingPlanner;
import dev.ocean.operator.scratch.Scratch;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a database comes from a backup: a scratch database is filled and counted, and gets its name in one transaction. So the database appears complete or not at all; that it is
 * there, under our mark, tells that it was born.
 */
final class Birth {

    private static final Duration SOON = Duration.ofSeconds(1);

    private static final String WAY_OUT =
            "There is no database. Delete this object and make it again, with another backup or without `spec.restoreFrom`.";

    private final DatabaseRequest request;
    private final ObservedBirth seen;
    private final Filling filling;

    private Birth(DatabaseRequest request, ObservedBirth seen, Slot active) {
        this.request = request;
        this.seen = seen;
        this.filling = filling(request, seen.source(), active);
    }

    /** @param active whose login fills it */
    static Filling filling(DatabaseRequest request, Optional<Source> source, Slot active) {
        var server = request.references().server();
        return new Filling(
                request.id(),
                request.id(),
                request.names(),
                request.mark(),
                request.names().scratch(request.id().uid()),
                source,
                new ToolLogin(
                        server.endpoint(),
                        server.major(),
                        request.names().database().value(),
                        request.names().login(active).value(),
                        request.secretName()),
                request.references().allowedExtensions());
    }

    /** Whether it is to come from a backup and is not there; what is there already is taken as it is. */
    static boolean isDue(DatabaseRequest request, ObservedDatabase seen) {
        return request.origin().isPresent() && seen.database().isEmpty();
    }

    /** Why nothing is begun; before anything is made, roles included. */
    static Optional<Problem> objection(DatabaseRequest request, ObservedDatabase seen) {
        if (!isDue(request, seen)) {
            return Optional.empty();
        }
        if (seen.birth().isEmpty()) {
            return Optional.of(Problem.of(ProblemKind.BUSY, Reason.UPDATING, "It has not been looked at closely yet."));
        }
        var birth = new Birth(request, seen.birth().get(), Slot.A);
        return new Scratch(birth.filling, birth.seen.filling())
                .foreign()
                .map(found -> Ownership.conflict("Database '" + found.name() + "'"))
                .or(birth::unusable);
    }

    private Optional<Problem> unusable() {
        var backup = "DatabaseBackup '" + request.origin().orElseThrow() + "'";
        if (seen.source().isEmpty()) {
            return waiting(
                    Reason.REFERENCE_NOT_FOUND,
                    backup
                            + " does not exist in this namespace. Create it, or make this object again with another `spec.restoreFrom`.");
        }
        if (!seen.source().get().complete()) {
            return waiting(Reason.BACKUP_NOT_READY, backup + " is not Complete. Its conditions say why.");
        }
        return seen.source().get().sameProject()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemKind.INVALID,
                        Reason.BACKUP_NOT_ALLOWED,
                        backup + " belongs to another project. Only backups of the same project can be restored."));
    }

    private static Optional<Problem> waiting(Reason reason, String message) {
        return Optional.of(Problem.of(ProblemKind.WAITING, reason, message).after(FillingPlanner.LOOK_AGAIN));
    }

    /** @param active whose login fills it */
    static Birth of(DatabaseRequest request, ObservedDatabase seen, Slot active) {
        return new Birth(request, seen.birth().orElseThrow(), active);
    }

    /**
     * Once roles, Secret and login are there.
     *
     * @param renewal sets the login's password to what the Secret holds: it may have been edited since
     */
    Plan plan(ToolSettings tools, Supplier<Step> renewal, Instant now) {
        var filler = new FillingPlanner(filling, seen.filling(), tools, now);
        return filler.untilChecked()
                .or(() -> filler.untilFull().map(plan -> beginning(plan, renewal)))
                .map(Birth::explained)
                .orElseGet(() -> Plan.of(appearance()));
    }

    private static Plan beginning(Plan plan, Supplier<Step> renewal) {
        var opens = plan.steps().stream().anyMatch(step -> step instanceof Step.Sql(RestoreStep.OpenScratch open));
        if (!opens) {
            return plan;
        }
        var steps = new ArrayList<Step>();
        steps.add(renewal.get());
        steps.addAll(plan.steps());
        return new Plan(steps, plan.problem());
    }

    private static Plan explained(Plan plan) {
        return new Plan(
                plan.steps(),
                plan.problem()
                        .map(problem -> problem.kind() == ProblemKind.FAILED ? problem.adding(WAY_OUT) : problem));
    }

    /** What hangs on a database's OID first, then the name and the mark in one transaction. */
    private List<Step> appearance() {
        var scratch = new Scratch(filling, seen.filling()).own().orElseThrow();
        var settings = request.settings();
        return List.of(
                new Step.Sql(new RestoreStep.DressCopy(
                        request.names(),
                        filling.scratch(),
                        settings.loginLimit(),
                        settings.parameters(),
                        List.of(),
                        List.of(),
                        List.of())),
                new Step.Sql(new RestoreStep.SwapIn(
                        request.names(),
                        scratch.mark().orElseThrow(),
                        new RestoreStep.Incoming(scratch.oid(), filling.scratch(), request.mark()),
                        Optional.empty())));
    }

    // ---- once it is there

    /** The Jobs that told go once the status tells it; a scratch database that is not needed any more, because the data was taken back from a predecessor, goes too. */
    static List<Step> leftovers(DatabaseRequest request, ObservedDatabase seen) {
        if (seen.birth().isEmpty() || isUntold(request, seen)) {
            return List.of();
        }
        var birth = new Birth(request, seen.birth().get(), Slot.A);
        var steps = new ArrayList<>(JobAttempts.deletions(birth.seen.filling().attempts()));
        steps.addAll(new Scratch(birth.filling, birth.seen.filling()).drop());
        return steps;
    }

    /** Which grants did not come along, as a sentence; empty if all did. */
    static Optional<String> skipped(DatabaseRequest request, ObservedDatabase seen) {
        return seen.birth().map(ObservedBirth::filling).flatMap(filling -> {
            var elsewhere = filling.backup().filter(backup -> !backup.databaseName()
                    .equals(request.names().database().value()));
            if (elsewhere.isPresent()) {
                return Optional.of(
                        "The backup is of database '" + elsewhere.get().databaseName()
                                + "': its grants name that one's roles and were left out. Users of this database can read all of its tables.");
            }
            return filling.restored()
                    .filter(restored -> restored.skippedGrants() > 0)
                    .map(restored -> restored.skippedGrants()
                            + " entries of the backup's privileges were left out, because a role is gone: "
                            + restored.skippedNames());
        });
    }

    /** That the status has to tell what was restored, before those who know it go. */
    static Optional<Problem> untold(DatabaseRequest request, ObservedDatabase seen) {
        return isUntold(request, seen)
                ? Optional.of(Problem.of(
                                ProblemKind.WAITING,
                                Reason.FINISHING,
                                "The restored data is in place. Its login is proved.")
                        .after(SOON))
                : Optional.empty();
    }

    private static boolean isUntold(DatabaseRequest request, ObservedDatabase seen) {
        return !request.memory().restoreTold()
                && seen.birth().flatMap(birth -> birth.filling().restored()).isPresent();
    }

    // ---- the end

    /** For an object that goes before its database came: first the Jobs, then what they fill. @return empty once nothing of it is left */
    static Optional<Plan> withdrawn(DatabaseRequest request, ObservedDatabase seen) {
        return seen.birth().flatMap(found -> {
            var running = found.filling().attempts().stream()
                    .filter(JobAttempt::isRunning)
                    .toList();
            if (!running.isEmpty()) {
                return Optional.of(JobAttempts.stop(running));
            }
            var steps = new Scratch(filling(request, found.source(), Slot.A), found.filling()).drop();
            return steps.isEmpty() ? Optional.empty() : Optional.of(Plan.of(steps));
        });
    }
}
