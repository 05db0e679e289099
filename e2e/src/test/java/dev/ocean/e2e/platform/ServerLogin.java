package dev.ocean.e2e.platform;

import dev.ocean.sandbox.process.Workspace;
import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A login over TLS from this machine, with the values of a Secret.
 *
 * @param values with {@code username}, {@code password}, {@code database} and {@code ca.crt}
 * @param sslmode {@code verify-full}, or {@code verify-ca} where the server is reached by an address that its certificate does not have
 */
record ServerLogin(Map<String, String> values, String host, int port, String sslmode) {

    /** Connects; the caller closes the connection. */
    Connection connect() throws SQLException {
        try (var workspace = Workspace.create("ocean-e2e-login")) {
            var properties = new Properties();
            properties.setProperty("user", value("username"));
            properties.setProperty("password", value("password"));
            properties.setProperty("sslmode", sslmode);
            properties.setProperty(
                    "sslrootcert",
                    workspace.privateFile("ca.crt", value("ca.crt")).toString());
            properties.setProperty("connectTimeout", "10");
            var database = URLEncoder.encode(value("database"), UTF_8);
            return DriverManager.getConnection(
                    "jdbc:postgresql://%s:%d/%s".formatted(host, port, database), properties);
        }
    }

    private String value(String key) {
        return Objects.requireNonNull(values.get(key), () -> "the Secret has no key " + key);
    }

    @Override
    public String toString() {
        return "ServerLogin[***]";
    }
}
