package dev.ocean.operator.it;

import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stops a server before whatever changes one of its catalogs, while everybody may read on. So a test knows exactly which statement the operator is in, and kills it there:
 * nothing in the operator has to be prepared for it.
 */
final class Hold implements AutoCloseable {

    /** The catalogs whose change marks a step. */
    enum Catalog {
        /** CREATE, ALTER and DROP ROLE. */
        ROLES("pg_catalog.pg_authid"),
        /** CREATE, ALTER and DROP DATABASE, and GRANT on one. */
        DATABASES("pg_catalog.pg_database"),
        /** COMMENT on either. */
        COMMENTS("pg_catalog.pg_shdescription");

        private final String table;

        Catalog(String table) {
            this.table = table;
        }
    }

    private final PostgresServer server;
    private final Catalog catalog;
    private final Connection connection;

    private Hold(PostgresServer server, Catalog catalog, Connection connection) {
        this.server = server;
        this.catalog = catalog;
        this.connection = connection;
    }

    static Hold of(PostgresServer server, Catalog catalog) throws SQLException {
        var connection = server.superuser("postgres");
        connection.setAutoCommit(false);
        Sql.run(connection, "LOCK TABLE " + catalog.table + " IN SHARE MODE");
        return new Hold(server, catalog, connection);
    }

    /** Returns when somebody waits for this catalog. */
    Hold awaitVictim() {
        Space.awaiting("the operator is about to change " + catalog.table)
                .untilAsserted(() -> assertThat(victims()).isNotEmpty());
        return this;
    }

    private List<String> victims() {
        return Sql.ask(
                server,
                "SELECT pid FROM pg_catalog.pg_locks WHERE NOT granted AND relation = '" + catalog.table
                        + "'::regclass");
    }

    /** Ends the sessions that wait: what they were about to do is never done. */
    void endVictims() {
        victims().forEach(pid -> Sql.ask(server, "SELECT pg_catalog.pg_terminate_backend(" + pid + ")"));
        Space.awaiting("they are gone")
                .untilAsserted(() -> assertThat(victims()).isEmpty());
    }

    /** Lets those who wait go on: what they were about to do is done, whether anybody hears of it or not. */
    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.close();
        }
    }
}
