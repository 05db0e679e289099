package dev.ocean.operator.postgres;

import dev.ocean.sandbox.postgres.Credentials;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** One registered server, a clock that stands still, and what the listener heard. */
final class Rig implements AutoCloseable {

    static final ServerKey KEY = new ServerKey("uid-1");
    private static final SqlIdentifier MAINTENANCE = SqlIdentifier.of("postgres");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final Recorder recorder = new Recorder();
    private final Servers servers = new Servers(new Servers.Options(now::get, new Random(1), recorder, "ocean"));

    /** Counts by name: statement ids, connection kinds, {@code lost}, {@code back}. */
    private static final class Recorder implements SqlListener {

        private final Map<String, Integer> heard = new ConcurrentHashMap<>();

        @Override
        public void onRoundTrip(String statementId, long nanos) {
            heard.merge(statementId, 1, Integer::sum);
        }

        @Override
        public void onConnectionOpened(ConnectionKind kind) {
            heard.merge(kind.name(), 1, Integer::sum);
        }

        @Override
        public void onServerLost(ServerKey key) {
            heard.merge("lost", 1, Integer::sum);
        }

        @Override
        public void onServerBack(ServerKey key) {
            heard.merge("back", 1, Integer::sum);
        }
    }

    /** A server as {@code options} say, or a skipped test where PostgreSQL is missing and tools are optional. */
    static PostgresServer launch(Options options) {
        if (!"required".equals(System.getProperty("tools"))) {
            Assumptions.assumeFalse(PostgresServer.installedMajors().isEmpty(), "PostgreSQL is not installed");
        }
        return PostgresServer.launch(options);
    }

    /** The admin of {@code server}, over verified TLS. */
    static Rig of(PostgresServer server) {
        var rig = new Rig();
        rig.put(address(server, TlsMode.VERIFY_FULL, server.host()), login(server.admin()));
        return rig;
    }

    static Rig at(ServerAddress address, Credentials admin) {
        var rig = new Rig();
        rig.put(address, login(admin));
        return rig;
    }

    static ServerAddress address(PostgresServer server, TlsMode mode, String host) {
        return new ServerAddress(host, server.port(), mode, server.caCertificate());
    }

    static AdminLogin login(Credentials admin) {
        return new AdminLogin(SqlIdentifier.of(admin.user()), Password.of(admin.password()), MAINTENANCE);
    }

    static SqlStatement select(@Nullable String value) {
        return SqlStatement.of("echo", "SELECT ?::pg_catalog.text AS value").with(value == null ? "" : value);
    }

    void put(ServerAddress address, AdminLogin login) {
        servers.put(KEY, "shop/pg", address, login);
    }

    Lane enter() {
        return servers.enter(KEY, LaneKind.WORK);
    }

    Lane enterOrQueue(Runnable wake) {
        return servers.enterOrQueue(KEY, LaneKind.WORK, wake);
    }

    Lane look() {
        return servers.enter(KEY, LaneKind.LOOK);
    }

    Servers servers() {
        return servers;
    }

    int heard(String name) {
        return recorder.heard.getOrDefault(name, 0);
    }

    int opened() {
        return heard(ConnectionKind.MAINTENANCE.name());
    }

    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    @Override
    public void close() {
        servers.close();
    }
}
