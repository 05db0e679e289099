package dev.ocean.operator.it;

import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands on a server of one namespace: databases and roles whose comment or name says so. */
record Traces(List<Trace> all) {

    private static final String QUERY =
            "SELECT 'database', datname, pg_catalog.shobj_description(oid, 'pg_database'), datallowconn"
                    + " FROM pg_catalog.pg_database UNION ALL"
                    + " SELECT 'role', rolname, pg_catalog.shobj_description(oid, 'pg_authid'), rolcanlogin FROM pg_catalog.pg_roles";

    /**
     * @param kind {@code database} or {@code role}
     * @param open whether it accepts connections, or may log in
     */
    record Trace(String kind, String name, String comment, boolean open) {

        boolean isDatabase() {
            return kind.equals("database");
        }

        boolean isRetained() {
            return comment.contains(" state=retained ");
        }

        boolean isOf(String uid) {
            return comment.contains(" uid=" + uid);
        }
    }

    Traces {
        all = List.copyOf(all);
    }

    static Traces of(PostgresServer server, String namespace) {
        var found = new ArrayList<Trace>();
        try (var connection = server.superuser("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(QUERY)) {
            while (rows.next()) {
                var trace =
                        new Trace(rows.getString(1), rows.getString(2), textOf(rows.getString(3)), rows.getBoolean(4));
                if (trace.comment().contains(" name=" + namespace + "/")
                        || trace.name().startsWith(namespace + "_")) {
                    found.add(trace);
                }
            }
        } catch (SQLException e) {
            throw new AssertionError("cannot look at the server", e);
        }
        return new Traces(found);
    }

    private static String textOf(@Nullable String text) {
        return text == null ? "" : text;
    }

    List<Trace> databases() {
        return all.stream().filter(Trace::isDatabase).toList();
    }

    List<Trace> roles() {
        return all.stream().filter(trace -> !trace.isDatabase()).toList();
    }

    /** Those of a database that is kept after its object went: itself and the roles that are named after it. */
    boolean areRetained(Trace trace) {
        return databases().stream()
                .filter(Trace::isRetained)
                .anyMatch(kept -> trace.equals(kept) || trace.name().startsWith(kept.name() + "__"));
    }
}
