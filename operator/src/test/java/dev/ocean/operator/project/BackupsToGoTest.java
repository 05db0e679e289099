package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec;
import dev.ocean.operator.api.v1beta1.ProjectSpec.BackupPolicy;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** Backups go with their Project only where it says so, and never those that somebody wants. */
class BackupsToGoTest {

    private static Project project(@Nullable BackupPolicy policy) {
        var project = Fixtures.deleted();
        project.setSpec(new ProjectSpec(
                null, null, null, new ProjectSpec.OnDelete(DeletionPolicy.DELETE, policy, null), false));
        return project;
    }

    private static DatabaseBackup backup(String name, String path, boolean pinned) {
        var backup = new DatabaseBackup();
        backup.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName(name)
                .withUid("u-" + name)
                .build());
        backup.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, FilePolicy.DELETE, null, pinned, null));
        backup.setStatus(new DatabaseBackupStatus(
                1L,
                null,
                null,
                new Location("shop-backups", path, "claim-1"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of()));
        return backup;
    }

    private static DatabaseBackup plain(String name) {
        return backup(name, "shop/orders/20261122T030000Z-1a2b3c4d", false);
    }

    private static DatabaseBackup last() {
        var last = plain("orders-final-1a2b3c4d");
        last.getMetadata().setLabels(Map.of(Labels.FINAL_OF, "1a2b3c4d"));
        return last;
    }

    private static DatabaseBackup neverBegun() {
        var backup = plain("early");
        backup.setStatus(null);
        return backup;
    }

    private static final List<DatabaseBackup> ALL = List.of(
            plain("plain"),
            backup("pinned", "shop/orders/20261122T030000Z-2a2b3c4d", true),
            last(),
            neverBegun(),
            backup("theirs", "shoppers/orders/20261122T030000Z-3a2b3c4d", false));

    @Test
    void onlyThoseOfTheProjectThatNobodyWants() {
        assertThat(BackupsToGo.of(project(BackupPolicy.DELETE), ALL).due())
                .extracting(backup -> backup.getMetadata().getName())
                .containsExactly("plain");
    }

    @Test
    void noneWhereTheProjectDoesNotSayDelete() {
        assertThat(BackupsToGo.of(project(BackupPolicy.RETAIN), ALL).backups()).isEmpty();
        assertThat(BackupsToGo.of(project(null), ALL).backups()).isEmpty();
    }

    @Test
    void namesThoseThatAreLeft() {
        var many = IntStream.range(0, 7).mapToObj(number -> plain("b" + number)).toList();
        many.forEach(backup -> backup.getMetadata().setDeletionTimestamp(Fixtures.NOW.toString()));
        var toGo = BackupsToGo.of(project(BackupPolicy.DELETE), many);

        assertThat(toGo.due()).isEmpty();
        assertThat(toGo.obstacle().orElseThrow().reason()).isEqualTo(Reason.BACKUPS_REMAINING);
        assertThat(toGo.obstacle().orElseThrow().message())
                .contains("b0, b1, b2, b3, b4 and 2 more", "`spec.onDelete.backups: Retain`");
        assertThat(BackupsToGo.of(project(BackupPolicy.DELETE), List.of()).obstacle())
                .isEmpty();
    }
}
