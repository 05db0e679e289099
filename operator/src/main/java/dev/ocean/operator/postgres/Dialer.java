package dev.ocean.operator.postgres;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.ssl.NonValidatingFactory;

/** Opens connections, always with the same properties: nothing in a Secret or on the server can change what our statements mean. */
final class Dialer {

    /** No host, database or parameter in it: all of that goes by properties, which the driver does not parse. */
    private static final String URL = "jdbc:postgresql://";

    /**
     * Beats the settings of the role and of the database, which others may have made. Without {@code public}: an operator planted there could win over the catalog's.
     * The literals of {@link SqlLiteral} hold under {@code standard_conforming_strings} only.
     */
    private static final String OPTIONS =
            "-c search_path=pg_catalog,pg_temp -c default_transaction_read_only=off -c standard_conforming_strings=on"
                    + " -c statement_timeout=" + Pace.ON_SERVER.toMillis() + " -c lock_timeout=5000";

    private static final int CONNECT_SECONDS = 5;
    private static final String PROBE_NAME = "ocean-probe";

    private final SqlListener listener;

    Dialer(SqlListener listener) {
        this.listener = listener;
    }

    Session toMaintenance(Endpoint endpoint) throws SQLException {
        var properties = properties(
                endpoint,
                endpoint.login().username(),
                endpoint.login().password(),
                endpoint.login().maintenanceDatabase());
        // Kept open: a repeated query is parsed and planned once.
        PGProperty.PREPARE_THRESHOLD.set(properties, 1);
        return open(ConnectionKind.MAINTENANCE, properties);
    }

    Session toTenantDatabase(Endpoint endpoint, SqlIdentifier database) throws SQLException {
        return open(
                ConnectionKind.TENANT_DATABASE,
                properties(
                        endpoint, endpoint.login().username(), endpoint.login().password(), database));
    }

    Session asTenant(Endpoint endpoint, TenantLogin login) throws SQLException {
        var properties = properties(endpoint, login.username(), login.password(), login.database());
        PGProperty.APPLICATION_NAME.set(properties, PROBE_NAME);
        return open(ConnectionKind.TENANT_LOGIN, properties);
    }

    private Session open(ConnectionKind kind, Properties properties) throws SQLException {
        var connection = Objects.requireNonNull(new Driver().connect(URL, properties), "a PostgreSQL URL");
        listener.onConnectionOpened(kind);
        return new Session(connection, connection.unwrap(PGConnection.class), listener);
    }

    private static Properties properties(
            Endpoint endpoint, SqlIdentifier username, Password password, SqlIdentifier database) {
        var properties = new Properties();
        PGProperty.PG_HOST.set(properties, endpoint.address().host());
        PGProperty.PG_PORT.set(properties, endpoint.address().port());
        PGProperty.PG_DBNAME.set(properties, database.value());
        PGProperty.USER.set(properties, username.value());
        PGProperty.PASSWORD.set(properties, password.reveal());
        PGProperty.APPLICATION_NAME.set(properties, endpoint.applicationName());
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.OPTIONS.set(properties, OPTIONS);
        PGProperty.REQUIRE_AUTH.set(properties, "scram-sha-256");
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.PREPARE_THRESHOLD.set(properties, 0);
        // Row reads the server's text.
        PGProperty.BINARY_TRANSFER.set(properties, false);
        // A hostile server must not fill the heap, nor our logs with what it quotes.
        PGProperty.MAX_RESULT_BUFFER.set(properties, "64M");
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        setTimeouts(properties);
        setTls(properties, endpoint.address());
        return properties;
    }

    /** No {@code loginTimeout}: the driver would start a thread for each connection to enforce it. */
    private static void setTimeouts(Properties properties) {
        PGProperty.SOCKET_FACTORY.set(properties, LiveSocketFactory.class.getName());
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.SSL_RESPONSE_TIMEOUT.set(properties, CONNECT_SECONDS * 1000);
        PGProperty.SOCKET_TIMEOUT.set(
                properties, Math.toIntExact(Pace.QUICK.onLine().toSeconds()));
    }

    private static void setTls(Properties properties, ServerAddress address) {
        var mode = address.tls();
        PGProperty.CHANNEL_BINDING.set(properties, mode == TlsMode.DISABLE ? "prefer" : "require");
        if (!mode.isVerifying()) {
            PGProperty.SSL_MODE.set(properties, mode.sslmode());
            PGProperty.SSL_FACTORY.set(properties, NonValidatingFactory.class.getName());
            return;
        }
        // "verify-full" would add the driver's own check of the name to the one that our factory makes.
        PGProperty.SSL_MODE.set(properties, TlsMode.VERIFY_CA.sslmode());
        PGProperty.SSL_FACTORY.set(properties, VerifyingSocketFactory.class.getName());
        PGProperty.SSL_FACTORY_ARG.set(
                properties,
                VerifyingSocketFactory.argument(
                        mode, Objects.requireNonNull(address.caCertificate(), "checked by ServerAddress")));
    }
}
