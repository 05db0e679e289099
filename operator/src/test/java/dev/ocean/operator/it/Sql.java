package dev.ocean.operator.it;

import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Statements of a person at a keyboard. */
final class Sql {

    private Sql() {}

    static void run(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var text : statements) {
                statement.execute(text);
            }
        }
    }

    /** The first column of the answer. */
    static List<String> ask(Connection connection, String query) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(String.valueOf(rows.getString(1)));
            }
        }
        return found;
    }

    /** As superuser, in the maintenance database. */
    static void run(PostgresServer server, String... statements) {
        runIn(server, "postgres", statements);
    }

    static void runIn(PostgresServer server, String database, String... statements) {
        try (var connection = server.superuser(database)) {
            // A test must fail, not hang; and say who is in the way.
            run(connection, "SET statement_timeout TO '20s'");
            run(connection, statements);
        } catch (SQLException e) {
            throw new AssertionError(
                    "cannot run " + List.of(statements) + " beside "
                            + ask(
                                    server,
                                    "SELECT concat_ws(' ', pid, usename, state, wait_event, query)"
                                            + " FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend'"),
                    e);
        }
    }

    static List<String> ask(PostgresServer server, String query) {
        return askIn(server, "postgres", query);
    }

    static List<String> askIn(PostgresServer server, String database, String query) {
        try (var connection = server.superuser(database)) {
            return ask(connection, query);
        } catch (SQLException e) {
            throw new AssertionError("cannot ask " + query, e);
        }
    }

    /** @param state the SQLSTATE with which the server refuses */
    static void assertRefused(String state, ThrowingCallable attempt) {
        assertThatThrownBy(attempt)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> org.assertj.core.api.Assertions.assertThat(e.getSQLState())
                                .as(e.getMessage())
                                .isEqualTo(state));
    }
}
