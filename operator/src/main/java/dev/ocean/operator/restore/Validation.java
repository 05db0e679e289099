package dev.ocean.operator.restore;

import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.scratch.Scratch;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The checks that cost nothing, in the order in which they are made: the first that objects decides. They are made in every pass until the databases change places. */
final class Validation {

    /** What waits for another object is also looked at by itself: not all of them wake us. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private record Check(String name, BiFunction<RestoreRequest, ObservedRestore, Optional<Problem>> objection) {}

    private static final List<Check> CHECKS = List.of(
            new Check("the database is the one that was there", Validation::replacedDatabase),
            new Check("the live database is ours", Validation::foreignLive),
            new Check("the names of the scratch and the previous database are free or ours", Validation::foreignCopy),
            new Check("the user names the database that is overwritten", Validation::confirmation),
            new Check("there is a backup, the one that was there", Validation::backup),
            new Check("the backup is of the same project", Validation::project),
            new Check("the database is not being deleted", Validation::going),
            new Check("the roles are there", Validation::roles),
            new Check("nothing else is under way", Validation::order));

    private Validation() {}

    static Optional<Problem> objection(RestoreRequest request, ObservedRestore seen) {
        return CHECKS.stream()
                .flatMap(check -> check.objection().apply(request, seen).stream())
                .findFirst();
    }

    /** Whether what stands under the three names is this object's, so that it may be moved. */
    static Optional<Problem> ownership(RestoreRequest request, ObservedRestore seen) {
        return foreignLive(request, seen).or(() -> foreignCopy(request, seen));
    }

    private static Optional<Problem> foreignLive(RestoreRequest request, ObservedRestore seen) {
        return seen.live()
                .filter(live -> request.mark().to(live.mark()) != Relation.OURS)
                .map(live -> request.mark().to(live.mark()) == Relation.FOREIGN
                        ? conflict(live)
                        : waiting(Reason.DATABASE_NOT_READY, "The database is being taken back from its predecessor."));
    }

    private static Optional<Problem> foreignCopy(RestoreRequest request, ObservedRestore seen) {
        var scratch = new Scratch(request.filling(), seen.filling());
        return scratch.foreign()
                .or(() -> seen.copy(request.previous()).filter(copy -> !scratch.isOwn(copy)))
                .map(Validation::conflict);
    }

    private static Problem conflict(DatabaseFacts found) {
        return Problem.of(
                ProblemKind.REFUSED,
                Reason.NAME_CONFLICT,
                "Database '" + found.name()
                        + "' exists on the server and is not of this object; it stays untouched. Rename it on the server, or delete this object and make it again.");
    }

    private static Optional<Problem> confirmation(RestoreRequest request, ObservedRestore seen) {
        var name = request.names().database().value();
        return request.confirmed().equals(name)
                ? Optional.empty()
                : Optional.of(failed(
                        Reason.CONFIRMATION_MISMATCH,
                        "`spec.confirmDatabaseName` is not the name of the database that would be overwritten, '" + name
                                + "'. Make another DatabaseRestore with that name if it is what you want."));
    }

    /** Consent was given for data that are gone or elsewhere. */
    static Optional<Problem> replacedDatabase(RestoreRequest request, ObservedRestore seen) {
        var found = request.references().database();
        return request.memory()
                .databaseUid()
                .filter(bound -> !bound.equals(found.uid()))
                .map(
                        bound -> failed(
                                Reason.REFERENCE_REPLACED,
                                "ManagedDatabase '" + found.name()
                                        + "' was deleted and made again since; this restore is not about the new one. Make another DatabaseRestore if it is what you want."));
    }

    private static Optional<Problem> backup(RestoreRequest request, ObservedRestore seen) {
        var backup = request.references().backup();
        if (seen.filling().restored().isPresent()) {
            // All of it is in the scratch database; the file may go now.
            return Optional.empty();
        }
        var bound = request.memory().backupUid();
        if (bound.isPresent()
                && backup.filter(found -> found.id().uid().equals(bound.get())).isEmpty()) {
            return Optional.of(
                    failed(
                            Reason.REFERENCE_REPLACED,
                            "The DatabaseBackup that this restore is about was deleted; one that has its name now is another one. Make another DatabaseRestore if it is what you want."));
        }
        if (backup.isEmpty()) {
            return Optional.of(
                    waiting(
                            Reason.REFERENCE_NOT_FOUND,
                            "The DatabaseBackup that `spec.backupRef` names does not exist in this namespace. Create it, or make a restore of another one."));
        }
        return backup.filter(found -> !found.complete())
                .map(found -> waiting(
                        Reason.BACKUP_NOT_READY,
                        "DatabaseBackup '" + found.id().name() + "' is not Complete. Its conditions say why."));
    }

    private static Optional<Problem> project(RestoreRequest request, ObservedRestore seen) {
        return request.references()
                .backup()
                .filter(backup -> !backup.sameProject())
                .map(backup -> failed(
                        Reason.BACKUP_NOT_ALLOWED,
                        "DatabaseBackup '" + backup.id().name()
                                + "' belongs to another project. Only backups of the same project can be restored."));
    }

    static Optional<Problem> going(RestoreRequest request, ObservedRestore seen) {
        return request.references().going()
                ? Optional.of(
                        waiting(
                                Reason.OPERATION_IN_PROGRESS,
                                "The ManagedDatabase is being deleted. Delete this object, or wait and make the ManagedDatabase again."))
                : Optional.empty();
    }

    private static Optional<Problem> roles(RestoreRequest request, ObservedRestore seen) {
        return new Scratch(request.filling(), seen.filling()).hasOwner()
                ? Optional.empty()
                : Optional.of(
                        waiting(
                                Reason.DATABASE_NOT_READY,
                                "The roles of the database are not there, or not its own. The conditions of the ManagedDatabase say why."));
    }

    static Optional<Problem> order(RestoreRequest request, ObservedRestore seen) {
        return seen.before()
                .map(first -> waiting(
                        Reason.OPERATION_IN_PROGRESS,
                        first + " works on the same database and comes first. Wait, or delete it."));
    }

    /** The backup that is restored; there is one, once {@link #objection} has nothing against it. */
    static Source source(RestoreRequest request) {
        return request.references().backup().orElseThrow();
    }

    private static Problem waiting(Reason reason, String message) {
        return Problem.of(ProblemKind.WAITING, reason, message).after(LOOK_AGAIN);
    }

    private static Problem failed(Reason reason, String message) {
        return Problem.of(ProblemKind.FAILED, reason, message);
    }
}
