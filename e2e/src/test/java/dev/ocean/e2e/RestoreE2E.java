package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** A row comes back: somebody deletes it, restores last night's backup in place, looks, and swaps back. */
@ExtendWith(OnPlatform.class)
class RestoreE2E {

    @Test
    void aRowComesBackAndTheRestoreCanBeUndone(Scene scene) {
        var secret = lostARow(scene);

        restore(scene, "back", "");

        assertThat(rows(scene, secret)).isEqualTo("1000");
        assertThat(scene.see("DatabaseBackup", "orders-before-release")
                        .orElseThrow()
                        .condition("Verified"))
                .isPresent();
        scene.awaitReady("orders");
        rollBack(scene, "back");
        scene.developer().kubectl("wait", "--for=condition=RolledBack", "databaserestore/back", "--timeout=60s");
        assertThat(rows(scene, secret)).isEqualTo("999");
    }

    @Test
    void whatIsNotKeptCannotBeBroughtBack(Scene scene) {
        var secret = lostARow(scene);
        restore(scene, "back", "  keepPreviousHours: 0\n");
        Scene.await("the previous data is gone", () -> assertThat(scene.see("DatabaseRestore", "back")
                        .flatMap(seen -> seen.value("status", "previousDatabase", "name")))
                .isEmpty());

        rollBack(scene, "back");

        scene.awaitReason("DatabaseRestore", "back", "Ready", "PreviousGone");
        assertThat(rows(scene, secret)).isEqualTo("1000");
    }

    /** A database of a thousand rows with a backup, after which one row was deleted; returns its Secret. */
    private static String lostARow(Scene scene) {
        scene.giveInstanceAndProject();
        scene.platformTeam().apply(scene.example("backup/project.yaml"));
        var secret = scene.giveDatabase("orders", "");
        psql(scene, secret, "CREATE TABLE greeting AS SELECT generate_series(1, 1000) AS value");
        scene.developer().apply(scene.example("backup/backup.yaml"));
        scene.developer().kubectl("wait", "--for=condition=Complete", "obak/orders-before-release", "--timeout=120s");
        psql(scene, secret, "DELETE FROM greeting WHERE value = 7");
        return secret;
    }

    private static void restore(Scene scene, String name, String more) {
        scene.developer().apply("""
                apiVersion: ocean.dev/v1beta1
                kind: DatabaseRestore
                metadata:
                  name: %s
                spec:
                  backupRef: {name: orders-before-release}
                  databaseRef: {name: orders}
                  confirmDatabaseName: %s
                """.formatted(name, scene.databaseName("orders")) + more);
        scene.developer().kubectl("wait", "--for=condition=Complete", "orst/" + name, "--timeout=180s");
    }

    private static void rollBack(Scene scene, String name) {
        scene.developer().kubectl("patch", "orst", name, "--type=merge", "-p", "{\"spec\":{\"rollback\":true}}");
    }

    private static String rows(Scene scene, String secret) {
        return psql(scene, secret, "SELECT count(*) FROM greeting");
    }

    private static String psql(Scene scene, String secret, String sql) {
        return scene.platform()
                .application(scene.namespace(), secret, "psql --quiet --no-align --tuples-only --command='" + sql + "'")
                .strip();
    }
}
