package dev.ocean.operator.it;

import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * An application that has nothing but its Secret.
 *
 * @param values decoded
 */
record SecretLogin(Map<String, String> values) {

    SecretLogin {
        values = Map.copyOf(values);
    }

    static SecretLogin of(Secret secret) {
        var values = new HashMap<String, String>();
        Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
                .forEach((key, value) ->
                        values.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return new SecretLogin(values);
    }

    String value(String key) {
        return Objects.requireNonNull(values.get(key), key);
    }

    String username() {
        return value("username");
    }

    String password() {
        return value("password");
    }

    String database() {
        return value("database");
    }

    /** Logs in as the Secret says; the caller closes the connection. */
    Connection open() throws SQLException {
        return open(database());
    }

    /** With the same login to another database of the server. */
    Connection open(String database) throws SQLException {
        try (var workspace = Workspace.create("it-login")) {
            var properties = new Properties();
            properties.setProperty("user", username());
            properties.setProperty("password", password());
            properties.setProperty("sslmode", value("sslmode"));
            properties.setProperty(
                    "sslrootcert",
                    workspace.privateFile("ca.crt", value("ca.crt")).toString());
            properties.setProperty("connectTimeout", "5");
            return DriverManager.getConnection(
                    "jdbc:postgresql://%s:%s/%s".formatted(value("host"), value("port"), database), properties);
        }
    }

    /** Runs the statements in one session. */
    void run(String... statements) throws SQLException {
        try (var connection = open()) {
            Sql.run(connection, statements);
        }
    }

    /** The first column of the answer. */
    List<String> ask(String query) throws SQLException {
        try (var connection = open()) {
            return new ArrayList<>(Sql.ask(connection, query));
        }
    }

    @Override
    public String toString() {
        return "SecretLogin[***]";
    }
}
