package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** A few lines of YAML become a database that an application can use, with nothing but what stands in its Secret. */
@ExtendWith(OnPlatform.class)
class QuickstartE2E {

    @Test
    void yamlBecomesADatabaseThatAnApplicationUses(Scene scene) {
        // Given
        scene.giveAdminSecret();
        scene.platformTeam().apply(scene.example("quickstart/instance.yaml"));
        scene.platformTeam().apply(scene.example("quickstart/project.yaml"));

        // When
        scene.developer().apply(scene.example("quickstart/database.yaml"));
        scene.developer().kubectl("wait", "--for=condition=Ready", "manageddatabase/orders", "--timeout=60s");

        // Then
        var printed = scene.platform().application(scene.namespace(), "orders-credentials", """
                psql --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 <<'SQL'
                CREATE TABLE greeting (text text);
                INSERT INTO greeting VALUES ('hello');
                SELECT text FROM greeting;
                SQL
                """);
        assertThat(printed.strip()).isEqualTo("hello");
        assertThat(scene.developer().kubectl("get", "ocean"))
                .as("the kinds of Ocean in one table")
                .contains("manageddatabase.ocean.dev/orders")
                .contains("project.ocean.dev/shop")
                .contains("postgresinstance.ocean.dev/main");
    }

    @Test
    void everyFieldOfTheFullExampleIsCarriedOut(Scene scene) {
        // Given
        scene.giveAdminSecret();
        scene.platformTeam().apply(scene.example("quickstart/instance.yaml"));
        scene.platformTeam().apply(scene.example("quickstart/project.yaml"));
        var name = scene.namespace().replace('-', '_') + "_billing";

        // When
        scene.developer()
                .apply(scene.example("database-full.yaml")
                        .replace("shop_billing", name)
                        .replace("2026-11-22T10:00:00Z", "2020-01-01T00:00:00Z"));
        scene.awaitReady("billing");

        // Then
        var printed = scene.platform().application(scene.namespace(), "billing-login", """
                psql --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 <<'SQL'
                SHOW statement_timeout;
                SHOW timezone;
                SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql';
                CREATE TABLE reporting.total (value int);
                SQL
                """);
        assertThat(printed.lines()).containsExactly("30s", "Europe/Berlin", "pg_trgm pgcrypto");
        assertThat(scene.secret("billing-login"))
                .containsEntry(
                        "SPRING_DATASOURCE_URL", scene.secret("billing-login").get("jdbc-url"));
    }
}
