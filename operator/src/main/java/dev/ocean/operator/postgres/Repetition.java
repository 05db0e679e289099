package dev.ocean.operator.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs one statement again and again over a connection of its own until it is ended. Where the statement fails it ends: what waits for its effect then fails by itself. */
final class Repetition {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Session session;
    private final SqlStatement statement;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    private Repetition(Session session, SqlStatement statement) {
        this.session = session;
        this.statement = statement;
        this.thread = Thread.ofVirtual().name("repetition").unstarted(this::run);
    }

    /** @param session closed in the end */
    static Repetition start(Session session, SqlStatement statement) {
        var repetition = new Repetition(session, statement);
        repetition.thread.start();
        return repetition;
    }

    private void run() {
        try (session) {
            do {
                session.run(statement);
            } while (!over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (SQLException refused) {
            // Counted by the session's listener.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when the last run is over, so that none of them meets what comes after. */
    void end() {
        over.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
