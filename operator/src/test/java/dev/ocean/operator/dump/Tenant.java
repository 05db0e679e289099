package dev.ocean.operator.dump;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.tenancy.DatabaseSettings;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.ServerStep.CreateDatabase;
import dev.ocean.operator.tenancy.ServerStep.CreateGroups;
import dev.ocean.operator.tenancy.ServerStep.FurnishDatabase;
import dev.ocean.operator.tenancy.ServerStep.Login;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.tenancy.TenantNames;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A database with its roles, made by the operator's own statements, and the login that applications, dumps and restores use. */
record Tenant(PostgresServer server, TenantNames names, String password) {

    private static final int CONNECTIONS = 20;

    static Tenant make(PostgresServer server, String database) throws SQLException {
        var names = new TenantNames(SqlIdentifier.of(database));
        var tenant = new Tenant(server, names, "canary" + database);
        var mark = OwnershipMark.of("test", "ns", new ObjectId("ManagedDatabase", "shop", database, "uid-" + database));
        var verifier = ScramVerifier.of(Password.of(tenant.password), new byte[ScramVerifier.SALT_BYTES]);
        var settings = new DatabaseSettings("UTF8", Optional.empty(), CONNECTIONS, List.of());
        tenant.carryOut(new CreateGroups(names, names.groups(), mark));
        tenant.carryOut(new CreateDatabase(names, mark, settings));
        tenant.carryOut(new FurnishDatabase(names, mark, new Login(Slot.A, verifier, CONNECTIONS), List.of()));
        return tenant;
    }

    private void carryOut(ServerStep step) throws SQLException {
        var facts = new ServerFacts("1", server.major() * 10000, server.admin().user(), false, true, true, List.of());
        var database = step.inside().map(SqlIdentifier::value).orElse("postgres");
        asAdmin(database, step.sql(facts).text());
    }

    String database() {
        return names.database().value();
    }

    String owner() {
        return names.owner().value();
    }

    String login() {
        return names.login(Slot.A).value();
    }

    Connection connect(String database) throws SQLException {
        return server.connect(database, login(), password);
    }

    void run(String... statements) throws SQLException {
        try (var connection = connect(database())) {
            run(connection, statements);
        }
    }

    void asAdmin(String database, String... statements) throws SQLException {
        try (var connection =
                server.connect(database, server.admin().user(), server.admin().password())) {
            run(connection, statements);
        }
    }

    void asSuperuser(String database, String... statements) throws SQLException {
        try (var connection = server.superuser(database)) {
            run(connection, statements);
        }
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var text : statements) {
                statement.execute(text);
            }
        }
    }

    /** The first column, seen by a superuser. */
    List<String> ask(String database, String query) throws SQLException {
        var found = new ArrayList<String>();
        try (var connection = server.superuser(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(String.valueOf(rows.getString(1)));
            }
        }
        return found;
    }

    /** An empty database as a restore gets it: only the owner role may enter, and it owns {@code public}. */
    String scratch(String name) throws SQLException {
        asAdmin("postgres", "DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)");
        asAdmin("postgres", "CREATE DATABASE \"" + name + "\" TEMPLATE template0 ENCODING 'UTF8'");
        asAdmin(
                "postgres",
                "REVOKE ALL ON DATABASE \"" + name + "\" FROM PUBLIC",
                "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE \"" + name + "\" TO \"" + owner() + "\"");
        asAdmin(name, "REVOKE CREATE ON SCHEMA public FROM PUBLIC", "ALTER SCHEMA public OWNER TO \"" + owner() + "\"");
        return name;
    }

    void extensionsIn(String database, String... statements) throws SQLException {
        try (var connection = connect(database)) {
            run(connection, statements);
        }
    }
}
