package dev.ocean.e2e.benchmark;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients that ask again and again and come back at once when their session is ended: how long was none of them served? */
final class Clients implements AutoCloseable {

    static final int COUNT = 8;

    private final Login login;
    private final String query;
    private final ExecutorService threads = Executors.newFixedThreadPool(COUNT);
    private final AtomicBoolean over = new AtomicBoolean();
    private long lastServed = System.nanoTime();
    private long longestGap;

    /** How a session is opened. */
    private interface Login {
        Connection open() throws SQLException;
    }

    private Clients(Login login, String query) {
        this.login = login;
        this.query = query;
    }

    static Clients start(Bench bench, String database, String query) {
        // Once: an application reads its Secret when it starts.
        var name = bench.secretValue(database, "database");
        var user = bench.secretValue(database, "username");
        var password = bench.secretValue(database, "password");
        var clients = new Clients(() -> bench.postgres().connect(name, user, password), query);
        for (var i = 0; i < COUNT; i++) {
            clients.threads.execute(clients::ask);
        }
        return clients;
    }

    private void ask() {
        while (!over.get()) {
            try (var connection = login.open();
                    var statement = connection.createStatement()) {
                while (!over.get()) {
                    statement.execute(query);
                    noteServed();
                    pause();
                }
            } catch (SQLException ended) {
                // The swap ended it, or its name is just changing hands: again.
            }
        }
    }

    /** As an application that does something with the answer: eight that only ask would have the machine to themselves. */
    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void noteServed() {
        var now = System.nanoTime();
        longestGap = Math.max(longestGap, now - lastServed);
        lastServed = now;
    }

    synchronized void forget() {
        longestGap = 0;
    }

    synchronized Duration longestGap() {
        return Duration.ofNanos(longestGap);
    }

    @Override
    public void close() {
        over.set(true);
        threads.close();
    }
}
