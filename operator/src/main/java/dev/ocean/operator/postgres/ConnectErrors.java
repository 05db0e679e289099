package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;

/** What a failed connection means. */
final class ConnectErrors {

    private static final String PROTOCOL_VIOLATION = "08P01";
    private static final String TOO_MANY_CONNECTIONS = "53300";

    /** Raises "too many connections for database", after authentication. */
    private static final String DATABASE_LIMIT_ROUTINE = "CheckMyDatabase";

    /** Raises "too many connections for role", after authentication. */
    private static final String ROLE_LIMIT_ROUTINE = "InitializeSessionUserId";

    private static final Set<String> CREDENTIALS_REFUSED = Set.of("28P01", "28000");

    private ConnectErrors() {}

    /** What the failure proves about a tenant's login; empty if nothing. */
    static Optional<LoginOutcome> outcome(SQLException failure) {
        if (CREDENTIALS_REFUSED.contains(SqlErrors.state(failure))) {
            return Optional.of(new LoginOutcome.Refused());
        }
        if (isLimitOf(failure, ROLE_LIMIT_ROUTINE) || isLimitOf(failure, DATABASE_LIMIT_ROUTINE)) {
            return Optional.of(new LoginOutcome.AcceptedButFull());
        }
        return isAboutLogin(failure) ? Optional.of(new LoginOutcome.Refused()) : Optional.empty();
    }

    /**
     * Whether the server itself turned this login away for a reason of the login's own, such as a setting that its tenant gave it ({@code local_preload_libraries}): to be
     * repaired, and no news of the server. Not so where the server starts or stops, is full, or out of resources, and where the database is missing or closed.
     */
    private static boolean isAboutLogin(SQLException failure) {
        var state = SqlErrors.state(failure);
        return !SqlErrors.routine(failure).isEmpty()
                && !state.startsWith("57")
                && !state.startsWith("53")
                && !state.startsWith("08")
                && !Set.of("3D000", "55000", "42501").contains(state);
    }

    /** Whether the next connection would fail in the same way, whatever it is for; so the circuit opens. */
    static boolean concernsServer(ConnectionKind kind, SQLException failure) {
        return switch (SqlErrors.state(failure)) {
            case "3D000", "55000", "42501" -> kind == ConnectionKind.MAINTENANCE;
            case TOO_MANY_CONNECTIONS ->
                kind == ConnectionKind.MAINTENANCE || !isLimitOf(failure, DATABASE_LIMIT_ROUTINE);
            case "08004" -> kind != ConnectionKind.TENANT_LOGIN || isWithoutTls(failure);
            default -> true;
        };
    }

    /** What a failed connection to {@code endpoint} comes to. */
    static Problem whileConnecting(Endpoint endpoint, ConnectionKind kind, SQLException failure) {
        var what = "Cannot connect to \"" + endpoint.displayName() + "\": ";
        var state = SqlErrors.state(failure);
        if (isWithoutTls(failure)) {
            return refused(
                    Reason.TLS_VERIFICATION_FAILED,
                    what + "the server offers no TLS. Switch it on, or set sslmode in the connection Secret.");
        }
        if (isUntrusted(failure)) {
            return refused(
                    Reason.TLS_VERIFICATION_FAILED,
                    what
                            + "its certificate is not valid for ca.crt or host. Correct the connection Secret or the certificate.");
        }
        return switch (state) {
            case "28P01", "28000" ->
                refused(
                        Reason.ADMIN_AUTH_FAILED,
                        what + "the login was refused (SQLSTATE " + state
                                + "). Correct username and password in the connection Secret.");
            case "08004" -> otherMethod(what, kind);
            case "3D000", "55000" -> noDatabase(what, kind, state);
            case "42501" ->
                refused(
                        Reason.INSUFFICIENT_PRIVILEGE,
                        what + "no right to connect to the database (SQLSTATE " + state + "). Grant CONNECT.");
            case TOO_MANY_CONNECTIONS ->
                Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.CONNECTION_LIMIT,
                        what + "no free connection (SQLSTATE " + state + "). Raise the limit or free some.");
            case "53000", "53100", "53200", "58030" ->
                Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.INSTANCE_OUT_OF_SPACE,
                        what + "the server's disk or memory is exhausted (SQLSTATE " + state + "). Free some.");
            case PROTOCOL_VIOLATION -> noServer(what, failure);
            default -> unreachable(what, failure);
        };
    }

    private static Problem noDatabase(String what, ConnectionKind kind, String state) {
        if (kind == ConnectionKind.MAINTENANCE) {
            return refused(
                    Reason.ADMIN_SECRET_INVALID,
                    what + "the maintenance database is missing or closed (SQLSTATE " + state
                            + "). Correct it in the connection Secret.");
        }
        return Problem.of(
                ProblemKind.CONFLICT,
                Reason.STALE_READ,
                what + "the database is missing or closed (SQLSTATE " + state + "). It is looked for again.");
    }

    private static Problem otherMethod(String what, ConnectionKind kind) {
        var reason = kind == ConnectionKind.TENANT_LOGIN ? Reason.LOGIN_REFUSED : Reason.ADMIN_AUTH_FAILED;
        return refused(
                reason,
                what + "the server asks for another method than scram-sha-256. Set the method in its pg_hba.conf.");
    }

    private static Problem noServer(String what, SQLException failure) {
        if (failure instanceof PSQLException driver && driver.getServerErrorMessage() != null) {
            return refused(
                    Reason.ADMIN_SECRET_INVALID,
                    what + "a pooler answers there. Let host and port name PostgreSQL itself.");
        }
        return Problem.of(
                ProblemKind.TRANSIENT,
                Reason.INSTANCE_UNREACHABLE,
                what + "what answers there is no PostgreSQL server. Check host and port.");
    }

    private static Problem unreachable(String what, SQLException failure) {
        return Problem.of(
                ProblemKind.TRANSIENT,
                Reason.INSTANCE_UNREACHABLE,
                what + why(failure) + ". Check that the server runs and that the network lets the operator reach it.");
    }

    private static String why(SQLException failure) {
        var state = SqlErrors.state(failure);
        if (state.startsWith("57P")) {
            return "the server is starting or stopping (SQLSTATE " + state + ")";
        }
        if (SqlErrors.hasCause(failure, UnknownHostException.class)) {
            return "its host name is unknown";
        }
        if (SqlErrors.hasCause(failure, SocketTimeoutException.class)) {
            return "no answer in time";
        }
        if (SqlErrors.hasCause(failure, ConnectException.class)) {
            return "the connection was refused";
        }
        return "the connection failed (SQLSTATE " + state + ")";
    }

    /** The driver gives this one no state of its own; its text is compared in the language of the JVM. */
    private static boolean isWithoutTls(SQLException failure) {
        return "08004".equals(failure.getSQLState())
                && GT.tr("The server does not support SSL.").equals(failure.getMessage());
    }

    /** A handshake that failed, but not because the line was cut in the middle of it. */
    private static boolean isUntrusted(SQLException failure) {
        return SqlErrors.hasCause(failure, SSLException.class)
                && !SqlErrors.hasCause(failure, EOFException.class)
                && !SqlErrors.hasCause(failure, SocketException.class)
                && !SqlErrors.hasCause(failure, SocketTimeoutException.class);
    }

    private static boolean isLimitOf(SQLException failure, String routine) {
        return TOO_MANY_CONNECTIONS.equals(failure.getSQLState()) && routine.equals(SqlErrors.routine(failure));
    }

    private static Problem refused(Reason reason, String message) {
        return Problem.of(ProblemKind.REFUSED, reason, message);
    }
}
