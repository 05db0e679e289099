package dev.ocean.sandbox;

import dev.ocean.sandbox.process.ProcessFailure;
import dev.ocean.sandbox.process.Workspace;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * An application that has nothing but the Secret it was given.
 *
 * @param values decoded: {@code host}, {@code port}, {@code database}, {@code username}, {@code password}; if the server is to be
 *     verified, {@code sslmode} and {@code ca.crt}
 */
record SecretLogin(Map<String, String> values) {

    SecretLogin {
        values = Map.copyOf(values);
    }

    /** Takes a Secret's data as the API has it. */
    static SecretLogin of(Map<String, String> base64) {
        var values = new HashMap<String, String>();
        base64.forEach(
                (key, value) -> values.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return new SecretLogin(values);
    }

    /** {@return who logs in where; no secret is in it} */
    String description() {
        return "%s at %s:%s, database %s".formatted(value("username"), value("host"), value("port"), value("database"));
    }

    /** Creates a table, inserts a row and {@return what it reads back}. */
    String writeAndRead(String text) throws SQLException {
        try (var workspace = Workspace.create("sandbox-login");
                var connection = connect(workspace);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE greeting (id bigint GENERATED ALWAYS AS IDENTITY, text text NOT NULL)");
            try (var insert = connection.prepareStatement("INSERT INTO greeting (text) VALUES (?)")) {
                insert.setString(1, text);
                insert.executeUpdate();
            }
            try (var rows = statement.executeQuery("SELECT text FROM greeting")) {
                if (!rows.next()) {
                    throw new ProcessFailure("cannot read back the row that was just inserted");
                }
                return rows.getString(1);
            }
        }
    }

    /** Runs a statement in a session of its own; {@return the first value that comes back, or how many rows were written} */
    String run(String sql) throws SQLException {
        try (var workspace = Workspace.create("sandbox-login");
                var connection = connect(workspace);
                var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                var rows = statement.getUpdateCount();
                return rows + (rows == 1 ? " row" : " rows");
            }
            var rows = statement.getResultSet();
            return rows.next() ? String.valueOf(rows.getString(1)) : "nothing";
        }
    }

    private Connection connect(Workspace workspace) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", value("username"));
        properties.setProperty("password", value("password"));
        Optional.ofNullable(values.get("sslmode")).ifPresent(mode -> properties.setProperty("sslmode", mode));
        Optional.ofNullable(values.get("ca.crt"))
                .map(authority -> workspace.privateFile("ca.crt", authority))
                .ifPresent(file -> properties.setProperty("sslrootcert", file.toString()));
        var database = URLEncoder.encode(value("database"), StandardCharsets.UTF_8);
        var url = "jdbc:postgresql://%s:%s/%s".formatted(value("host"), value("port"), database);
        return DriverManager.getConnection(url, properties);
    }

    private String value(String key) {
        return Optional.ofNullable(values.get(key))
                .orElseThrow(() -> new ProcessFailure("cannot log in: the Secret has no key \"" + key + "\""));
    }

    @Override
    public String toString() {
        return "SecretLogin[***]";
    }
}
