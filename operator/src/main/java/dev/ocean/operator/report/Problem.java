package dev.ocean.operator.report;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expected failure as a value.
 *
 * @param kind what happens next
 * @param reason the constant that users and alerts match on
 * @param message one English line for the user, the fix in its last sentence; never a secret, never a driver's or server's own text
 * @param after how long to wait before the next try where the one who reports it knows better than the backoff, else null
 */
public record Problem(
        ProblemKind kind,
        Reason reason,
        String message,
        @Nullable Duration after) {

    private static final int MAX_MESSAGE = 1024;

    public Problem {
        message = printable(message);
    }

    public static Problem of(ProblemKind kind, Reason reason, String message) {
        return new Problem(kind, reason, message, null);
    }

    /** The same problem, not to be tried again before {@code delay} is over. */
    public Problem after(Duration delay) {
        return new Problem(kind, reason, message, delay);
    }

    /** The same problem with one more sentence, for what only an outer layer knows. */
    public Problem adding(String sentence) {
        return new Problem(kind, reason, message + " " + sentence, after);
    }

    public Optional<Duration> delay() {
        return Optional.ofNullable(after);
    }

    /** Names of objects and databases are other people's input: control characters would forge log lines, and events end at 1,024 characters. */
    private static String printable(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= MAX_MESSAGE ? clean : clean.substring(0, MAX_MESSAGE - 1) + "…";
    }
}
