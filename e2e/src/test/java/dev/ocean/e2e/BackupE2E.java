package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** A developer backs a database up, on a real volume and by a pod that the namespace's restrictions admit. */
@ExtendWith(OnPlatform.class)
class BackupE2E {

    @Test
    void isCompleteOnTheProjectsVolumeAndGoesWithItsObject(Scene scene) {
        scene.giveInstanceAndProject();
        scene.platformTeam().apply(scene.example("backup/project.yaml"));
        var secret = scene.giveDatabase("orders", "");
        scene.platform()
                .application(
                        scene.namespace(),
                        secret,
                        "psql --quiet --command='CREATE TABLE greeting AS SELECT generate_series(1, 1000) AS value'");

        scene.developer().apply(scene.example("backup/backup.yaml"));
        scene.developer()
                .kubectl("wait", "--for=condition=Complete", "databasebackup/orders-before-release", "--timeout=120s");

        var backup = scene.see("DatabaseBackup", "orders-before-release").orElseThrow();
        assertThat(backup.value("status", "rows")).contains("1000");
        assertThat(backup.value("status", "tables")).contains("1");
        assertThat(backup.value("status", "location", "claimName")).contains("shop-backups");
        assertThat(scene.developer().kubectl("get", "obak", "orders-before-release", "--no-headers", "-o", "wide"))
                .contains("True", "Unknown", "Complete", "orders");
        scene.developer().kubectl("delete", "databasebackup", "orders-before-release", "--timeout=120s");
        assertThat(scene.platformTeam().kubectl("get", "pvc", "shop-backups", "-o", "name"))
                .contains("shop-backups");
    }

    @Test
    void saysWhatIsMissing(Scene scene) {
        scene.giveInstanceAndProject();
        scene.giveDatabase("orders", "");

        scene.developer().apply(scene.example("backup/backup.yaml"));

        assertThat(scene.awaitReason("DatabaseBackup", "orders-before-release", "Ready", "StorageNotConfigured"))
                .contains("spec.backups.storage");
        scene.platformTeam().apply(scene.example("backup/project.yaml"));
        scene.developer()
                .kubectl("wait", "--for=condition=Complete", "databasebackup/orders-before-release", "--timeout=120s");
    }
}
