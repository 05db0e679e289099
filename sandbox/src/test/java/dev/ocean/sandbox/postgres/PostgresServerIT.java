package dev.ocean.sandbox.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

class PostgresServerIT {

    private static PostgresServer server;

    @BeforeAll
    static void launch() {
        if (!"required".equals(System.getProperty("tools"))) {
            assumeThat(PostgresServer.installedMajors())
                    .as("PostgreSQL's server programs")
                    .isNotEmpty();
        }
        server = PostgresServer.launch(Options.defaults().limitedAdmin("dba").setting("log_statement", "ddl"));
    }

    @AfterAll
    static void close() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void isTheNewestMajorThatIsInstalled() throws SQLException {
        assertThat(server.major()).isEqualTo(PostgresServer.installedMajors().last());
        try (var connection = server.superuser("postgres")) {
            assertThat(value(connection, "SHOW server_version")).startsWith(Integer.toString(server.major()));
        }
    }

    @Test
    void encryptsConnectionsThatVerifyTheServer() throws SQLException {
        try (var connection = server.superuser("postgres")) {
            assertThat(value(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                    .isEqualTo("t");
        }
    }

    @Test
    void hasAnAdministratorWhoIsNoSuperuser() throws SQLException {
        var admin = server.admin();
        try (var connection = server.connect("postgres", admin.user(), admin.password())) {
            assertThat(
                            value(
                                    connection,
                                    "SELECT concat(rolsuper, rolcreatedb, rolcreaterole) FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("ftt");
        }
    }

    @Test
    void wantsThePassword() {
        assertThatThrownBy(() -> server.connect("postgres", server.admin().user(), "wrong")
                        .close())
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo("28P01"));
    }

    @Test
    void keepsItsPortAndItsDataOverARestart() throws SQLException {
        var port = server.port();
        execute("CREATE TABLE survivor ()");

        server.stop();
        server.start();

        assertThat(server.port()).isEqualTo(port);
        execute("DROP TABLE survivor");
    }

    @Test
    void recoversFromACrash() throws SQLException {
        server.crash();
        server.start();

        execute("SELECT 1");
        assertThat(server.log()).contains("automatic recovery");
    }

    @Test
    void takesSettings() throws SQLException {
        execute("CREATE TABLE logged ()");

        assertThat(server.log()).contains("CREATE TABLE logged ()");
    }

    @Test
    void hasAnIdentityOfItsOwnAndNoTlsIfPlain() throws SQLException {
        try (var other = PostgresServer.launch(Options.defaults().plain());
                var connection = other.superuser("postgres");
                var first = server.superuser("postgres")) {
            assertThat(value(connection, "SHOW ssl")).isEqualTo("off");
            assertThat(other.admin()).isEqualTo(other.superuser());
            assertThat(value(connection, "SELECT system_identifier FROM pg_control_system()"))
                    .isNotEqualTo(value(first, "SELECT system_identifier FROM pg_control_system()"));
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = server.superuser("postgres");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
