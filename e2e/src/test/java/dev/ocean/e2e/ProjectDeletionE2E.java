package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import dev.ocean.e2e.platform.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code kubectl delete project}: the plan, exactly what holds it, and exactly what is left afterwards. */
@ExtendWith(OnPlatform.class)
class ProjectDeletionE2E {

    private static final String NAMES = "jsonpath={range .status.deletionPlan[*]}{.database}={.action}{\" \"}{end}";

    @Test
    void aProjectTakesItsDatabasesAlongAndNamesWhatHoldsIt(Scene scene) throws SQLException {
        // Given: five plain ones with data, one kept, one protected, one whose server will be cut off.
        scene.giveInstanceAndProject();
        var server = new Server(scene.platform());
        var plain =
                IntStream.rangeClosed(1, 5).mapToObj(number -> "plain" + number).toList();
        plain.forEach(name -> scene.developer().apply(Scene.database(name, "")));
        scene.developer().apply(Scene.database("kept", "deletionPolicy: Retain"));
        scene.developer().apply(Scene.database("ledger", "deletionProtection: true"));
        scene.giveAdminSecret("far-admin", Map.of());
        scene.platformTeam().apply("""
                apiVersion: ocean.dev/v1beta1
                kind: PostgresInstance
                metadata: {name: far}
                spec: {external: {connectionSecretRef: {name: far-admin}}}
                """);
        scene.developer().apply(Scene.database("archive", "instanceRef: {name: far}"));
        List.of("plain1", "plain2", "plain3", "plain4", "plain5", "kept", "ledger", "archive")
                .forEach(scene::awaitReady);
        var keptDatabase = scene.databaseName("kept");
        var prefix = keptDatabase.substring(0, keptDatabase.indexOf("_kept") + 1);
        scene.giveAdminSecret("far-admin", Map.of("port", "1"));
        scene.awaitReason("PostgresInstance", "far", "Ready", "InstanceUnreachable");
        try (var session = session(scene, "plain1");
                var kept = session(scene, "kept")) {
            session.createStatement().execute("CREATE TABLE t (n int)");
            kept.createStatement().execute("CREATE TABLE t AS SELECT 42 AS n");

            // When
            scene.platformTeam().kubectl("delete", "oprj/shop", "--wait=false");

            // Then
            plain.forEach(name -> scene.awaitGone("ManagedDatabase", name));
            scene.awaitGone("ManagedDatabase", "kept");
        }
        Scene.await("it names exactly what holds it", () -> {
            var message = scene.see("Project", "shop")
                    .flatMap(seen -> seen.condition("DeletionBlocked"))
                    .map(condition -> condition.message())
                    .orElse("");
            assertThat(message).contains("protected: ledger.", "archive (Instance", "ocean.dev/abandon");
            assertThat(scene.platformTeam().kubectl("get", "oprj", "shop", "-o", NAMES))
                    .isEqualTo("archive=Delete ledger=Delete ");
        });
        scene.developer()
                .kubectl("patch", "odb", "ledger", "--type=merge", "-p", "{\"spec\":{\"deletionProtection\":false}}");
        scene.awaitGone("ManagedDatabase", "ledger");
        scene.giveAdminSecret("far-admin", Map.of());
        scene.awaitGone("Project", "shop");
        assertThat(server.query(
                        "postgres",
                        "SELECT datname FROM pg_database WHERE NOT datallowconn AND starts_with(datname, '" + prefix
                                + "')"))
                .containsExactly(keptDatabase);
        assertThat(server.namesLike(prefix)).allSatisfy(name -> assertThat(name).startsWith(keptDatabase));
        scene.platformTeam().apply(scene.example("quickstart/project.yaml"));
        scene.developer().apply(Scene.database("kept", ""));
        try (var kept = session(scene, "kept");
                var rows = kept.createStatement().executeQuery("SELECT n FROM t")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }

    private static Connection session(Scene scene, String database) throws SQLException {
        return scene.platform().login(scene.secret(scene.awaitReady(database)));
    }
}
