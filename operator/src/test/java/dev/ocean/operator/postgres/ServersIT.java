package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.sandbox.certificate.CertificateAuthority;
import dev.ocean.sandbox.postgres.Credentials;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Lanes, connections, TLS and logins with a real server. */
class ServersIT {

    /** An address of the server's host that its certificate does not name. */
    private static final String UNNAMED_HOST = "127.0.0.2";

    private static final SqlStatement COUNT = SqlStatement.of(
            "count-connections",
            "SELECT pg_catalog.count(*) AS n FROM pg_catalog.pg_stat_activity AS a WHERE a.application_name LIKE 'ocean%'");

    private static PostgresServer server;
    private Rig rig;

    @BeforeAll
    static void launch() {
        server = Rig.launch(Options.defaults().setting("listen_addresses", "localhost," + UNNAMED_HOST));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void register() {
        rig = Rig.of(server);
    }

    @AfterEach
    void closeRig() {
        rig.close();
    }

    @Nested
    class Lanes {

        @Test
        void areThreeForWorkAndOneForLooks() {
            try (var one = rig.enter();
                    var two = rig.enter();
                    var three = rig.enter();
                    var look = rig.look()) {
                assertThat(problemOf(rig::enter))
                        .returns(ProblemKind.BUSY, Problem::kind)
                        .returns(Reason.BUSY, Problem::reason);
                assertThat(problemOf(rig::look)).returns(ProblemKind.BUSY, Problem::kind);
                assertThat(one).isNotSameAs(two).isNotSameAs(three).isNotSameAs(look);
            }
            try (var again = rig.enter()) {
                assertThat(again.query(Rig.select("x"))).hasSize(1);
            }
        }

        @Test
        void areOfferedToThoseWhoWaitInTheirOrderAndOnce() {
            var told = new ArrayList<String>();
            Runnable first = () -> told.add("first");
            Runnable quick = () -> told.add("quick");
            Runnable last = () -> told.add("last");
            var one = rig.enter();
            try (var two = rig.enter();
                    var three = rig.enter()) {
                for (var wake : List.of(first, quick, first, last)) {
                    assertThat(problemOf(() -> rig.enterOrQueue(wake)).delay()).isPresent();
                }
                one.close();
                assertThat(told).containsExactly("first");
                // Who got in by asking again waits no more.
                try (var again = rig.enterOrQueue(quick)) {
                    assertThat(again).isNotSameAs(two).isNotSameAs(three);
                }
            }
            assertThat(told).containsExactly("first", "last");
        }

        @Test
        void countOnceHoweverOftenTheyAreClosed() {
            var lane = rig.enter();
            lane.close();
            lane.close();
            try (var one = rig.enter();
                    var two = rig.enter();
                    var three = rig.enter()) {
                assertThat(problemOf(rig::enter)).returns(Reason.BUSY, Problem::reason);
                assertThat(one).isNotSameAs(two).isNotSameAs(three);
            }
        }

        @Test
        void openNothingBeforeTheFirstStatement() {
            try (var lane = rig.enter()) {
                assertThat(lane).isNotNull();
            }

            assertThat(rig.opened()).isZero();
        }

        @Test
        void waitForAnInstanceThatNobodyHasPut() {
            rig.servers().remove(Rig.KEY);

            assertThat(problemOf(rig::enter))
                    .returns(ProblemKind.WAITING, Problem::kind)
                    .returns(Reason.INSTANCE_NOT_READY, Problem::reason);
        }
    }

    @Nested
    class Connections {

        @Test
        void areUsedAgainInALaneAndByTheNext() {
            for (var i = 0; i < 3; i++) {
                try (var lane = rig.enter()) {
                    lane.query(Rig.select("x"));
                    lane.query(Rig.select("x"));
                }
            }

            assertThat(rig.opened()).isOne();
            assertThat(rig.heard("echo")).isEqualTo(6);
        }

        @Test
        void keepThePlanOfARepeatedQuery() {
            var plans = SqlStatement.of(
                    "plans",
                    "SELECT pg_catalog.count(*) AS n FROM pg_catalog.pg_prepared_statements AS p WHERE p.statement LIKE 'SELECT $1%'");
            try (var lane = rig.enter()) {
                lane.query(Rig.select("x"));
                lane.query(Rig.select("y"));

                assertThat(lane.query(plans).getFirst().number("n")).isOne();
            }
        }

        @Test
        void ofWorkEndAfterTwoIdleMinutesAndTheOneOfLooksStays() {
            try (var work = rig.enter();
                    var look = rig.look()) {
                work.query(Rig.select("x"));
                look.query(Rig.select("x"));
            }
            rig.pass(Duration.ofSeconds(121));
            try (var look = rig.look()) {
                assertThat(look.query(COUNT).getFirst().number("n")).isOne();
            }

            assertThat(rig.opened()).isEqualTo(2);
        }

        @Test
        void intoATenantsDatabaseDoNotStay() {
            try (var lane = rig.enter()) {
                lane.queryIn(SqlIdentifier.of("template1"), Rig.select("x"));
                lane.executeIn(SqlIdentifier.of("template1"), SqlStatement.of("nothing", "SELECT 1"));

                assertThat(lane.query(COUNT).getFirst().number("n")).isOne();
            }
            assertThat(rig.heard("TENANT_DATABASE")).isEqualTo(2);
        }

        @Test
        void areOpenedAnewForAnotherAddressOrLoginAndStayForTheSame() {
            touch();
            rig.put(Rig.address(server, TlsMode.VERIFY_FULL, server.host()), Rig.login(server.admin()));
            touch();
            assertThat(rig.opened()).isOne();

            rig.put(Rig.address(server, TlsMode.VERIFY_CA, server.host()), Rig.login(server.admin()));
            touch();

            assertThat(rig.opened()).isEqualTo(2);
        }

        @Test
        void ofARemovedServerEndWithTheirLane() {
            try (var lane = rig.enter()) {
                lane.query(Rig.select("x"));
                rig.servers().remove(Rig.KEY);
                assertThat(lane.query(Rig.select("x"))).hasSize(1);
            }
            rig.put(Rig.address(server, TlsMode.VERIFY_FULL, server.host()), Rig.login(server.admin()));
            touch();

            assertThat(rig.opened()).isEqualTo(2);
        }

        private void touch() {
            try (var lane = rig.enter()) {
                lane.query(Rig.select("x"));
            }
        }
    }

    @Nested
    class Tls {

        @ParameterizedTest
        @EnumSource(mode = Mode.EXCLUDE, names = "DISABLE")
        void isUsedInEveryModeThatAsksForIt(TlsMode mode) {
            rig.put(Rig.address(server, mode, server.host()), Rig.login(server.admin()));
            try (var lane = rig.enter()) {
                var row = lane.query(
                                SqlStatement.of(
                                        "tls",
                                        "SELECT s.ssl AS tls FROM pg_catalog.pg_stat_ssl AS s WHERE s.pid = pg_catalog.pg_backend_pid()"))
                        .getFirst();

                assertThat(row.flag("tls")).isTrue();
            }
        }

        @ParameterizedTest
        @EnumSource(names = {"VERIFY_CA", "VERIFY_FULL"})
        void refusesAServerOfAnotherAuthority(TlsMode mode) {
            var other = CertificateAuthority.create("other", Clock.systemUTC()).certificate();
            rig.put(new ServerAddress(server.host(), server.port(), mode, other), Rig.login(server.admin()));

            assertThat(connectionProblem())
                    .returns(Reason.TLS_VERIFICATION_FAILED, Problem::reason)
                    .returns(ProblemKind.REFUSED, Problem::kind);
        }

        @Test
        void takesOneOfSeveralAuthorities() {
            var other = CertificateAuthority.create("other", Clock.systemUTC()).certificate();
            rig.put(
                    new ServerAddress(
                            server.host(), server.port(), TlsMode.VERIFY_FULL, other + server.caCertificate()),
                    Rig.login(server.admin()));
            try (var lane = rig.enter()) {
                assertThat(lane.query(Rig.select("x"))).hasSize(1);
            }
        }

        @Test
        void refusesAnotherHostNameWhenItIsToBeVerified() {
            rig.put(Rig.address(server, TlsMode.VERIFY_FULL, UNNAMED_HOST), Rig.login(server.admin()));

            assertThat(connectionProblem()).returns(Reason.TLS_VERIFICATION_FAILED, Problem::reason);
        }

        @Test
        void leavesTheHostNameAloneWhenOnlyTheAuthorityIsVerified() {
            rig.put(Rig.address(server, TlsMode.VERIFY_CA, UNNAMED_HOST), Rig.login(server.admin()));
            try (var lane = rig.enter()) {
                assertThat(lane.query(Rig.select("x"))).hasSize(1);
            }
        }

        @Test
        void takesAnAddressThatTheCertificateNames() {
            rig.put(Rig.address(server, TlsMode.VERIFY_FULL, "127.0.0.1"), Rig.login(server.admin()));
            try (var lane = rig.enter()) {
                assertThat(lane.query(Rig.select("x"))).hasSize(1);
            }
        }

        @Test
        void isNotLeftOutWhenTheServerHasNone() {
            try (var plain = Rig.launch(Options.defaults().plain());
                    var other = Rig.at(
                            new ServerAddress(plain.host(), plain.port(), TlsMode.REQUIRE, null), plain.admin())) {
                assertThat(problemOf(() -> select(other))).returns(Reason.TLS_VERIFICATION_FAILED, Problem::reason);

                other.put(
                        new ServerAddress(plain.host(), plain.port(), TlsMode.DISABLE, null), Rig.login(plain.admin()));
                select(other);

                assertThat(other.opened()).isOne();
            }
        }
    }

    @Nested
    class WhenTheLoginIsWrong {

        @Test
        void saysSoAtOnceAndAsksNoMoreUntilTheSecretChanges() {
            rig.put(
                    Rig.address(server, TlsMode.VERIFY_FULL, server.host()),
                    Rig.login(new Credentials(server.admin().user(), "wrong")));
            assertThat(connectionProblem())
                    .returns(Reason.ADMIN_AUTH_FAILED, Problem::reason)
                    .returns(ProblemKind.REFUSED, Problem::kind);
            assertThat(problemOf(rig::enter)).returns(Reason.ADMIN_AUTH_FAILED, Problem::reason);
            assertThat(rig.heard("lost")).isOne();

            rig.put(Rig.address(server, TlsMode.VERIFY_FULL, server.host()), Rig.login(server.admin()));

            select(rig);
        }

        @ParameterizedTest
        @ValueSource(strings = {"trust", "password"})
        void tellsNothingToAServerThatAsksForAnythingButScram(String method) throws Exception {
            try (var careless = Rig.launch(Options.defaults().plain())) {
                try (var superuser = careless.superuser("postgres");
                        var statement = superuser.createStatement();
                        var file = statement.executeQuery("SHOW hba_file")) {
                    file.next();
                    Files.writeString(Path.of(file.getString(1)), "host all all localhost " + method + "\n");
                    statement.execute("SELECT pg_reload_conf()");
                }
                rig.put(
                        new ServerAddress(careless.host(), careless.port(), TlsMode.DISABLE, null),
                        Rig.login(careless.admin()));
                await("the new method holds").untilAsserted(() -> assertThat(connectionProblem())
                        .returns(Reason.ADMIN_AUTH_FAILED, Problem::reason));
            }
        }

        @Test
        void namesTheMaintenanceDatabaseIfThatIsMissing() {
            var login = new AdminLogin(
                    SqlIdentifier.of(server.admin().user()),
                    Password.of(server.admin().password()),
                    SqlIdentifier.of("nowhere"));
            rig.put(Rig.address(server, TlsMode.VERIFY_FULL, server.host()), login);

            assertThat(connectionProblem()).returns(Reason.ADMIN_SECRET_INVALID, Problem::reason);
        }
    }

    private Problem connectionProblem() {
        return problemOf(() -> select(rig));
    }

    private static void select(Rig rig) {
        try (var lane = rig.enter()) {
            lane.query(Rig.select("x"));
        }
    }

    private static Problem problemOf(ThrowingCallable call) {
        return assertThatExceptionOfType(Blocked.class)
                .isThrownBy(call)
                .actual()
                .problem();
    }
}
