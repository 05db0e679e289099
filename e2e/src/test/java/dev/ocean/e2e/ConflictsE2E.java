package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import dev.ocean.e2e.platform.Server;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** What is somebody else's stays untouched, and the reader is told so. */
@ExtendWith(OnPlatform.class)
class ConflictsE2E {

    @Test
    void databaseMadeByHandIsLeftAlone(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        var server = new Server(scene.platform());
        var name = scene.namespace().replace('-', '_') + "_legacy";
        server.execute("CREATE DATABASE " + name);
        var look = "SELECT ROW (datdba, datacl, datallowconn, datconnlimit) FROM pg_database WHERE datname = '" + name
                + "'";
        var before = server.query("postgres", look);

        // When
        scene.developer().apply(Scene.database("legacy", "databaseName: " + name));

        // Then
        assertThat(scene.awaitReason("ManagedDatabase", "legacy", "Ready", "NameConflict"))
                .contains(name)
                .contains("`spec.databaseName`");
        assertThat(server.query("postgres", look)).isEqualTo(before);
        scene.developer().kubectl("delete", "odb", "legacy", "--timeout=60s");
        assertThat(server.query("postgres", look)).as("after the deletion, too").isEqualTo(before);
        server.execute("DROP DATABASE " + name);
    }

    @Test
    void twoObjectsThatWantOneNameDoNotShareIt(Scene scene) {
        scene.giveInstanceAndProject();
        var name = scene.namespace().replace('-', '_') + "_orders";
        scene.giveDatabase("first", "databaseName: " + name);

        scene.developer().apply(Scene.database("second", "databaseName: " + name));

        scene.awaitReason("ManagedDatabase", "second", "Ready", "NameConflict");
        scene.awaitReady("first");
    }

    @Test
    void secretOfSomebodyElseIsLeftAlone(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        scene.developer().kubectl("create", "secret", "generic", "orders-credentials", "--from-literal=mine=kept");

        // When
        scene.developer().apply(Scene.database("orders", ""));

        // Then
        assertThat(scene.awaitReason("ManagedDatabase", "orders", "Ready", "SecretConflict"))
                .contains("orders-credentials")
                .contains("`spec.credentials.secretName`");
        assertThat(scene.secret("orders-credentials")).isEqualTo(Map.of("mine", "kept"));
        scene.developer()
                .kubectl(
                        "patch",
                        "odb",
                        "orders",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"credentials\":{\"secretName\":\"orders-login\"}}}");
        scene.awaitReady("orders");
    }

    @Test
    void instanceOfAnotherNamespaceIsClosedUntilItsOwnerOpensIt(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        var namespace = scene.newNamespace();
        var stranger = scene.newUser(namespace, "admin");
        stranger.apply("""
                apiVersion: ocean.dev/v1beta1
                kind: Project
                metadata: {name: shop}
                spec: {instanceRef: {name: main, namespace: %s}}
                """.formatted(scene.namespace()));

        // When
        stranger.apply(Scene.database("orders", ""));

        // Then
        stranger.kubectl(
                "wait",
                "--for=jsonpath={.status.conditions[?(@.type==\"Ready\")].reason}=InstanceNotAllowed",
                "odb/orders",
                "--timeout=60s");
        assertThat(new Server(scene.platform()).namesLike(namespace.replace('-', '_')))
                .isEmpty();
        scene.platformTeam()
                .kubectl(
                        "patch",
                        "opgi",
                        "main",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"allowedNamespaces\":{\"from\":\"All\"}}}");
        stranger.kubectl("wait", "--for=condition=Ready", "odb/orders", "--timeout=60s");
    }
}
