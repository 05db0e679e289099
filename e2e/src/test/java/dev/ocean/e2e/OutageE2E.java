package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** A server that goes away is told, and when it is back everything goes on by itself. */
@ExtendWith(OnPlatform.class)
class OutageE2E {

    @Test
    void serverGoesAwayAndComesBack(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "");
        scene.platform().application(scene.namespace(), secret, "psql --command='CREATE TABLE greeting (text text)'");

        // When
        scene.platform().stopServer();
        scene.developer().apply(Scene.database("late", ""));

        // Then
        try {
            scene.awaitReason("ManagedDatabase", "late", "Ready", "InstanceUnreachable");
        } finally {
            scene.platform().startServer();
        }
        scene.awaitReady("late");
        scene.awaitReady("orders");
        scene.platformTeam().kubectl("wait", "--for=condition=Ready", "opgi/main", "--timeout=90s");
        assertThat(scene.platform()
                        .application(scene.namespace(), secret, "psql --command='SELECT * FROM greeting' && echo read"))
                .endsWith("read\n");
    }
}
