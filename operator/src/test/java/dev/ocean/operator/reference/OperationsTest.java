package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.BackupReference;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreSpec;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus.Bound;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Who waits for whom: what works or may begin at any moment withholds the database from what is younger, and nothing else does. */
class OperationsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final List<Condition> COMPLETE = Conditions.after(List.of(), 1, NOW)
            .holds(ConditionType.COMPLETE, Reason.COMPLETE, "")
            .list();

    private final DatabaseBackup good = backup("good", "2026-11-22T08:00:00Z", COMPLETE, "shop/orders/1");
    private final DatabaseRestore restore = restore("back", "2026-11-22T09:30:00Z", List.of(), false);

    private static ObjectMeta metadata(String name, String created) {
        return new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName(name)
                .withUid("uid-of-" + name)
                .withCreationTimestamp(created)
                .build();
    }

    private static DatabaseBackup backup(String name, String created, List<Condition> conditions, String path) {
        var backup = new DatabaseBackup();
        backup.setMetadata(metadata(name, created));
        backup.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, FilePolicy.DELETE, null, false, null));
        var location = path.isEmpty() ? null : new DatabaseBackupStatus.Location("shop-backups", path, "claim-1");
        backup.setStatus(new DatabaseBackupStatus(
                1L, null, null, location, null, null, null, null, null, null, null, conditions));
        return backup;
    }

    private static DatabaseRestore restore(String name, String created, List<Condition> conditions, boolean begun) {
        var restore = new DatabaseRestore();
        restore.setMetadata(metadata(name, created));
        restore.setSpec(new DatabaseRestoreSpec(
                new BackupReference("good"), new DatabaseReference("orders"), "shop_orders", 24, false, false));
        restore.setStatus(new DatabaseRestoreStatus(
                1L,
                null,
                null,
                new Bound("u-1", "u-2", begun ? "7400000000000000001" : null),
                null,
                null,
                null,
                null,
                null,
                conditions));
        return restore;
    }

    private static List<Condition> because(ProblemKind kind, Reason reason) {
        return Conditions.after(List.of(), 1, NOW)
                .ready(java.util.Optional.of(Problem.of(kind, reason, "No.")), Reason.READY, "")
                .list();
    }

    private Operations with(DatabaseBackup... further) {
        var backups = new java.util.ArrayList<>(List.of(further));
        backups.add(good);
        return new Operations(backups, List.of(restore));
    }

    /** What keeps a backup from ever beginning. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "STORAGE_NOT_CONFIGURED",
                "QUOTA_EXCEEDED",
                "VOLUME_NOT_ALLOWED",
                "NAME_CONFLICT",
                "REFERENCE_NOT_FOUND",
                "DATABASE_NOT_READY",
                "INSTANCE_NOT_READY"
            })
    void aBackupThatCannotBeginWithholdsNothing(Reason reason) {
        var stuck = backup("stuck", "2026-11-22T09:00:00Z", because(ProblemKind.INVALID, reason), "");

        assertThat(with(stuck).before(restore, "orders")).isEmpty();
    }

    @Test
    void aBackupThatMayBeginAtAnyMomentComesFirst() {
        var fresh = backup("fresh", "2026-11-22T09:00:00Z", List.of(), "");
        var waits =
                backup("waits", "2026-11-22T09:00:00Z", because(ProblemKind.WAITING, Reason.OPERATION_IN_PROGRESS), "");

        assertThat(with(fresh).before(restore, "orders")).contains("DatabaseBackup 'fresh'");
        assertThat(with(waits).before(restore, "orders")).contains("DatabaseBackup 'waits'");
    }

    /** Its Project may have lost its volume meanwhile; its Job still dumps. */
    @Test
    void aBackupThatHasBegunComesFirstWhateverItSays() {
        var dumping = backup(
                "dumping",
                "2026-11-22T09:00:00Z",
                because(ProblemKind.INVALID, Reason.STORAGE_NOT_CONFIGURED),
                "shop/orders/2");

        assertThat(with(dumping).before(restore, "orders")).contains("DatabaseBackup 'dumping'");
    }

    @Test
    void aRestoreThatCannotBeginWithholdsNothingAndOneThatHasBegunDoes() {
        var backup = backup("later", "2026-11-22T09:45:00Z", List.of(), "");
        var stuck = because(ProblemKind.REFUSED, Reason.NAME_CONFLICT);

        assertThat(new Operations(List.of(good, backup), List.of(restore("a", "2026-11-22T09:00:00Z", stuck, false)))
                        .before(backup, "orders"))
                .isEmpty();
        assertThat(new Operations(List.of(good, backup), List.of(restore("a", "2026-11-22T09:00:00Z", stuck, true)))
                        .before(backup, "orders"))
                .contains("DatabaseRestore 'a'");
    }

    @Test
    void onlyARestoreThatHasBegunKeepsOthersOffTheDatabase() {
        var waits = restore("a", "2026-11-22T09:00:00Z", because(ProblemKind.WAITING, Reason.BACKUP_NOT_READY), false);
        var works = restore("a", "2026-11-22T09:00:00Z", because(ProblemKind.WAITING, Reason.RESTORING), true);

        assertThat(Operations.isRestored("shop", "orders", List.of(waits))).isFalse();
        assertThat(Operations.isRestored("shop", "orders", List.of(works))).isTrue();
    }
}
