package dev.ocean.operator.postgres;

import java.time.Duration;

/** How long a statement may take: on the server, and a little longer on our side of the line, so that it is the server that gives up. */
enum Pace {
    /** What any statement gets that was not marked slow: a black-holed server holds a worker no longer than this. */
    QUICK(Duration.ofSeconds(8), Duration.ofSeconds(10)),
    SLOW(Duration.ofMinutes(10), Duration.ofSeconds(610));

    private final Duration onServer;
    private final Duration onLine;

    Pace(Duration onServer, Duration onLine) {
        this.onServer = onServer;
        this.onLine = onLine;
    }

    Duration onServer() {
        return onServer;
    }

    Duration onLine() {
        return onLine;
    }
}
