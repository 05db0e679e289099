package dev.ocean.operator.connection;

import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The keys of the Secret that an application reads; the contract with every reader of the field.
 *
 * @see <a href="https://servicebinding.io/spec/core/1.1.0/#well-known-secret-entries">Service Binding: well-known Secret entries</a>
 */
public final class ConnectionSecret {

    public static final String TYPE = "servicebinding.io/postgresql";
    public static final String USERNAME = "username";
    public static final String PASSWORD = "password";
    public static final String DATABASE = "database";
    /** The server's certificate authority, where it is a private one. */
    public static final String CA = "ca.crt";

    static final String PGPASSWORD = "PGPASSWORD";
    public static final String NEXT_USERNAME = "next-username";
    public static final String NEXT_PASSWORD = "next-password";

    /** Every key that is ours, whether it is there at the moment or not: no template may take one. */
    public static final Set<String> KEYS = Set.of(
            "type",
            "provider",
            "host",
            "port",
            USERNAME,
            PASSWORD,
            DATABASE,
            "uri",
            "user",
            "dbname",
            "jdbc-uri",
            "pgpass",
            "jdbc-url",
            "sslmode",
            CA,
            "sslrootcert",
            "root.crt",
            "PGHOST",
            "PGPORT",
            "PGUSER",
            PGPASSWORD,
            "PGDATABASE",
            "PGSSLMODE",
            "DATABASE_URL",
            NEXT_USERNAME,
            NEXT_PASSWORD);

    /** Clients normalise other characters differently; quotes and slashes break connection strings of readers that do not decode. */
    private static final Pattern USABLE_PASSWORD = Pattern.compile("[!-~&&[^/\"@']]{8,128}");

    private ConnectionSecret() {}

    /** Whether a password that a user wrote into the Secret can be taken over. */
    public static boolean isUsable(String password) {
        return USABLE_PASSWORD.matcher(password).matches();
    }

    /**
     * The clear values by key, in a stable order.
     *
     * @param next the login that a rotation is bringing in; empty at all other times
     */
    public static Map<String, String> values(
            Endpoint endpoint, String database, Credentials credentials, Optional<Credentials> next) {
        var user = credentials.username();
        var password = credentials.password().reveal();
        var values = new LinkedHashMap<String, String>();
        values.put("type", "postgresql");
        values.put("provider", "ocean");
        values.put("host", endpoint.host());
        values.put("port", Integer.toString(endpoint.port()));
        values.put(USERNAME, user);
        values.put("user", user);
        values.put(PASSWORD, password);
        values.put(DATABASE, database);
        values.put("dbname", database);
        values.put("uri", uri(endpoint, database, credentials));
        values.put("jdbc-uri", jdbcUri(endpoint, database, credentials));
        // No query and no credentials: Quarkus appends ?sslmode=… to it, and a second ? breaks the URL.
        values.put("jdbc-url", jdbcUrl(endpoint, database));
        values.put("pgpass", pgpass(endpoint, database, credentials));
        values.put("sslmode", endpoint.tls().sslmode());
        endpoint.ca().ifPresent(ca -> {
            values.put(CA, ca);
            values.put("root.crt", ca);
            // A file name beside it, never a path: where the Secret is mounted is the pod's affair.
            values.put("sslrootcert", "ca.crt");
        });
        values.put("PGHOST", endpoint.host());
        values.put("PGPORT", Integer.toString(endpoint.port()));
        values.put("PGUSER", user);
        values.put(PGPASSWORD, password);
        values.put("PGDATABASE", database);
        values.put("PGSSLMODE", endpoint.withoutFile().sslmode());
        values.put("DATABASE_URL", uri(endpoint, database, credentials));
        next.ifPresent(login -> {
            values.put(NEXT_USERNAME, login.username());
            values.put(NEXT_PASSWORD, login.password().reveal());
        });
        return values;
    }

    /** {@code postgresql://}, as SQLAlchemy refuses {@code postgres://}. */
    private static String uri(Endpoint endpoint, String database, Credentials credentials) {
        return "postgresql://" + encoded(credentials.username()) + ":"
                + encoded(credentials.password().reveal()) + "@" + endpoint.authority() + "/" + encoded(database)
                + "?sslmode=" + endpoint.withoutFile().sslmode();
    }

    private static String jdbcUri(Endpoint endpoint, String database, Credentials credentials) {
        return jdbcUrl(endpoint, database) + "?user=" + encoded(credentials.username()) + "&password="
                + encoded(credentials.password().reveal()) + "&sslmode="
                + endpoint.withoutFile().sslmode();
    }

    private static String jdbcUrl(Endpoint endpoint, String database) {
        return "jdbc:postgresql://" + endpoint.authority() + "/" + encoded(database);
    }

    /** @see <a href="https://www.postgresql.org/docs/current/libpq-pgpass.html">The Password File</a> */
    private static String pgpass(Endpoint endpoint, String database, Credentials credentials) {
        return escaped(endpoint.host()) + ":" + endpoint.port() + ":" + escaped(database) + ":"
                + escaped(credentials.username()) + ":"
                + escaped(credentials.password().reveal());
    }

    private static String escaped(String field) {
        return field.replace("\\", "\\\\").replace(":", "\\:");
    }

    /** Percent-encoding of RFC 3986; a plus sign would be read as itself. */
    private static String encoded(String part) {
        return URLEncoder.encode(part, UTF_8).replace("+", "%20").replace("*", "%2A");
    }
}
