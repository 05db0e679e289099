package dev.ocean.operator.tenancy;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.AdminLogin;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.postgres.LaneKind;
import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.ServerAddress;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlListener;
import dev.ocean.operator.postgres.TlsMode;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** A database with its roles and its login on a real server, made by the very steps that the operator runs. */
final class Tenant implements AutoCloseable {

    static final int LOGIN_LIMIT = 54;

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final ServerKey KEY = new ServerKey("server");
    private static final String PASSWORD = "correct-horse-battery";

    final TenantNames names;
    final OwnershipMark mark;
    final DatabaseSettings settings =
            new DatabaseSettings("UTF8", Optional.empty(), LOGIN_LIMIT, List.of(new DatabaseParameter("jit", "off")));
    private final PostgresServer server;
    private final Servers servers;
    private final Lane lane;

    private Tenant(PostgresServer server, String database) {
        this.server = server;
        this.names = new TenantNames(SqlIdentifier.of(database));
        this.mark = OwnershipMark.of(
                "i-1", "n-1", new ObjectId("ManagedDatabase", "shop", database.replace('_', '-'), "u-1"));
        this.servers = new Servers(new Servers.Options(Clock.systemUTC(), new Random(1), SqlListener.NONE, "ocean"));
        servers.put(
                KEY,
                "shop/pg",
                new ServerAddress(server.host(), server.port(), TlsMode.VERIFY_FULL, server.caCertificate()),
                new AdminLogin(
                        SqlIdentifier.of(server.admin().user()),
                        Password.of(server.admin().password()),
                        SqlIdentifier.of("postgres")));
        this.lane = servers.enter(KEY, LaneKind.WORK);
    }

    static Tenant on(PostgresServer server) {
        var tenant = new Tenant(server, "d" + NEXT.incrementAndGet());
        tenant.run(new ServerStep.CreateGroups(tenant.names, tenant.names.groups(), tenant.mark));
        tenant.run(new ServerStep.CreateDatabase(tenant.names, tenant.mark, tenant.settings));
        var verifier = ScramVerifier.of(Password.of(PASSWORD), new byte[ScramVerifier.SALT_BYTES]);
        tenant.run(new ServerStep.FurnishDatabase(
                tenant.names, tenant.mark, new ServerStep.Login(Slot.A, verifier, LOGIN_LIMIT), List.of()));
        return tenant;
    }

    void run(ServerStep step) {
        var statement = step.sql(look().server());
        if (step.meanwhile().isPresent()) {
            lane.executeAmid(statement, step.meanwhile().get());
            return;
        }
        step.inside().ifPresentOrElse(inside -> lane.executeIn(inside, statement), () -> lane.execute(statement));
    }

    /** How long the swaps so far kept clients out. */
    Duration outage() {
        return lane.outage();
    }

    ServerPicture look() {
        return ServerPicture.read(lane.query(ServerPicture.of(names)));
    }

    Optional<DatabaseFacts> live() {
        return look().database(names.database());
    }

    Optional<DatabaseFacts> copy(SqlIdentifier name) {
        return look().database(name);
    }

    DatabaseLocale locale() {
        return DatabaseLocale.read(
                lane.query(RestoreSql.locale(names.database())).getFirst());
    }

    DatabaseActivity activity() {
        var copies = look().copies(names).stream()
                .map(DatabaseFacts::name)
                .map(SqlIdentifier::of)
                .toList();
        return DatabaseActivity.read(
                lane.query(RestoreSql.activity(names, copies)).getFirst());
    }

    /** What its logins have set in the live database. */
    List<LoginSetting> loginSettings() {
        return lane.query(RestoreSql.loginSettings(names, List.of(names.database()))).stream()
                .map(LoginSetting::read)
                .toList();
    }

    /** As an application does it, with what its Secret holds. */
    Connection login(SqlIdentifier database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", names.login(Slot.A).value());
        properties.setProperty("password", PASSWORD);
        properties.setProperty("sslmode", "require");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database.value(), properties);
    }

    void write(SqlIdentifier database, String... statements) throws SQLException {
        try (var connection = login(database);
                var statement = connection.createStatement()) {
            for (var text : statements) {
                statement.execute(text);
            }
        }
    }

    List<String> ask(SqlIdentifier database, String query) throws SQLException {
        var found = new ArrayList<String>();
        try (var connection = login(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Override
    public void close() {
        lane.close();
        servers.close();
    }
}
