package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import dev.ocean.e2e.platform.Server;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Without a word about it, deleting the object keeps the data; making it again brings the data back. */
@ExtendWith(OnPlatform.class)
class RetainAndTakeBackE2E {

    @Test
    void deletedDatabaseIsClosedKeptAndTakenBackWithItsRows(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "");
        var before = scene.secret(secret);
        var database = scene.databaseName("orders");
        application(scene, secret, "CREATE TABLE greeting (text text); INSERT INTO greeting VALUES ($$kept$$)");

        // When
        scene.developer().kubectl("delete", "odb", "orders", "--timeout=60s");

        // Then
        assertThatThrownBy(() -> scene.platform().login(before)).isInstanceOf(SQLException.class);
        assertThat(new Server(scene.platform())
                        .query("postgres", "SELECT datallowconn FROM pg_database WHERE datname = '" + database + "'"))
                .as("there, and closed")
                .containsExactly("f");
        Scene.await("the Secret is collected", () -> assertThat(
                        scene.developer().kubectl("get", "secret", secret, "--ignore-not-found"))
                .isEmpty());

        // When
        scene.giveDatabase("orders", "");

        // Then
        assertThat(application(scene, secret, "SELECT text FROM greeting")).isEqualTo("kept");
        assertThat(scene.secret(secret).get("password"))
                .as("the old password is worth nothing any more")
                .isNotEqualTo(before.get("password"));
    }

    private static String application(Scene scene, String secret, String sql) {
        return scene.platform()
                .application(scene.namespace(), secret, "psql --quiet --no-align --tuples-only --command='" + sql + "'")
                .strip();
    }
}
