package dev.ocean.operator.instance;

import dev.ocean.operator.connection.Endpoint;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.postgres.AdminLogin;
import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.ServerAddress;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.TlsMode;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What a connection Secret says: host, login and CA come from this one object, so nobody can send a login to a host of his own.
 *
 * @param address where the server is
 * @param login how we log in
 */
record AdminSecret(ServerAddress address, AdminLogin login) {

    private static final String DEFAULT_DATABASE = "postgres";

    /** @throws Blocked {@code AdminSecretInvalid}, which names the key, but never tells a value */
    static AdminSecret parse(String name, Optional<Secret> found) {
        var secret = found.orElseThrow(
                () -> invalid(name, "it does not exist. Create it with the keys host, port, username and password."));
        var labels = Objects.requireNonNullElse(secret.getMetadata().getLabels(), Map.<String, String>of());
        if (!Labels.ROLE_ADMIN_CREDENTIALS.equals(labels.get(Labels.ROLE))) {
            throw invalid(
                    name,
                    "it lacks the label '" + Labels.ROLE + ": " + Labels.ROLE_ADMIN_CREDENTIALS
                            + "', by which its owner consents. Add the label.");
        }
        var values = decoded(name, secret);
        var tls = TlsMode.of(values.getOrDefault("sslmode", TlsMode.VERIFY_FULL.sslmode()))
                .orElseThrow(() ->
                        invalid(name, "key 'sslmode' must be 'disable', 'require', 'verify-ca' or 'verify-full'."));
        var address = new ServerAddress(
                required(name, values, "host"), port(name, required(name, values, "port")), tls, values.get("ca.crt"));
        var login = new AdminLogin(
                identifier(name, "username", required(name, values, "username")),
                Password.of(required(name, values, "password")),
                identifier(name, "database", values.getOrDefault("database", DEFAULT_DATABASE)));
        return new AdminSecret(address, login);
    }

    /** Where clients find the server. */
    Endpoint endpoint() {
        return new Endpoint(
                address.host(), address.port(), address.tls(), Optional.ofNullable(address.caCertificate()));
    }

    private static Map<String, String> decoded(String name, Secret secret) {
        var values = new HashMap<String, String>();
        Objects.requireNonNullElse(secret.getData(), Map.<String, String>of()).forEach((key, encoded) -> {
            var text = new String(Base64.getDecoder().decode(encoded), UTF_8);
            if (text.indexOf('\0') >= 0) {
                throw invalid(name, "key '" + key + "' has a NUL character.");
            }
            // An editor's newline at the end of a host or password is nobody's wish.
            values.put(key, key.endsWith(".crt") ? text : text.strip());
        });
        return values;
    }

    private static String required(String name, Map<String, String> values, String key) {
        var value = values.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw invalid(name, "key '" + key + "' is missing. Add it.");
        }
        return value;
    }

    private static int port(String name, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw invalid(name, "key 'port' must be a number from 1 to 65535.");
        }
    }

    private static SqlIdentifier identifier(String name, String key, String text) {
        return SqlIdentifier.parse(text)
                .orElseThrow(() ->
                        invalid(name, "key '" + key + "' must be 1 to " + SqlIdentifier.MAX_BYTES + " bytes long."));
    }

    private static Blocked invalid(String name, String why) {
        return Blocked.by(
                ProblemKind.INVALID, Reason.ADMIN_SECRET_INVALID, "Secret '" + name + "' cannot be used: " + why);
    }
}
