package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DestructiveStep.Ground;
import dev.ocean.operator.tenancy.RestoreStep.Incoming;
import dev.ocean.operator.tenancy.RestoreStep.Outgoing;
import dev.ocean.operator.tenancy.RestoreStep.Privileges;
import dev.ocean.operator.tenancy.ServerStep.Sessions;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The steps of a restore on a real server: what each of them changes, and that none of them leaves half of it. */
class RestoreStepsIT {

    private static final String RESTORE = "1a2b3c4d-0000-4000-8000-000000000001";
    private static final Instant UNTIL = Instant.parse("2026-11-23T10:00:00Z");
    private static final int CLIENTS = 8;
    private static final Map<Admin, PostgresServer> SERVERS = new EnumMap<>(Admin.class);

    /** What the operator is on the server. */
    enum Admin {
        LIMITED,
        SUPERUSER
    }

    private static synchronized PostgresServer server(Admin admin) {
        return SERVERS.computeIfAbsent(admin, kind -> {
            if (!"required".equals(System.getProperty("tools"))) {
                Assumptions.assumeFalse(PostgresServer.installedMajors().isEmpty(), "PostgreSQL is not installed");
            }
            var options =
                    Options.defaults().setting("max_prepared_transactions", "4").setting("max_connections", "100");
            return PostgresServer.launch(kind == Admin.LIMITED ? options.limitedAdmin("platform_admin") : options);
        });
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(PostgresServer::close);
        SERVERS.clear();
    }

    /** A tenant whose live data says {@code live} and whose scratch database says {@code restored}, all ready for the swap. */
    private static Tenant readyToSwap(Admin admin) throws SQLException {
        var tenant = withScratch(admin);
        tenant.write(scratch(tenant), "CREATE TABLE t AS SELECT 'restored' AS v");
        tenant.run(dress(tenant, scratch(tenant)));
        return tenant;
    }

    private static RestoreStep.DressCopy dress(Tenant tenant, SqlIdentifier copy) {
        return new RestoreStep.DressCopy(
                tenant.names,
                copy,
                Tenant.LOGIN_LIMIT,
                tenant.settings.parameters(),
                List.of(),
                List.of(tenant.names.login(Slot.A)),
                tenant.loginSettings().stream().filter(LoginSetting::settable).toList());
    }

    private static Tenant withScratch(Admin admin) throws SQLException {
        var tenant = Tenant.on(server(admin));
        tenant.write(tenant.names.database(), "CREATE TABLE t AS SELECT 'live' AS v");
        tenant.run(create(tenant));
        tenant.run(new RestoreStep.PrepareScratch(tenant.names, scratch(tenant), List.of(), Privileges.DUMP));
        tenant.run(new RestoreStep.OpenScratch(tenant.names, scratch(tenant)));
        return tenant;
    }

    private static RestoreStep.CreateScratch create(Tenant tenant) {
        return new RestoreStep.CreateScratch(
                tenant.names, scratch(tenant), scratchMark(tenant), tenant.locale(), Tenant.LOGIN_LIMIT);
    }

    private static SqlIdentifier scratch(Tenant tenant) {
        return tenant.names.scratch(RESTORE);
    }

    private static SqlIdentifier previous(Tenant tenant) {
        return tenant.names.previous(RESTORE);
    }

    private static OwnershipMark scratchMark(Tenant tenant) {
        return tenant.mark.with(new MarkState.Scratch(RESTORE));
    }

    private static RestoreStep.SwapIn swapIn(Tenant tenant) {
        return new RestoreStep.SwapIn(
                tenant.names,
                scratchMark(tenant),
                new Incoming(
                        oid(tenant, scratch(tenant)),
                        scratch(tenant),
                        tenant.mark.with(new MarkState.Restored(RESTORE))),
                outgoing(tenant, new MarkState.Previous(RESTORE, UNTIL)));
    }

    private static Optional<Outgoing> outgoing(Tenant tenant, MarkState state) {
        return tenant.live().map(live -> new Outgoing(live.oid(), previous(tenant), tenant.mark.with(state)));
    }

