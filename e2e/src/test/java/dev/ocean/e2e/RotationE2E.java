package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import dev.ocean.e2e.platform.SecretWatch;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A password is changed without an application that fails to log in. */
@ExtendWith(OnPlatform.class)
class RotationE2E {

    @Test
    void newLoginComesOldOneGoesOnForAWhileAndNobodyIsLockedOut(Scene scene) throws SQLException {
        // Given
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "");
        var before = scene.secret(secret);
        application(scene, secret, "CREATE TABLE greeting AS SELECT 1 AS value");

        try (var watch = SecretWatch.start(scene);
                var session = scene.platform().login(before)) {
            // When
            rotate(scene);

            // Then
            Scene.await(
                    "another login is in the Secret",
                    () -> assertThat(scene.secret(secret).get("username")).isNotEqualTo(before.get("username")));
            scene.awaitReady("orders");
            assertThat(session.isValid(5))
                    .as("a session of the old login goes on")
                    .isTrue();
            logsIn(scene, before);
            assertThat(scene.secret(secret).get("password")).isNotEqualTo(before.get("password"));
            assertThat(application(scene, secret, "INSERT INTO greeting VALUES (2); SELECT count(*) FROM greeting"))
                    .as("both logins own the same objects")
                    .isEqualTo("2");
            Scene.await("the old login ends", () -> assertThatThrownBy(() -> logsIn(scene, before))
                    .isInstanceOf(SQLException.class));
            assertThat(watch.failures()).isEmpty();
        }
        scene.awaitReady("orders");
    }

    /** At the next full second: the API has whole ones, and a password made in this one is not older than it. */
    private static void rotate(Scene scene) {
        var time = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        scene.developer()
                .kubectl(
                        "patch",
                        "odb",
                        "orders",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"credentials\":{\"rotateAfterTime\":\"" + time + "\"}}}");
    }

    private static void logsIn(Scene scene, Map<String, String> secret) throws SQLException {
        try (var connection = scene.platform().login(secret)) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    private static String application(Scene scene, String secret, String sql) {
        return scene.platform()
                .application(scene.namespace(), secret, "psql --quiet --no-align --tuples-only --command='" + sql + "'")
                .strip();
    }
}
