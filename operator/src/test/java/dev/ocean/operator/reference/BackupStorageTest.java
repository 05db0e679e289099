package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** Which backups a project's quota has room for. */
class BackupStorageTest {

    private static final String FIRST = "2026-11-22T10:00:00Z";
    private static final String LATER = "2026-11-22T10:00:01Z";

    private final BackupStorage storage =
            new BackupStorage(new References("installation-1", new ServerDirectory()), new SimulatedWorld().api);

    private static Project rationed(int backups) {
        var project = Fixtures.project(Fixtures.instanceRef("main", null), null);
        project.setSpec(new ProjectSpec(
                project.getSpec().instanceRef(),
                new ProjectSpec.Backups(null, "archive"),
                new ProjectSpec.Quota(null, backups),
                project.getSpec().onDelete(),
                false));
        return project;
    }

    private static DatabaseBackup backup(String name, String created) {
        var backup = new DatabaseBackup();
        backup.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName(name)
                .withUid("u-" + name)
                .withCreationTimestamp(created)
                .build());
        backup.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, FilePolicy.DELETE, null, false, null));
        return backup;
    }

    private static DatabaseBackup ended(DatabaseBackup backup, ConditionType how) {
        backup.setStatus(new DatabaseBackupStatus(
                1L,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Conditions.after(List.of(), 1, Instant.parse(LATER))
                        .holds(how, Reason.COMPLETE, "")
                        .list()));
        return backup;
    }

    private boolean hasRoom(DatabaseBackup backup, int quota, DatabaseBackup... others) {
        var caches = Fixtures.caches()
                .with(rationed(quota))
                .with(Fixtures.database())
                .with(backup);
        for (var other : others) {
            caches = caches.with(other);
        }
        var found = storage.of(backup, caches);
        assertThat(found.rationed()).isTrue();
        return found.noRoom().isEmpty();
    }

    @Test
    void ofTwoOfTheSameSecondOneGetsTheLastPlace() {
        var a = backup("a", FIRST);
        var b = backup("b", FIRST);

        assertThat(hasRoom(a, 1, b)).isTrue();
        assertThat(hasRoom(b, 1, a)).isFalse();
        assertThat(hasRoom(b, 2, a)).isTrue();
    }

    @Test
    void whatIsCompleteHasItsPlaceAlsoBeforeAnOlderOne() {
        assertThat(hasRoom(backup("a", FIRST), 1, ended(backup("b", LATER), ConditionType.COMPLETE)))
                .isFalse();
    }

    @Test
    void whatFailedHasNone() {
        assertThat(hasRoom(backup("b", LATER), 1, ended(backup("a", FIRST), ConditionType.FAILED)))
                .isTrue();
    }

    @Test
    void anotherProjectsAreNotCounted() {
        var elsewhere = backup("a", FIRST);
        elsewhere.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("somebody-elses"),
                Verification.ROW_COUNTS,
                FilePolicy.DELETE,
                null,
                false,
                null));

        assertThat(hasRoom(backup("b", LATER), 1, elsewhere)).isTrue();
    }

    @Test
    void aQuotaOfNoneLetsNobodyIn() {
        assertThat(hasRoom(backup("a", FIRST), 0)).isFalse();
    }
}
