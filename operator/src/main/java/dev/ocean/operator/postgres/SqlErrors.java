package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;

/**
 * What a SQLSTATE of a statement means, in one place; for connections see {@link ConnectErrors}.
 *
 * <p>Messages are ours: the server's text may quote a statement, and with it a verifier.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL: Error Codes</a>
 */
public final class SqlErrors {

    private static final int STATE_LENGTH = 5;
    private static final String CONNECTION_EXCEPTION = "08000";

    /** Statements that carry values of a specification which only the server can judge. */
    private static final Set<String> SPECIFIED = Set.of("create-database", "align-database");

    /** Invalid parameter value, wrong object type (an unknown locale), invalid text, encoding and locale that do not fit. */
    private static final Set<String> UNUSABLE = Set.of("22023", "42809", "22P02", "42P22");

    /** Statements by which databases change places: what holds one of them is told as such, and not tried again at once, as each try ends the application's sessions. */
    private static final Set<String> SWAPS = Set.of("swap-in", "swap-back");

    /** Object in use, lock not available, time limit. */
    private static final Set<String> HELD = Set.of("55006", "55P03", "57014");

    private static final Duration SWAP_RECHECK = Duration.ofMinutes(1);

    /** Statements that drop a database. */
    private static final Set<String> DROPS = Set.of("drop-tenant", "drop-copy");

    private SqlErrors() {}

    /** The SQLSTATE behind what a {@link Lane} threw, where there is one; for the few decisions that a {@code Problem} is too coarse for. */
    public static Optional<String> sqlState(Blocked blocked) {
        return blocked.getCause() instanceof SQLException failure
                ? Optional.ofNullable(failure.getSQLState())
                : Optional.empty();
    }

    /** What a failed statement comes to; cuts are {@code OutcomeUnknown}. */
    static Problem whileRunning(String statementId, String server, SQLException failure) {
        var state = state(failure);
        var what = "Cannot run \"" + statementId + "\" on \"" + server + "\" (SQLSTATE " + state + "): ";
        if (isCut(failure)) {
            return Problem.of(
                    ProblemKind.TRANSIENT,
                    Reason.OUTCOME_UNKNOWN,
                    what + "the connection was cut. The effect is looked up again.");
        }
        if (isLostRace(failure)) {
            return conflict(what + "another session changed the same object. It is repeated.");
        }
        if (state.equals("42501") && DROPS.contains(statementId)) {
            // The admin owns what it drops: the right that is missing is that to end somebody's session, which the next
            // look shows.
            return conflict(what + "a session that the admin may not end was in the way. It is looked at again.");
        }
        if (SPECIFIED.contains(statementId) && UNUSABLE.contains(state)) {
            return Problem.of(
                    ProblemKind.INVALID,
                    Reason.INVALID_SPEC,
                    what
                            + "the server knows no such value. Correct `spec.parameters`, `spec.locale` or `spec.encoding`.");
        }
        return switch (state) {
            case "42710", "42P04", "23505", "42P06", "42723" ->
                conflict(what + "the object exists already. It is looked at again.");
            case "3D000", "42704", "3F000" -> conflict(what + "the object is gone. It is looked for again.");
            case "2BP01" -> conflict(what + "something depends on the object. It is looked at again.");
            case "40001", "40P01" -> conflict(what + "another session changed the same rows. It is repeated.");
            // Our own guard: a division by the number of what we expected to find.
            case "22012" ->
                conflict(what + "another object than the one that was seen is there. It is looked at again.");
            case "55000" -> conflict(what + "the object is not in a state for it. It is looked at again.");
            default -> SWAPS.contains(statementId) && HELD.contains(state) ? swapBlocked(what) : inTheWay(state, what);
        };
    }

    /** What waits for somebody or something. */
    private static Problem inTheWay(String state, String what) {
        return switch (state) {
            case "55006" -> waiting(what + "the object is in use. Wait or end the sessions.");
            case "55P03", "57014" ->
                waiting(what + "a lock or the time limit was in the way. Wait or end the session that holds the lock.");
            case "42501" ->
                Problem.of(
                        ProblemKind.REFUSED,
                        Reason.INSUFFICIENT_PRIVILEGE,
                        what + "the admin lacks the right. Grant it.");
            case "25006" ->
                Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.INSTANCE_READ_ONLY,
                        what + "the server is read-only. Point the instance at the primary.");
            case "53300" ->
                Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.CONNECTION_LIMIT,
                        what + "no free connection. Raise the limit or free some.");
            case "53000", "53100", "53200", "53400", "58030" ->
                Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.INSTANCE_OUT_OF_SPACE,
                        what + "the server's disk or memory is exhausted. Free some.");
            default ->
                Problem.of(
                        ProblemKind.REFUSED,
                        Reason.STATEMENT_FAILED,
                        what + "the server refused it. See the server's log.");
        };
    }

    /** Whether the connection is no more, and so nobody knows whether the statement took effect: class 08, shutdowns (57P01 to 57P05), I/O errors. */
    static boolean isCut(SQLException failure) {
        var state = state(failure);
        return state.startsWith("08") || state.startsWith("57P");
    }

    /** Whether nothing came back in time: the server's own limit is shorter than ours, so it is the server or the line that hangs, not the statement. */
    static boolean isSilence(SQLException failure) {
        return hasCause(failure, SocketTimeoutException.class);
    }

    /** "tuple concurrently updated": two GRANT or ALTER of the same object at once. Told by the routine, as the text is translated. */
    static boolean isLostRace(SQLException failure) {
        return "XX000".equals(failure.getSQLState()) && routine(failure).startsWith("simple_heap_");
    }

    /** The C function that raised the error; empty if it is not the server's. Stable where texts are translated. */
    static String routine(SQLException failure) {
        var message = failure instanceof PSQLException server ? server.getServerErrorMessage() : null;
        var routine = message == null ? null : message.getRoutine();
        return routine == null ? "" : routine;
    }

    /** The server gives every error a state; where the driver gives none, or an empty one, we can only assume that the connection is no more. */
    static String state(SQLException failure) {
        var state = failure.getSQLState();
        return state == null || state.length() != STATE_LENGTH ? CONNECTION_EXCEPTION : state;
    }

    /** What may stand in metrics: there are few of them. */
    static String stateClass(SQLException failure) {
        return state(failure).substring(0, 2);
    }

    static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        for (var cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static Problem conflict(String message) {
        return Problem.of(ProblemKind.CONFLICT, Reason.STALE_READ, message);
    }

    private static Problem swapBlocked(String what) {
        return Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.SWAP_BLOCKED,
                        what
                                + "the database is held; nothing was changed. End the sessions that the operator may not end.")
                .after(SWAP_RECHECK);
    }

    private static Problem waiting(String message) {
        return Problem.of(ProblemKind.TRANSIENT, Reason.WAITING_FOR_SESSIONS, message);
    }
}
