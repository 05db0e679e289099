package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import dev.ocean.e2e.platform.Server;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** What is to go goes whole; what still needs something is named. */
@ExtendWith(OnPlatform.class)
class DeletionE2E {

    @Test
    void policyDeleteLeavesNothingEvenUnderAnOpenSession(Scene scene) throws SQLException {
        // Given
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "deletionPolicy: Delete");
        var database = scene.databaseName("orders");
        var server = new Server(scene.platform());
        assertThat(server.namesLike(database)).hasSizeGreaterThan(1);

        try (var session = scene.platform().login(scene.secret(secret))) {
            // When
            scene.developer().kubectl("delete", "odb", "orders", "--timeout=60s");

            // Then
            assertThat(session.isValid(5)).isFalse();
        }
        assertThat(server.namesLike(database)).isEmpty();
        Scene.await("the Secret is collected", () -> assertThat(
                        scene.developer().kubectl("get", "secret", secret, "--ignore-not-found"))
                .isEmpty());
    }

    @Test
    void instanceWaitsForItsDatabasesAndNamesThem(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        scene.giveDatabase("orders", "deletionPolicy: Delete");

        // When
        scene.platformTeam().kubectl("delete", "opgi/main", "--wait=false");

        // Then
        assertThat(scene.awaitReason("PostgresInstance", "main", "DeletionBlocked", "DatabasesRemaining"))
                .contains(scene.namespace() + "/orders");
        scene.developer().kubectl("delete", "odb", "orders", "--timeout=60s");
        scene.awaitGone("PostgresInstance", "main");
    }

    @Test
    void protectionHoldsADeletionUntilItIsTakenOff(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        scene.giveDatabase("orders", "deletionProtection: true");

        // When
        scene.developer().kubectl("delete", "odb", "orders", "--wait=false");

        // Then
        assertThat(scene.awaitReason("ManagedDatabase", "orders", "DeletionBlocked", "ProtectionEnabled"))
                .contains("`spec.deletionProtection`");
        scene.developer()
                .kubectl("patch", "odb", "orders", "--type=merge", "-p", "{\"spec\":{\"deletionProtection\":false}}");
        scene.awaitGone("ManagedDatabase", "orders");
    }

    @Test
    void databaseThatNeverCameToBeGoesAtOnce(Scene scene) {
        scene.developer().apply(Scene.database("orders", ""));
        scene.awaitReason("ManagedDatabase", "orders", "Ready", "ReferenceNotFound");

        scene.developer().kubectl("delete", "odb", "orders", "--timeout=60s");

        assertThat(scene.see("ManagedDatabase", "orders")).isEmpty();
    }
}
