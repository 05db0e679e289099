package dev.ocean.operator.postgres;

import java.time.Duration;

/**
 * How long we wait for an answer. The server gives up a statement after {@link #ON_SERVER} and a lock after seconds, whatever the pace, so what we stop waiting for ends
 * there too.
 */
enum Pace {
    /** What any statement gets that was not marked slow: a black-holed server holds a worker no longer than this. */
    QUICK(Duration.ofSeconds(10)),
    SLOW(Duration.ofSeconds(610));

    /** {@code statement_timeout} of every connection: below the longest wait, so that it is the server that gives up first. */
    static final Duration ON_SERVER = Duration.ofMinutes(10);

    private final Duration onLine;

    Pace(Duration onLine) {
        this.onLine = onLine;
    }

    Duration onLine() {
        return onLine;
    }
}
