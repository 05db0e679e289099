package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.dump.JobResult.Restored;
import dev.ocean.operator.pass.EventReason;
import dev.ocean.operator.pass.Notice;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a pass came to that is worth an event: what holds now and did not before. */
final class RestoreNotices {

    private RestoreNotices() {}

    static List<Notice> of(
            DatabaseRestore cr,
            RestoreRequest request,
            Settled<ObservedRestore> settled,
            DatabaseRestoreStatus status) {
        var notices = new ArrayList<Notice>();
        var database = "Database '" + request.names().database().value() + "'";
        if (holdsNow(ConditionType.ROLLED_BACK, cr, status)) {
            notices.add(new Notice(
                    EventReason.RESTORE_ROLLED_BACK, database + " is again what it was before the restore."));
        } else if (holdsNow(ConditionType.COMPLETE, cr, status)) {
            notices.add(new Notice(EventReason.RESTORE_COMPLETED, completed(cr, request, settled.seen(), database)));
            grants(request, settled.seen()).ifPresent(notices::add);
        }
        if (holdsNow(ConditionType.PREVIOUS_NOT_DROPPED, cr, status) && isTold(settled)) {
            Conditions.find(status.conditions(), ConditionType.PREVIOUS_NOT_DROPPED)
                    .map(Condition::getMessage)
                    .ifPresent(why -> notices.add(new Notice(EventReason.PREVIOUS_NOT_DROPPED, why)));
        }
        return notices;
    }

    private static boolean holdsNow(ConditionType type, DatabaseRestore cr, DatabaseRestoreStatus status) {
        var before = Optional.ofNullable(cr.getStatus())
                .map(DatabaseRestoreStatus::conditions)
                .orElse(List.of());
        return !Conditions.isTrue(before, type) && Conditions.isTrue(status.conditions(), type);
    }

    /** What is only busy or raced for is gone with the next pass. */
    private static boolean isTold(Settled<ObservedRestore> settled) {
        return settled.problem()
                .map(Problem::kind)
                .filter(kind -> kind != ProblemKind.BUSY && kind != ProblemKind.CONFLICT)
                .isPresent();
    }

    private static String completed(DatabaseRestore cr, RestoreRequest request, ObservedRestore seen, String database) {
        if (cr.getSpec().dryRun()) {
            return "The checks found nothing that would stop the restore.";
        }
        var lost = seen.settingsIn(request.previous()).stream()
                .filter(setting -> !setting.settable())
                .map(setting -> setting.login() + ": " + setting.name())
                .toList();
        return database + " was restored from DatabaseBackup '"
                + cr.getSpec().backupRef().name() + "'."
                + (lost.isEmpty()
                        ? ""
                        : " Settings of its logins that only a superuser may make again are left out: " + lost + ".");
    }

    /** Lost privileges are an event of their own: the data are complete, but not everybody sees them. */
    private static Optional<Notice> grants(RestoreRequest request, ObservedRestore seen) {
        var lost = Stream.concat(
                        seen
                                .filling()
                                .backup()
                                .filter(backup -> seen.filling().restored().isPresent()
                                        && !request.filling().isOfThisName(backup))
                                .map(
                                        backup ->
                                                "The backup is of another database, whose roles are not this one's: its privileges were left out, and every table can be read by this database's users.")
                                .stream(),
                        seen.filling().restored().stream().flatMap(RestoreNotices::told))
                .toList();
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(new Notice(EventReason.GRANTS_SKIPPED, String.join(" ", lost)));
    }

    private static Stream<String> told(Restored restored) {
        var skipped = restored.skippedGrants() == 0
                ? Stream.<String>empty()
                : Stream.of(restored.skippedGrants()
                        + " entries with privileges or policies name roles that are gone and were left out, such as "
                        + restored.skippedNames() + ".");
        var closed = restored.closedRoutines() == 0
                ? Stream.<String>empty()
                : Stream.of(
                        restored.closedRoutines()
                                + " routines that run with their owner's rights may be executed by nobody else any more. Grant EXECUTE to who needs it.");
        return Stream.concat(skipped, closed);
    }
}
