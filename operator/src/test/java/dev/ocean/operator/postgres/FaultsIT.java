package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.sandbox.fault.FaultProxy;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** What a lane does when the server or the line to it fails. */
class FaultsIT {

    private static final Duration BACK_OFF = Duration.ofSeconds(7);

    private static PostgresServer server;
    private FaultProxy proxy;
    private Rig rig;

    @BeforeAll
    static void launch() {
        server = Rig.launch(Options.defaults().limitedAdmin("ocean_admin"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void register() {
        proxy = FaultProxy.to(server.host(), server.port());
        rig = Rig.at(
                new ServerAddress(proxy.host(), proxy.port(), TlsMode.VERIFY_FULL, server.caCertificate()),
                server.admin());
    }

    @AfterEach
    void close() {
        rig.close();
        proxy.close();
    }

    @Nested
    class WhenConnectionsAreRefused {

        @Test
        void triesOncePerBackOffAndIsBackAtOnce() {
            proxy.refuse();
            assertThat(selectProblem())
                    .returns(ProblemKind.TRANSIENT, Problem::kind)
                    .returns(Reason.INSTANCE_UNREACHABLE, Problem::reason)
                    .satisfies(FaultsIT::saysWhen);
            for (var i = 0; i < 100; i++) {
                assertThat(problemOf(rig::enter))
                        .returns(Reason.INSTANCE_UNREACHABLE, Problem::reason)
                        .satisfies(FaultsIT::saysWhen);
            }
            assertThat(proxy.acceptedConnections()).isOne();

            rig.pass(BACK_OFF);
            assertThat(selectProblem()).returns(Reason.INSTANCE_UNREACHABLE, Problem::reason);
            assertThat(proxy.acceptedConnections()).isEqualTo(2);

            proxy.pass();
            rig.pass(Duration.ofSeconds(14));
            select();

            assertThat(rig.heard("lost")).isOne();
            assertThat(rig.heard("back")).isOne();
        }

        @Test
        void letsOneInWhenTheBackOffIsOver() {
            proxy.refuse();
            selectProblem();
            rig.pass(BACK_OFF);
            try (var first = rig.enter()) {
                assertThat(problemOf(rig::look)).returns(Reason.INSTANCE_UNREACHABLE, Problem::reason);
                proxy.pass();
                first.query(Rig.select("x"));
                rig.look().close();
            }
        }

        @Test
        void saysSoForAPortWhereNobodyListens() {
            proxy.close();

            assertThat(selectProblem().message()).contains("refused");
        }

        @Test
        void saysSoForAnUnknownHost() {
            rig.put(
                    new ServerAddress("nowhere.invalid", 5432, TlsMode.VERIFY_FULL, server.caCertificate()),
                    Rig.login(server.admin()));

            assertThat(selectProblem())
                    .returns(Reason.INSTANCE_UNREACHABLE, Problem::reason)
                    .extracting(Problem::message)
                    .asString()
                    .contains("host name is unknown");
        }
    }

    @Nested
    class WhenTheServerIsABlackHole {

        @Test
        void givesUpConnectingSoon() {
            proxy.blackHole();
            var begin = System.nanoTime();

            assertThat(selectProblem()).returns(Reason.INSTANCE_UNREACHABLE, Problem::reason);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(11));
        }

        @Test
        void givesUpReadingSoonAndAsksNoMore() {
            try (var lane = rig.enter()) {
                lane.query(Rig.select("x"));
                proxy.blackHole();
                var begin = System.nanoTime();

                assertThat(problemOf(() -> lane.query(Rig.select("y"))))
                        .returns(Reason.INSTANCE_UNREACHABLE, Problem::reason)
                        .satisfies(FaultsIT::saysWhen);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(11));
            }
            assertThat(problemOf(rig::enter)).returns(Reason.INSTANCE_UNREACHABLE, Problem::reason);
        }
    }

    @Nested
    class WhenTheLineIsCut {

        @Test
        void leavesTheOutcomeOfAChangeOpen() {
            try (var lane = rig.enter()) {
                lane.query(Rig.select("x"));
                proxy.cutAfterRequest();

                assertThat(problemOf(() -> lane.execute(SqlStatement.of("create", "CREATE ROLE cut_role"))))
                        .returns(ProblemKind.TRANSIENT, Problem::kind)
                        .returns(Reason.OUTCOME_UNKNOWN, Problem::reason);
                assertThat(lane.query(SqlStatement.of(
                                "find", "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'cut_role'")))
                        .hasSize(1);
            }
            assertThat(rig.opened()).isEqualTo(2);
        }

        @Test
        void endsAStatementThatRuns() {
            try (var lane = rig.enter()) {
                lane.query(Rig.select("x"));
                var statement = CompletableFuture.supplyAsync(
                        () -> problemOf(() -> lane.execute(SqlStatement.of("sleep", "SELECT pg_catalog.pg_sleep(5)"))));
                await("the statement runs").until(() -> isRunning("pg_sleep"));
                proxy.cut();

                assertThat(statement.join()).returns(Reason.OUTCOME_UNKNOWN, Problem::reason);
            }
        }

        @Test
        void readsOverANewConnectionIfAnIdleOneDied() {
            select();
            proxy.cut();
            select();

            assertThat(rig.opened()).isEqualTo(2);
            assertThat(rig.heard("lost")).isZero();
        }

        @Test
        void changesOverANewConnectionIfAnIdleOneDied() {
            select();
            rig.pass(Duration.ofSeconds(1));
            proxy.cut();
            try (var lane = rig.enter()) {
                lane.execute(SqlStatement.of("create", "CREATE ROLE idle_role"));
            }

            assertThat(rig.opened()).isEqualTo(2);
        }

        @Test
        void tellsAReadInATenantsDatabaseThatTheServerIsAway() {
            try (var lane = rig.enter()) {
                lane.query(Rig.select("x"));
                var read = CompletableFuture.supplyAsync(() -> problemOf(() -> lane.queryIn(
                        SqlIdentifier.of("template1"), SqlStatement.of("sleep", "SELECT pg_catalog.pg_sleep(6)"))));
                await("the statement runs").until(() -> isRunning("pg_sleep(6)"));
                proxy.cut();

                assertThat(read.join()).returns(Reason.INSTANCE_UNREACHABLE, Problem::reason);
            }
        }
    }

    @Nested
    class WhenTheServerRestarts {

        @Test
        void lanesGoOnWithoutAVisibleFailure() {
            try (var one = rig.enter();
                    var two = rig.enter();
                    var look = rig.look()) {
                one.query(Rig.select("x"));
                two.query(Rig.select("x"));
                look.query(Rig.select("x"));
            }
            server.stop();
            server.start();
            try (var one = rig.enter();
                    var two = rig.enter();
                    var look = rig.look()) {
                one.query(Rig.select("x"));
                two.query(Rig.select("x"));
                look.query(Rig.select("x"));
            }

            assertThat(rig.heard("lost")).isZero();
        }
    }

    @Nested
    class WhenTheServerIsAStandby {

        @Test
        void writesNothingUntilItIsPromoted() throws Exception {
            try (var standby = Rig.launch(Options.defaults());
                    var other = Rig.of(standby)) {
                demote(standby);
                assertThat(problemOf(() -> select(other)))
                        .returns(ProblemKind.TRANSIENT, Problem::kind)
                        .returns(Reason.INSTANCE_READ_ONLY, Problem::reason);

                run(standby, "SELECT pg_promote()");
                other.pass(BACK_OFF);
                select(other);

                assertThat(other.heard("back")).isOne();
            }
        }

        private static void demote(PostgresServer server) throws Exception {
            var data = Path.of(run(server, "SHOW data_directory"));
            server.stop();
            Files.createFile(data.resolve("standby.signal"));
            server.start();
        }

        private static String run(PostgresServer server, String sql) throws Exception {
            try (var superuser = server.superuser("postgres");
                    var statement = superuser.createStatement();
                    var result = statement.executeQuery(sql)) {
                result.next();
                return result.getString(1);
            }
        }
    }

    @Nested
    class WhenAStatementCannotGoOn {

        @Test
        void waitsForLocksForFiveSeconds() throws Exception {
            try (var superuser = server.superuser("postgres");
                    var statement = superuser.createStatement();
                    var lane = rig.enter()) {
                superuser.setAutoCommit(false);
                statement.execute("LOCK TABLE pg_catalog.pg_seclabel");

                assertThat(problemOf(() -> lane.query(SqlStatement.of(
                                "locked", "SELECT pg_catalog.count(*) AS n FROM pg_catalog.pg_seclabel"))))
                        .returns(Reason.WAITING_FOR_SESSIONS, Problem::reason)
                        .extracting(Problem::message)
                        .asString()
                        .contains("55P03");
                assertThat(lane.query(Rig.select("x"))).hasSize(1);
            }
        }

        @Test
        void repeatsWhatLostARaceForACatalogRow() throws Exception {
            var alter = SqlStatement.of("alter", "ALTER ROLE raced CONNECTION LIMIT 7");
            try (var superuser = server.superuser("postgres");
                    var statement = superuser.createStatement();
                    var lane = rig.enter()) {
                lane.execute(SqlStatement.of("create", "CREATE ROLE raced"));
                superuser.setAutoCommit(false);
                statement.execute("ALTER ROLE raced CONNECTION LIMIT 5");
                var waiting = CompletableFuture.runAsync(() -> lane.execute(alter));
                await("the statement waits for the row").until(() -> isWaiting("LIMIT 7"));
                superuser.commit();
                waiting.join();

                assertThat(rig.heard("alter")).isEqualTo(2);
                assertThat(lane.query(SqlStatement.of(
                                "limit", "SELECT rolconnlimit AS n FROM pg_catalog.pg_roles WHERE rolname = 'raced'")))
                        .singleElement()
                        .extracting(row -> row.number("n"))
                        .isEqualTo(7L);
            }
        }
    }

    private static boolean isRunning(String part) throws Exception {
        return isThere(
                "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND position(? IN query) > 0 AND pid <> pg_backend_pid()",
                part);
    }

    private static boolean isWaiting(String part) throws Exception {
        return isThere(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND position(? IN query) > 0", part);
    }

    private static boolean isThere(String sql, String part) throws Exception {
        try (var superuser = server.superuser("postgres");
                var query = superuser.prepareStatement(sql)) {
            query.setString(1, part);
            return query.executeQuery().next();
        }
    }

    private void select() {
        select(rig);
    }

    private static void select(Rig rig) {
        try (var lane = rig.enter()) {
            lane.query(Rig.select("x"));
        }
    }

    private Problem selectProblem() {
        return problemOf(this::select);
    }

    private static void saysWhen(Problem problem) {
        assertThat(problem.delay()).isPresent();
    }

    private static Problem problemOf(ThrowingCallable call) {
        return assertThatExceptionOfType(Blocked.class)
                .isThrownBy(call)
                .actual()
                .problem();
    }
}
