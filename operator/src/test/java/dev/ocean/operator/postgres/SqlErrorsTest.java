package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;
import static org.assertj.core.api.Assertions.assertThat;

class SqlErrorsTest {

    @Nested
    class WhenAStatementFails {

        @ParameterizedTest
        @CsvSource({
            "42710, CONFLICT, STALE_READ",
            "42P04, CONFLICT, STALE_READ",
            "23505, CONFLICT, STALE_READ",
            "3D000, CONFLICT, STALE_READ",
            "42704, CONFLICT, STALE_READ",
            "2BP01, CONFLICT, STALE_READ",
            "40P01, CONFLICT, STALE_READ",
            "55006, TRANSIENT, WAITING_FOR_SESSIONS",
            "55P03, TRANSIENT, WAITING_FOR_SESSIONS",
            "57014, TRANSIENT, WAITING_FOR_SESSIONS",
            "42501, REFUSED, INSUFFICIENT_PRIVILEGE",
            "25006, TRANSIENT, INSTANCE_READ_ONLY",
            "53300, TRANSIENT, CONNECTION_LIMIT",
            "53100, TRANSIENT, INSTANCE_OUT_OF_SPACE",
            "53200, TRANSIENT, INSTANCE_OUT_OF_SPACE",
            "58030, TRANSIENT, INSTANCE_OUT_OF_SPACE",
            "57P01, TRANSIENT, OUTCOME_UNKNOWN",
            "57P02, TRANSIENT, OUTCOME_UNKNOWN",
            "57P03, TRANSIENT, OUTCOME_UNKNOWN",
            "08006, TRANSIENT, OUTCOME_UNKNOWN",
            "22023, REFUSED, STATEMENT_FAILED",
            "22P02, REFUSED, STATEMENT_FAILED",
            "42601, REFUSED, STATEMENT_FAILED",
            "XX000, REFUSED, STATEMENT_FAILED",
        })
        void mapsItsState(String state, ProblemKind kind, Reason reason) {
            var problem = SqlErrors.whileRunning("create-role", "shop/pg", fromServer(state, "quotes 'canary'", "x"));

            assertThat(problem).returns(kind, Problem::kind).returns(reason, Problem::reason);
            assertThat(problem.message())
                    .contains("\"create-role\"", "\"shop/pg\"", state)
                    .doesNotContain("canary");
        }

        @Test
        void takesALostRaceForAConflict() {
            var failure = fromServer("XX000", "Tupel wurde gleichzeitig aktualisiert", "simple_heap_update");

            assertThat(SqlErrors.isLostRace(failure)).isTrue();
            assertThat(SqlErrors.whileRunning("grant", "shop/pg", failure).kind())
                    .isEqualTo(ProblemKind.CONFLICT);
        }

        @Test
        void takesAnErrorWithoutStateForACut() {
            assertThat(SqlErrors.isCut(new SQLException("?"))).isTrue();
            assertThat(SqlErrors.isCut(new PSQLException("?", PSQLState.UNKNOWN_STATE)))
                    .isTrue();
            assertThat(SqlErrors.stateClass(new PSQLException("?", PSQLState.UNKNOWN_STATE)))
                    .isEqualTo("08");
        }

        @Test
        void showsTheStateBehindAProblem() {
            var blocked = new Blocked(
                    SqlErrors.whileRunning("x", "y", fromServer("42501", "", "x")), fromServer("42501", "", "x"));

            assertThat(SqlErrors.sqlState(blocked)).contains("42501");
            assertThat(SqlErrors.sqlState(Blocked.by(ProblemKind.BUSY, Reason.BUSY, "busy")))
                    .isEmpty();
        }
    }

    @Nested
    class WhenAConnectionFails {

        @ParameterizedTest
        @CsvSource({
            "28P01, MAINTENANCE, REFUSED, ADMIN_AUTH_FAILED",
            "28000, MAINTENANCE, REFUSED, ADMIN_AUTH_FAILED",
            "3D000, MAINTENANCE, REFUSED, ADMIN_SECRET_INVALID",
            "3D000, TENANT_DATABASE, CONFLICT, STALE_READ",
            "55000, TENANT_DATABASE, CONFLICT, STALE_READ",
            "42501, TENANT_DATABASE, REFUSED, INSUFFICIENT_PRIVILEGE",
            "53300, MAINTENANCE, TRANSIENT, CONNECTION_LIMIT",
            "53200, MAINTENANCE, TRANSIENT, INSTANCE_OUT_OF_SPACE",
            "57P03, MAINTENANCE, TRANSIENT, INSTANCE_UNREACHABLE",
            "08P01, MAINTENANCE, REFUSED, ADMIN_SECRET_INVALID",
        })
        void mapsItsState(String state, ConnectionKind connection, ProblemKind kind, Reason reason) {
            var problem = connecting(connection, fromServer(state, "canary", "x"));

            assertThat(problem).returns(kind, Problem::kind).returns(reason, Problem::reason);
            assertThat(problem.message()).doesNotContain("canary");
        }

