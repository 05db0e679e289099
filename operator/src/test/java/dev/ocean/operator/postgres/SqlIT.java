package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Statements, their fragments, parameters and rows on a real server. */
class SqlIT {

    private static final SqlStatement READ_ROLES =
            SqlStatement.of("read-roles", "SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolname LIKE 'bulk%'");

    private static PostgresServer server;
    private Rig rig;
    private Lane lane;

    @BeforeAll
    static void launch() {
        server = Rig.launch(Options.defaults().limitedAdmin("ocean_admin").setting("log_statement", "all"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void enter() {
        rig = Rig.of(server);
        lane = rig.enter();
    }

    @AfterEach
    void leave() {
        lane.close();
        rig.close();
    }

    static List<String> nastyNames() {
        return List.of(
                "plain",
                "with space",
                "\"",
                "\"\"",
                "a\"; DROP ROLE x; --",
                "'",
                "it''s",
                "\\",
                "a\\'b",
                "\\\"",
                "%",
                "%I %L %s",
                "{}",
                "?",
                "$1",
                "$$",
                "a;b",
                "--",
                "/*",
                "*/",
                "{fn now()}",
                "\n\t",
                "\u0001",
                "ünïcødé",
                "日本語",
                "😀",
                "E'\\x41'",
                "U&\"\\0041\"",
                "x".repeat(63),
                "ü".repeat(31) + "x",
                "select",
                "ＡＢ",
                "a\u0301");
    }

    @ParameterizedTest
    @MethodSource("nastyNames")
    void quotesAsTheServerDoes(String name) {
        var row = lane.query(SqlStatement.of(
                                "quote",
                                "SELECT pg_catalog.format('%I', ?::text) AS identifier, pg_catalog.quote_literal(?::text) AS literal, {} AS value",
                                SqlLiteral.of(name))
                        .with(name)
                        .with(name))
                .getFirst();

        assertThat(row.text("value")).isEqualTo(name);
        // The server leaves quotes out where it can and marks backslashes with E.
        assertThat(SqlIdentifier.of(name).rendered()).isIn(row.text("identifier"), '"' + row.text("identifier") + '"');
        assertThat(lane.query(SqlStatement.of("quoted", "SELECT 1 AS {}", SqlIdentifier.of(name)))
                        .getFirst()
                        .number(name))
                .isOne();
    }

    @ParameterizedTest
    @MethodSource("nastyNames")
    void createsAndReadsBack(String name) {
        var role = SqlIdentifier.of(name);
        lane.execute(SqlStatement.of("create", "CREATE ROLE {}", role)
                .then(SqlStatement.of("comment", "COMMENT ON ROLE {} IS {}", role, SqlLiteral.of(name))));
        var found = lane.query(SqlStatement.of(
                        "read-comment",
                        "SELECT pg_catalog.shobj_description(oid, 'pg_authid') AS mark FROM pg_catalog.pg_roles WHERE rolname = ?")
                .with(name));
        lane.execute(SqlStatement.of("drop", "DROP ROLE {}", role));

        assertThat(found).singleElement().extracting(row -> row.text("mark")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"'\\b", "a/b?x=y&z=%41+1", "{};--", "ünïcødé 😀 日本語"})
    void takesAnyNameForADatabaseToConnectTo(String name) {
        var database = SqlIdentifier.of(name);
        lane.execute(SqlStatement.of("create", "CREATE DATABASE {}", database).slow());
        var found = lane.queryIn(database, SqlStatement.of("current", "SELECT pg_catalog.current_database() AS name"));
        lane.execute(SqlStatement.of("drop", "DROP DATABASE {}", database).slow());

        assertThat(found).singleElement().extracting(row -> row.text("name")).isEqualTo(name);
    }

    @Test
    void bindsParametersAndReadsAllTypes() {
        var row = lane.query(SqlStatement.of(
                                "types",
                                "SELECT ?::text AS t, ?::bigint AS n, ?::text[] AS texts, 5::oid = ANY (?) AS found, 7::smallint AS s, 4294967295::oid AS o, NULL::text AS none,"
                                        + " '[1, 2]'::jsonb AS json, ARRAY['a b', '', 'NULL', '\"']::name[] AS names, ARRAY[1, 2]::oid[] AS oids, false AS f")
                        .with("it's")
                        .with(-1)
                        .withTexts(List.of("a", "b,c", "{\"}"))
                        .withNumbers(List.of(5L)))
                .getFirst();

        assertThat(row.text("t")).isEqualTo("it's");
        assertThat(row.number("n")).isEqualTo(-1);
        assertThat(row.texts("texts")).containsExactly("a", "b,c", "{\"}");
        assertThat(row.flag("found")).isTrue();
        assertThat(row.number("s")).isEqualTo(7);
        assertThat(row.number("o")).isEqualTo(4_294_967_295L);
        assertThat(row.text("none")).isNull();
        assertThat(row.text("json")).isEqualTo("[1, 2]");
        assertThat(row.texts("names")).containsExactly("a b", "", "NULL", "\"");
        assertThat(row.texts("oids")).containsExactly("1", "2");
        assertThat(row.flag("f")).isFalse();
    }

    @Test
    void rendersArraysThatTheServerReads() {
        var values = List.of("a", "it's", "\\", "{}", "");

        assertThat(lane.query(SqlStatement.of("array", "SELECT {} AS a", SqlTexts.of(values)))
                        .getFirst()
                        .texts("a"))
                .isEqualTo(values);
    }

    @Test
    void asksTheServerOnceForARowOfUncommonTypes() {
        lane.query(
                SqlStatement.of(
                        "acl",
                        "SELECT d.datacl AS acl, d.datname AS name, NULL::pg_catalog.pg_lsn AS lsn FROM pg_catalog.pg_database AS d"));

        assertThat(rig.heard("acl")).isOne();
        assertThat(server.log()).doesNotContain("pg_type");
    }

    @Test
    void undoesAllPartsWhenOneFails() {
        var roles = SqlStatement.of("a", "CREATE ROLE bulk_a").then(SqlStatement.of("b", "CREATE ROLE bulk_a"));

        assertThat(problemOf(() -> lane.execute(roles))).returns(ProblemKind.CONFLICT, Problem::kind);
        assertThat(lane.query(READ_ROLES)).isEmpty();
    }

    @Test
    void undoesAllPartsOfALongListWhenTheLastFails() {
        var parts = new ArrayList<SqlStatement>();
        IntStream.range(0, 600)
                .forEach(i -> parts.add(SqlStatement.of("create", "CREATE ROLE {}", SqlIdentifier.of("bulk" + i))));
        parts.add(SqlStatement.of("fail", "CREATE ROLE bulk0"));

        assertThat(problemOf(() -> lane.execute(SqlStatement.all("bulk", parts))))
                .returns(ProblemKind.CONFLICT, Problem::kind);
        assertThat(lane.query(READ_ROLES)).isEmpty();
        assertThat(rig.heard("bulk")).isOne();
    }

    @Test
    void commitsALeadingCreateDatabaseAlone() {
        var create = SqlStatement.of("create", "CREATE DATABASE early")
                .slow()
                .then(SqlStatement.of("fail", "COMMENT ON ROLE nowhere IS ''"));

        assertThat(problemOf(() -> lane.execute(create))).returns(Reason.STALE_READ, Problem::reason);
        assertThat(lane.query(SqlStatement.of("find", "SELECT 1 FROM pg_catalog.pg_database WHERE datname = 'early'")))
                .hasSize(1);
    }

    @Test
    void changesPaceWithoutARoundTrip() {
        var show = SqlStatement.of("show", "SELECT pg_catalog.current_setting('statement_timeout') AS value");

        assertThat(lane.query(show.slow()).getFirst().text("value")).isEqualTo("10min");
        assertThat(lane.query(show).getFirst().text("value")).isEqualTo("10min");
        assertThat(rig.heard("show")).isEqualTo(2);
    }

    @Test
    void pinsWhatStatementsRelyOn() throws Exception {
        try (var superuser = server.superuser("postgres");
                var statement = superuser.createStatement()) {
            statement.execute(
                    "ALTER ROLE ocean_admin SET standard_conforming_strings = off; ALTER ROLE ocean_admin SET search_path = public;"
                            + "ALTER ROLE ocean_admin SET default_transaction_read_only = on; ALTER ROLE ocean_admin SET quote_all_identifiers = on");
        }
        lane.close();
        lane = rig.enter();
        var row = lane.query(SqlStatement.of(
                        "pins",
                        "SELECT pg_catalog.current_setting('search_path') AS path, pg_catalog.current_setting('default_transaction_read_only') AS ro, {} AS text,"
                                + " pg_catalog.current_setting('application_name') AS name",
                        SqlLiteral.of("a\\b")))
                .getFirst();
        try (var superuser = server.superuser("postgres");
                var statement = superuser.createStatement()) {
            statement.execute("ALTER ROLE ocean_admin RESET ALL");
        }

        assertThat(row.text("path")).isEqualTo("pg_catalog,pg_temp");
        assertThat(row.text("ro")).isEqualTo("off");
        assertThat(row.text("text")).isEqualTo("a\\b");
        assertThat(row.text("name")).isEqualTo("ocean/shop/pg");
    }

    @Test
    void mapsRefusalsOfTheServer() {
        assertThat(problemOf(() -> lane.execute(SqlStatement.of("super", "CREATE ROLE boss SUPERUSER"))))
                .returns(Reason.INSUFFICIENT_PRIVILEGE, Problem::reason);
        assertThat(problemOf(() -> lane.execute(SqlStatement.of("typo", "CREATE ROL x"))))
                .returns(Reason.STATEMENT_FAILED, Problem::reason);
        assertThat(problemOf(() -> lane.query(SqlStatement.of("gone", "SELECT 'nowhere'::regrole"))))
                .returns(Reason.STALE_READ, Problem::reason);
        assertThat(problemOf(() -> lane.query(
                                SqlStatement.of("number", "SELECT ?::int").with("canary")))
                        .message())
                .doesNotContain("canary")
                .contains("22P02");
        assertThat(problemOf(() -> lane.queryIn(SqlIdentifier.of("nowhere"), Rig.select("x"))))
                .returns(Reason.STALE_READ, Problem::reason);
        assertThat(lane.query(Rig.select("x"))).hasSize(1);
        assertThat(rig.opened()).isOne();
    }

    @Test
    void acceptsLoginsByOurVerifier() {
        var salt = new byte[ScramVerifier.SALT_BYTES];
        var login = new TenantLogin(
                SqlIdentifier.of("probe"), Password.of("pä\"ss'w\\örd {}?"), SqlIdentifier.of("postgres"));
        lane.execute(SqlStatement.of(
                "create-login",
                "CREATE ROLE {} LOGIN PASSWORD {}",
                login.username(),
                ScramVerifier.of(login.password(), salt).literal()));
        var who = SqlStatement.of(
                "who", "SELECT session_user AS name, pg_catalog.current_setting('application_name') AS application");

        var outcome = lane.as(login, SqlStatement.of("first", "SET work_mem TO '1MB'"), who);

        assertThat(outcome).isInstanceOfSatisfying(LoginOutcome.Accepted.class, accepted -> {
            assertThat(accepted.rows())
                    .singleElement()
                    .extracting(row -> row.text("name"))
                    .isEqualTo("probe");
            assertThat(accepted.rows().getFirst().text("application")).isEqualTo("ocean-probe");
        });
        assertThat(lane.as(new TenantLogin(login.username(), Password.of("wrong"), login.database())))
                .isEqualTo(new LoginOutcome.Refused());
        assertThat(server.log()).doesNotContain("pä");
    }

    @Test
    void tellsALoginThatMayNotLogIn() {
        lane.execute(SqlStatement.of(
                "create-login",
                "CREATE ROLE closed NOLOGIN PASSWORD {}",
                ScramVerifier.of(Password.of("x"), new byte[ScramVerifier.SALT_BYTES])
                        .literal()));

        assertThat(lane.as(new TenantLogin(SqlIdentifier.of("closed"), Password.of("x"), SqlIdentifier.of("postgres"))))
                .isEqualTo(new LoginOutcome.Refused());
    }

    @Test
    void takesAFullRoleOrDatabaseForProofOfTheLogin() {
        var verifier = ScramVerifier.of(Password.of("x"), new byte[ScramVerifier.SALT_BYTES])
                .literal();
        lane.execute(
                SqlStatement.of("create-login", "CREATE ROLE full_role LOGIN PASSWORD {} CONNECTION LIMIT 0", verifier)
                        .then(SqlStatement.of("create-login", "CREATE ROLE full_db LOGIN PASSWORD {}", verifier)));
        lane.execute(SqlStatement.of("create", "CREATE DATABASE full_db CONNECTION LIMIT 0")
                .slow());

        assertThat(lane.as(
                        new TenantLogin(SqlIdentifier.of("full_role"), Password.of("x"), SqlIdentifier.of("postgres"))))
                .isEqualTo(new LoginOutcome.AcceptedButFull());
        assertThat(lane.as(new TenantLogin(SqlIdentifier.of("full_db"), Password.of("x"), SqlIdentifier.of("full_db"))))
                .isEqualTo(new LoginOutcome.AcceptedButFull());
        assertThat(lane.as(new TenantLogin(
                        SqlIdentifier.of("full_db"), Password.of("wrong"), SqlIdentifier.of("full_db"))))
                .isEqualTo(new LoginOutcome.Refused());
        assertThat(problemOf(() -> lane.queryIn(SqlIdentifier.of("full_db"), Rig.select("x"))))
                .returns(Reason.CONNECTION_LIMIT, Problem::reason);
        assertThat(rig.heard("lost")).isZero();
    }

    @Test
    void tellsTheServersVersion() {
        assertThat(lane.serverVersionNum() / 10_000).isEqualTo(server.major());
        assertThat(lane.serverVersion()).startsWith(server.major() + ".");
    }

    private static Problem problemOf(ThrowingCallable call) {
        return assertThatExceptionOfType(Blocked.class)
                .isThrownBy(call)
                .actual()
                .problem();
    }
}
