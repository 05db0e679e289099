package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** The Secret is all that an application needs, however it reads it. */
@ExtendWith(OnPlatform.class)
class SecretContractE2E {

    private static final String SELECT = "--no-align --tuples-only --command='SELECT session_user'";

    @Test
    void hasEveryDocumentedKey(Scene scene) {
        scene.giveInstanceAndProject();
        scene.giveDatabase("orders", "");

        var secret = scene.secret("orders-credentials");

        assertThat(secret)
                .containsOnlyKeys(
                        "type",
                        "provider",
                        "host",
                        "port",
                        "username",
                        "password",
                        "database",
                        "uri",
                        "user",
                        "dbname",
                        "jdbc-uri",
                        "jdbc-url",
                        "pgpass",
                        "sslmode",
                        "ca.crt",
                        "root.crt",
                        "sslrootcert",
                        "PGHOST",
                        "PGPORT",
                        "PGUSER",
                        "PGPASSWORD",
                        "PGDATABASE",
                        "PGSSLMODE",
                        "DATABASE_URL")
                .containsEntry("sslmode", "verify-full")
                .containsEntry("PGSSLMODE", "require");
        assertThat(scene.developer()
                        .kubectl(
                                "get",
                                "secret",
                                "orders-credentials",
                                "-o",
                                "jsonpath={.type} {.metadata.ownerReferences[0].kind}"))
                .isEqualTo("servicebinding.io/postgresql ManagedDatabase");
    }

    @Test
    void logsInByEnvironmentByUrlByPasswordFileAndByMountedFiles(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "");
        var login = scene.secret(secret).get("username");

        // When
        var byEnvironment = run(scene, secret, "psql " + SELECT);
        var byUrl = run(scene, secret, without() + "psql \"$DATABASE_URL\" " + SELECT);
        var byPasswordFile = run(scene, secret, """
                export PGPASSFILE="$(mktemp)"
                cat "$BINDING/pgpass" >"$PGPASSFILE"
                unset PGPASSWORD
                psql\s""" + SELECT);
        var byMountedFiles = run(scene, secret, without() + """
                file() { cat "$BINDING/$1"; }
                cd "$BINDING"
                PGPASSWORD=$(file password) psql "host=$(file host) port=$(file port) user=$(file username) dbname=$(file database) \\
                  sslmode=$(file sslmode) sslrootcert=$(file sslrootcert)"\s""" + SELECT);

        // Then
        assertThat(new String[] {byEnvironment, byUrl, byPasswordFile, byMountedFiles})
                .containsOnly(login);
    }

    @Test
    void refusesAServerThatTheMountedAuthorityDidNotSign(Scene scene) {
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "");

        var printed = run(scene, secret, """
                openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=other -keyout /dev/null -out "${TMPDIR:-/tmp}/other.crt" 2>/dev/null
                PGSSLMODE=verify-full PGSSLROOTCERT="${TMPDIR:-/tmp}/other.crt" psql --command='SELECT 1' 2>&1 || echo refused
                """);

        assertThat(printed).contains("certificate verify failed").endsWith("refused");
    }

    @Test
    void keysOfATemplateAreTheUsersOwn(Scene scene) {
        scene.giveInstanceAndProject();

        var secret = scene.giveDatabase("orders", """
                credentials:
                  secretName: orders-login
                  secretTemplate:
                    labels: {example.com/team: orders}
                    data: {SPRING_DATASOURCE_URL: "{{jdbc-url}}?user={{username}}"}
                """);

        var values = scene.secret(secret);
        assertThat(secret).isEqualTo("orders-login");
        assertThat(values)
                .containsEntry("SPRING_DATASOURCE_URL", values.get("jdbc-url") + "?user=" + values.get("username"));
        assertThat(scene.developer().kubectl("get", "secrets", "-l", "example.com/team=orders", "-o", "name"))
                .isEqualTo("secret/orders-login\n");
    }

    @Test
    void whatAUserAddsToTheSecretStays(Scene scene) {
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "");

        scene.developer()
                .kubectl("patch", "secret", secret, "-p", "{\"stringData\":{\"mine\":\"kept\",\"port\":\"1\"}}");

        Scene.await("what is Ocean's is put back", () -> assertThat(scene.secret(secret))
                .containsEntry("mine", "kept")
                .doesNotContainEntry("port", "1"));
    }

    private static String without() {
        return "unset PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSSLMODE\n";
    }

    private static String run(Scene scene, String secret, String script) {
        return scene.platform().application(scene.namespace(), secret, script).strip();
    }
}