        @Test
        void tellsWhatTheLineDid() {
            assertThat(connecting(ConnectionKind.MAINTENANCE, line(new ConnectException("x")))
                            .message())
                    .contains("refused");
            assertThat(connecting(ConnectionKind.MAINTENANCE, line(new SocketTimeoutException("x")))
                            .message())
                    .contains("no answer in time");
            assertThat(connecting(ConnectionKind.MAINTENANCE, line(new UnknownHostException("x")))
                            .message())
                    .contains("unknown");
        }

        @Test
        void tellsAnUntrustedServerFromACutHandshake() {
            var cut = new SSLHandshakeException("x");
            cut.initCause(new SocketException("reset"));

            assertThat(connecting(ConnectionKind.MAINTENANCE, line(new SSLHandshakeException("x")))
                            .reason())
                    .isEqualTo(Reason.TLS_VERIFICATION_FAILED);
            assertThat(connecting(ConnectionKind.MAINTENANCE, line(cut)).reason())
                    .isEqualTo(Reason.INSTANCE_UNREACHABLE);
        }

        @Test
        void takesWhatSpeaksNotPostgresForUnreachable() {
            assertThat(connecting(ConnectionKind.MAINTENANCE, new PSQLException("x", PSQLState.PROTOCOL_VIOLATION))
                            .reason())
                    .isEqualTo(Reason.INSTANCE_UNREACHABLE);
        }

        @Test
        void takesLimitsOfRoleAndDatabaseForProofOfALogin() {
            assertThat(ConnectErrors.outcome(fromServer("53300", "x", "InitializeSessionUserId")))
                    .contains(new LoginOutcome.AcceptedButFull());
            assertThat(ConnectErrors.outcome(fromServer("53300", "x", "CheckMyDatabase")))
                    .contains(new LoginOutcome.AcceptedButFull());
            assertThat(ConnectErrors.outcome(fromServer("53300", "x", "ProcessStartupPacket")))
                    .isEmpty();
            assertThat(ConnectErrors.outcome(fromServer("28P01", "x", "auth_failed")))
                    .contains(new LoginOutcome.Refused());
            assertThat(ConnectErrors.outcome(fromServer("57P03", "x", "x"))).isEqualTo(Optional.empty());
        }

        @Test
        void blamesTheServerOnlyForWhatConcernsAllConnections() {
            var full = fromServer("53300", "x", "CheckMyDatabase");

            assertThat(ConnectErrors.concernsServer(ConnectionKind.TENANT_DATABASE, full))
                    .isFalse();
            assertThat(ConnectErrors.concernsServer(ConnectionKind.MAINTENANCE, full))
                    .isTrue();
            assertThat(ConnectErrors.concernsServer(
                            ConnectionKind.TENANT_DATABASE, fromServer("53300", "x", "InitPostgres")))
                    .isTrue();
            assertThat(ConnectErrors.concernsServer(ConnectionKind.TENANT_DATABASE, fromServer("3D000", "x", "x")))
                    .isFalse();
            assertThat(ConnectErrors.concernsServer(ConnectionKind.TENANT_LOGIN, line(new ConnectException("x"))))
                    .isTrue();
        }

        private static Problem connecting(ConnectionKind kind, SQLException failure) {
            var endpoint = new Endpoint(
                    "shop/pg",
                    new ServerAddress("db", 5432, TlsMode.DISABLE, null),
                    new AdminLogin(SqlIdentifier.of("admin"), Password.of("x"), SqlIdentifier.of("postgres")),
                    "ocean/shop/pg");
            return ConnectErrors.whileConnecting(endpoint, kind, failure);
        }

        private static SQLException line(IOException cause) {
            return new PSQLException("x", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause);
        }
    }

    private static SQLException fromServer(String state, String text, String routine) {
        return new PSQLException(new ServerErrorMessage("SFATAL\0C" + state + "\0M" + text + "\0R" + routine + "\0"));
    }
}
