package dev.ocean.sandbox.postgres;

import dev.ocean.sandbox.certificate.CertificateAuthority;
import dev.ocean.sandbox.postgres.Options.Transport;
import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.FreePort;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Patience;
import dev.ocean.sandbox.process.ProcessFailure;
import dev.ocean.sandbox.process.Signal;
import dev.ocean.sandbox.process.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Properties;

/**
 * A PostgreSQL server with an empty data directory of its own, as a child process on the loopback address; it ends with the JVM at
 * the latest. Every login needs a password (SCRAM). Methods that change its process are for one thread at a time.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_GRACE = Duration.ofSeconds(15);
    private static final String SUPERUSER = "postgres";

    private final Installation installation;
    private final Options options;
    private final Workspace workspace;
    private final DataDirectory data;
    private final CertificateAuthority authority;
    private final Credentials superuser;
    private final Credentials admin;
    private final int port = FreePort.pick();
    private Optional<LocalProcess> process = Optional.empty();

    private PostgresServer(Installation installation, Options options, Workspace workspace) {
        this.installation = installation;
        this.options = options;
        this.workspace = workspace;
        this.authority = CertificateAuthority.create("sandbox-postgres-ca", Clock.systemUTC());
        this.superuser = new Credentials(SUPERUSER, randomPassword());
        this.admin = options.limitedAdmin()
                .map(name -> new Credentials(name, randomPassword()))
                .orElse(superuser);
        workspace.privateFile("ca.crt", authority.certificate());
        this.data = DataDirectory.create(installation, workspace, options, superuser, authority);
    }

    /** {@return the majors that can be started here, oldest first; may be empty} */
    public static NavigableSet<Integer> installedMajors() {
        return Installation.all(System.getenv()).navigableKeySet();
    }

    /** The newest installed major, TLS, superuser only. */
    public static PostgresServer launch() {
        return launch(Options.defaults());
    }

    /**
     * Makes a server and returns when it takes connections, two seconds later.
     *
     * @throws ProcessFailure if the major is not installed, or with the end of the server's log
     */
    public static PostgresServer launch(Options options) {
        var installation = Installation.find(options.major(), System.getenv());
        var workspace = Workspace.create("sandbox-postgres");
        var started = false;
        try {
            var server = new PostgresServer(installation, options, workspace);
            server.start();
            server.createLimitedAdmin();
            started = true;
            return server;
        } finally {
            // The guard ends the server with the JVM; the directory need not wait for that.
            if (!started) {
                workspace.close();
            }
        }
    }

    /** A name that the server's certificate is valid for; {@code 127.0.0.1} is, too. */
    public String host() {
        return "localhost";
    }

    public int port() {
        return port;
    }

    public int major() {
        return installation.major();
    }

    public Credentials superuser() {
        return superuser;
    }

    /** The limited admin if there is one, else the superuser. */
    public Credentials admin() {
        return admin;
    }

    /** {@return PEM of the authority behind the server's certificate; serves nothing if the server takes plain connections} */
    public String caCertificate() {
        return authority.certificate();
    }

    /** Connects as the sandbox's own eye on the server; the caller closes the connection. */
    public Connection superuser(String database) throws SQLException {
        return connect(database, superuser.user(), superuser.password());
    }

    /**
     * Connects; over TLS with {@code verify-full}. The caller closes the connection.
     *
     * @throws SQLException as the driver throws it: tests look at its state
     */
    public Connection connect(String database, String user, String password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "sandbox");
        properties.setProperty("connectTimeout", "5");
        if (options.transport() == Transport.TLS) {
            properties.setProperty("sslmode", "verify-full");
            properties.setProperty("sslrootcert", workspace.resolve("ca.crt").toString());
        } else {
            properties.setProperty("sslmode", "disable");
        }
        var encoded = URLEncoder.encode(database, StandardCharsets.UTF_8);
        return DriverManager.getConnection("jdbc:postgresql://%s:%d/%s".formatted(host(), port, encoded), properties);
    }

    /** Starts a stopped server on its port, with its data; returns when it takes connections. Does nothing if it runs. */
    public void start() {
        if (process.filter(LocalProcess::isAlive).isPresent()) {
            return;
        }
        var line =
                List.of(installation.program("postgres"), "-D", data.path().toString(), "-p", Integer.toString(port));
        // The last signal is an immediate shutdown: the server takes its own children and shared memory with it.
        var command = Command.of("postgres", line, logFile()).as(data.owner()).endingWith(Signal.QUIT);
        var started = LocalProcess.start(command);
        process = Optional.of(started);
        Patience.await("PostgreSQL", READY_LIMIT, () -> {
            started.requireAlive();
            return takesConnections();
        });
    }

    /** Fast shutdown: sessions are ended, data is written. */
    public void stop() {
        process.ifPresent(running -> running.stop(Signal.INT, STOP_GRACE));
    }

    /** Immediate shutdown, as a crash does: the next start recovers. */
    public void crash() {
        process.ifPresent(LocalProcess::close);
    }

    /** {@return all that the server logged since it was made} */
    public String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the log of PostgreSQL", e);
        }
    }

    /** Ends the server at once and removes its data. */
    @Override
    public void close() {
        crash();
        workspace.close();
    }

    private void createLimitedAdmin() {
        if (options.limitedAdmin().isEmpty()) {
            return;
        }
        try (var connection = superuser("postgres");
                var statement = connection.createStatement()) {
            var name = statement.enquoteIdentifier(admin.user(), true);
            var password = statement.enquoteLiteral(admin.password());
            statement.execute("CREATE ROLE " + name + " LOGIN CREATEDB CREATEROLE PASSWORD " + password);
        } catch (SQLException e) {
            throw new ProcessFailure("cannot create role \"" + admin.user() + "\": " + e.getMessage(), e);
        }
    }

    private boolean takesConnections() {
        try (var connection = superuser("postgres")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** {@return where it logs; the file begins before the first start} */
    public Path logFile() {
        return workspace.resolve("postgres.log");
    }

    private static String randomPassword() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
