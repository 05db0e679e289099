package dev.ocean.e2e.platform;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a superuser sees of the server. */
public record Server(Platform platform) {

    /** The first column of each row. */
    public List<String> query(String database, String sql) {
        try (var connection = platform.superuser(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new AssertionError("cannot query the server: " + e.getMessage(), e);
        }
    }

    /** Runs a statement, as somebody does by hand. */
    public void execute(String sql) {
        try (var connection = platform.superuser("postgres");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError("cannot execute on the server: " + e.getMessage(), e);
        }
    }

    /** Databases and roles whose names begin so, sorted. */
    public List<String> namesLike(String prefix) {
        return query(
                "postgres",
                "SELECT name FROM (SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles) AS all_names (name) WHERE starts_with(name, '"
                        + prefix + "') ORDER BY name");
    }
}