    private static long oid(Tenant tenant, SqlIdentifier database) {
        return tenant.copy(database).map(DatabaseFacts::oid).orElse(0L);
    }

    private static RestoreStep.SwapBack swapBack(Tenant tenant) {
        return new RestoreStep.SwapBack(
                tenant.names,
                tenant.mark.with(new MarkState.Previous(RESTORE, UNTIL)),
                new Incoming(
                        oid(tenant, previous(tenant)),
                        previous(tenant),
                        tenant.mark.with(new MarkState.Returned(RESTORE))),
                scratch(tenant),
                outgoing(tenant, new MarkState.RolledBack(RESTORE, UNTIL)));
    }

    private static List<String> data(Tenant tenant) throws SQLException {
        return tenant.ask(tenant.names.database(), "SELECT v FROM t");
    }

    private static void assertSwapped(Tenant tenant) throws SQLException {
        assertThat(data(tenant)).containsExactly("restored");
        assertThat(tenant.live().orElseThrow().mark()).contains(tenant.mark.with(new MarkState.Restored(RESTORE)));
        assertThat(tenant.copy(scratch(tenant))).isEmpty();
        assertThat(tenant.copy(previous(tenant)).orElseThrow()).satisfies(old -> {
            assertThat(old.accepting()).isFalse();
            assertThat(old.mark()).contains(tenant.mark.with(new MarkState.Previous(RESTORE, UNTIL)));
        });
        assertThat(DatabaseDrift.of(
                                tenant.live().orElseThrow(), tenant.look().server(), tenant.mark, tenant.settings, 1)
                        .findings())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aScratchDatabaseIsClosedToItsOwnTenantUntilItIsOpened(Admin admin) throws SQLException {
        try (var tenant = Tenant.on(server(admin))) {
            tenant.run(create(tenant));

            assertThatThrownBy(() -> tenant.login(scratch(tenant)))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            tenant.run(new RestoreStep.PrepareScratch(tenant.names, scratch(tenant), List.of(), Privileges.DUMP));
            tenant.run(new RestoreStep.OpenScratch(tenant.names, scratch(tenant)));
            tenant.write(scratch(tenant), "CREATE SCHEMA s", "CREATE TABLE public.t ()");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aScratchDatabaseIsOpenToNobodyElse(Admin admin) throws SQLException {
        try (var tenant = withScratch(admin);
                var other = Tenant.on(server(admin))) {
            assertThatThrownBy(() -> other.login(scratch(tenant)))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aScratchDatabaseSortsAsTheLiveOneDoes(Admin admin) throws SQLException {
        try (var tenant = withScratch(admin)) {
            var live = tenant.live().orElseThrow();
            assertThat(tenant.copy(scratch(tenant)).orElseThrow()).satisfies(scratch -> {
                assertThat(scratch.encoding()).isEqualTo(live.encoding());
                assertThat(scratch.collate()).isEqualTo(live.collate());
                assertThat(scratch.ctype()).isEqualTo(live.ctype());
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCreationThatWasCutOffIsClaimed(Admin admin) throws SQLException {
        try (var tenant = Tenant.on(server(admin));
                var raw = admin(admin)) {
            var first = create(tenant).sql(tenant.look().server()).text().split(";\n", -1)[0];
            execute(raw, first);
            assertThat(tenant.copy(scratch(tenant)).orElseThrow().accepting()).isFalse();

            tenant.run(new RestoreStep.ClaimScratch(tenant.names, scratch(tenant), scratchMark(tenant)));

            assertThat(tenant.copy(scratch(tenant)).orElseThrow().mark()).contains(scratchMark(tenant));
            assertThat(tenant.copy(scratch(tenant)).orElseThrow().grants()).isEmpty();
        }
    }

    /** Eight clients that hold a session, use it all the time and come back at once when it is ended: how long is none of them served? */
    @ParameterizedTest
    @EnumSource
    void theyChangePlacesUnderLoad(Admin admin) throws Exception {
        try (var tenant = readyToSwap(admin);
                var load = new Load(tenant)) {
            load.awaitServed();

            tenant.run(swapIn(tenant));

            load.awaitServed();
            System.out.printf(
                    "swap under load, %s admin: the transaction took %d ms, nobody was served for %d ms%n",
                    admin, tenant.outage().toMillis(), load.longestGap().toMillis());
            assertThat(load.longestGap()).isLessThan(Duration.ofSeconds(2));
            assertSwapped(tenant);
            assertThat(load.unexpected()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSuperusersSessionBlocksAndNothingIsChanged(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin);
                var session = server(admin).superuser(tenant.names.database().value())) {
            execute(session, "SET application_name TO 'a person'");
            var before = tenant.look();

            assertBlocked(tenant);

            assertThat(tenant.activity().blocking()).singleElement().asString().contains("postgres a person");
            assertThat(tenant.look().databases().keySet())
                    .isEqualTo(before.databases().keySet());
            assertThat(tenant.live().orElseThrow().oid())
                    .isEqualTo(before.database(tenant.names.database())
                            .orElseThrow()
                            .oid());
            assertThat(data(tenant)).containsExactly("live");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPreparedTransactionBlocksAndNothingIsChanged(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin)) {
            tenant.write(tenant.names.database(), "BEGIN", "INSERT INTO t VALUES ('later')", "PREPARE TRANSACTION 'x'");

            assertBlocked(tenant);

            assertThat(tenant.activity().blocking()).containsExactly("prepared transaction of " + tenant.names.owner());
            tenant.write(tenant.names.database(), "ROLLBACK PREPARED 'x'");
            tenant.run(swapIn(tenant));
            assertSwapped(tenant);
        }
    }

    /** With its Secret a tenant gets into its scratch database, and into a previous one that somebody opened to look around. */
    @ParameterizedTest
    @EnumSource
    void itsOwnSessionInEitherDatabaseIsInNobodysWay(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin)) {
            try (var session = tenant.login(scratch(tenant))) {
                tenant.run(swapIn(tenant));

                assertSwapped(tenant);
                assertThat(session.isValid(1)).isFalse();
            }
            try (var raw = admin(admin)) {
                execute(raw, "ALTER DATABASE " + previous(tenant).rendered() + " WITH ALLOW_CONNECTIONS true");
            }
            try (var session = tenant.login(previous(tenant))) {
                tenant.run(swapBack(tenant));

                assertThat(data(tenant)).containsExactly("live");
                assertThat(session.isValid(1)).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSuperuserInTheScratchDatabaseIsNamedWithIt(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin);
                var session = server(admin).superuser(scratch(tenant).value())) {
            execute(session, "SET application_name TO 'a person'");

            assertBlocked(tenant);

            assertThat(tenant.activity().blocking())
                    .singleElement()
                    .asString()
                    .endsWith("postgres a person in " + scratch(tenant));
            assertThat(data(tenant)).containsExactly("live");
        }
    }

    /** They hang on the database's OID, and what only a superuser may set a limited admin cannot carry over. */
    @ParameterizedTest
    @EnumSource
    void whatALoginHasSetInTheDatabaseComesAlongThereAndBack(Admin admin) throws SQLException {
        try (var tenant = withScratch(admin)) {
            var login = tenant.names.login(Slot.A).rendered();
            var inLive = "ALTER ROLE " + login + " IN DATABASE "
                    + tenant.names.database().rendered();
            try (var superuser = server(admin).superuser("postgres")) {
                execute(superuser, inLive + " SET search_path TO 'Odd, one', public");
                execute(superuser, inLive + " SET work_mem TO '8MB'");
                execute(superuser, inLive + " SET timezone TO 'Europe/Berlin'");
                execute(superuser, inLive + " SET log_min_duration_statement TO '5s'");
                execute(
                        superuser,
                        "ALTER ROLE " + login + " IN DATABASE "
                                + scratch(tenant).rendered() + " SET jit TO off");
            }
            var all = told(tenant);
            var carried = admin == Admin.SUPERUSER
                    ? all
                    : all.stream().filter(text -> !text.startsWith("log_min")).toList();
            assertThat(all).hasSize(4);

            tenant.run(dress(tenant, scratch(tenant)));
            tenant.run(swapIn(tenant));

            assertThat(told(tenant)).isEqualTo(carried);
            try (var raw = admin(admin)) {
                execute(raw, inLive + " SET work_mem TO '16MB'");
            }
            var later = told(tenant);
            tenant.run(dress(tenant, previous(tenant)));
            tenant.run(swapBack(tenant));

            assertThat(told(tenant)).containsAll(later).contains("work_mem=16MB");
        }
    }

    private static List<String> told(Tenant tenant) {
        return tenant.loginSettings().stream()
                .map(setting -> setting.name() + "=" + setting.value())
                .toList();
    }

    /** Dropped by hand after the restore. */
    @ParameterizedTest
    @EnumSource
    void whereThereIsNoLiveDatabaseThePreviousOneComesBackAlone(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin)) {
            tenant.run(swapIn(tenant));
            try (var raw = admin(admin)) {
                execute(raw, "DROP DATABASE " + tenant.names.database().rendered());
            }

            tenant.run(swapBack(tenant));

            assertThat(data(tenant)).containsExactly("live");
            assertThat(tenant.live().orElseThrow().mark()).contains(tenant.mark.with(new MarkState.Returned(RESTORE)));
            assertThat(tenant.copy(previous(tenant))).isEmpty();
        }
    }

    private static void assertBlocked(Tenant tenant) {
        assertThatThrownBy(() -> tenant.run(swapIn(tenant)))
                .isInstanceOfSatisfying(
                        Blocked.class,
                        blocked -> assertThat(blocked.problem().reason()).isEqualTo(Reason.SWAP_BLOCKED));
    }

    /** The server sees the end of the connection, and undoes the transaction: whichever statement was the last. */
    @ParameterizedTest
    @EnumSource
    void killedBetweenAnyTwoStatementsNothingIsChanged(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin)) {
            var parts = swapIn(tenant).sql(tenant.look().server()).text().split(";\n", -1);
            assertThat(parts).hasSize(5);
            var before = tenant.look().databases();
            for (var done = 1; done <= parts.length; done++) {
                try (var raw = admin(admin)) {
                    raw.setAutoCommit(false);
                    for (var part : List.of(parts).subList(0, done)) {
                        execute(raw, part);
                    }
                    raw.abort(Runnable::run);
                }
                awaitUnlocked(tenant);
                assertThat(tenant.look().databases())
                        .as("after %d statements", done)
                        .isEqualTo(before);
            }
            tenant.run(swapIn(tenant));
            assertSwapped(tenant);
        }
    }

    /** A login has to wait for the lock of a transaction that is still being undone. */
    private static void awaitUnlocked(Tenant tenant) throws SQLException {
        assertThat(data(tenant)).containsExactly("live");
    }

    @ParameterizedTest
    @EnumSource
    void whereThereIsNoLiveDatabaseOneAppearsComplete(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin)) {
            try (var raw = admin(admin)) {
                execute(raw, "DROP DATABASE " + tenant.names.database().rendered());
            }

            tenant.run(swapIn(tenant));

            assertThat(data(tenant)).containsExactly("restored");
            assertThat(tenant.copy(previous(tenant))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRestoreIsUndoneUnderLoad(Admin admin) throws Exception {
        try (var tenant = readyToSwap(admin);
                var load = new Load(tenant)) {
            var old = tenant.live().orElseThrow().oid();
            tenant.run(swapIn(tenant));
            tenant.run(dress(tenant, previous(tenant)));
            load.awaitServed();

            tenant.run(swapBack(tenant));

            load.awaitServed();
            assertThat(data(tenant)).containsExactly("live");
            assertThat(tenant.live().orElseThrow()).satisfies(live -> {
                assertThat(live.oid()).isEqualTo(old);
                assertThat(live.mark()).contains(tenant.mark.with(new MarkState.Returned(RESTORE)));
            });
            assertThat(tenant.copy(scratch(tenant))).isEmpty();
            assertThat(tenant.copy(previous(tenant)).orElseThrow()).satisfies(aside -> {
                assertThat(aside.accepting()).isFalse();
                assertThat(aside.mark()).contains(tenant.mark.with(new MarkState.RolledBack(RESTORE, UNTIL)));
            });
        }
    }

    /** By a leader that was paused after its look, or after a reply that was lost. */
    @ParameterizedTest
    @EnumSource
    void whatWasUndoneIsNotDoneAgainByTheSameStep(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin)) {
            tenant.run(swapIn(tenant));
            tenant.run(dress(tenant, previous(tenant)));
            var back = swapBack(tenant);
            tenant.run(back);

            assertThatThrownBy(() -> tenant.run(back)).isInstanceOfSatisfying(Blocked.class, blocked -> assertThat(
                            blocked.problem().reason())
                    .isEqualTo(Reason.STALE_READ));

            assertThat(data(tenant)).containsExactly("live");
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsUndoneWhereThereIsNoPreviousDatabase(Admin admin) throws SQLException {
        try (var tenant = readyToSwap(admin)) {
            tenant.run(new RestoreStep.DropCopy(
                    tenant.names, scratchMark(tenant), scratch(tenant), Sessions.END, Ground.SCRATCH));

            assertThatThrownBy(() -> tenant.run(swapBack(tenant)))
                    .isInstanceOfSatisfying(
                            Blocked.class,
                            blocked -> assertThat(blocked.problem().reason()).isEqualTo(Reason.STALE_READ));

            assertThat(data(tenant)).containsExactly("live");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aScratchDatabaseIsDroppedBesideASessionInIt(Admin admin) throws SQLException {
        try (var tenant = withScratch(admin);
                var session = tenant.login(scratch(tenant))) {
            tenant.run(new RestoreStep.DropCopy(
                    tenant.names, scratchMark(tenant), scratch(tenant), Sessions.END, Ground.SCRATCH));

            assertThat(tenant.copy(scratch(tenant))).isEmpty();
            assertThat(session.isValid(1)).isFalse();
            assertThat(data(tenant)).containsExactly("live");
        }
    }

    private static Connection admin(Admin admin) throws SQLException {
        var server = server(admin);
        return server.connect("postgres", server.admin().user(), server.admin().password());
    }

    private static void execute(Connection connection, String text) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    /** Clients that are served again and again, and note when. */
    private static final class Load implements AutoCloseable {

        private static final Duration PATIENCE = Duration.ofSeconds(20);

        private final Tenant tenant;
        private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong lastServed = new AtomicLong(System.nanoTime());
        private final AtomicLong longestGap = new AtomicLong();
        private final AtomicLong served = new AtomicLong();
        private final List<Future<?>> running = new ArrayList<>();
        private final List<String> unexpected = new CopyOnWriteArrayList<>();

        Load(Tenant tenant) throws InterruptedException {
            this.tenant = tenant;
            var started = new CountDownLatch(CLIENTS);
            for (var client = 0; client < CLIENTS; client++) {
                running.add(clients.submit(() -> {
                    started.countDown();
                    while (!over.get()) {
                        session();
                    }
                }));
            }
            started.await();
        }

        /** Until the server ends it. */
        private void session() {
            try (var connection = tenant.login(tenant.names.database());
                    var statement = connection.createStatement()) {
                while (!over.get()) {
                    statement.execute("SELECT v FROM t");
                    noteServed();
                }
            } catch (SQLException ended) {
                var state = Optional.ofNullable(ended.getSQLState()).orElse("none");
                if (!List.of("57P01", "3D000", "08006", "55000").contains(state)) {
                    unexpected.add(state);
                }
            }
        }

        private synchronized void noteServed() {
            var now = System.nanoTime();
            longestGap.accumulateAndGet(now - lastServed.getAndSet(now), Math::max);
            served.incrementAndGet();
        }

        void awaitServed() throws InterruptedException {
            var before = served.get();
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (served.get() < before + 20L * CLIENTS) {
                assertThat(System.nanoTime()).as("served in time").isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }

        Duration longestGap() {
            return Duration.ofNanos(longestGap.get());
        }

        /** SQLSTATEs that no client should see. */
        List<String> unexpected() {
            return unexpected;
        }

        @Override
        public void close() {
            over.set(true);
            clients.close();
        }
    }
}
