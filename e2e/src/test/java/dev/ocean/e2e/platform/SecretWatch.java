package dev.ocean.e2e.platform;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Logs in again and again with the Secret of every database of a scene that was Ready once, and notes what fails. */
public final class SecretWatch implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Scene scene;
    private final Set<String> published = new HashSet<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    private SecretWatch(Scene scene) {
        this.scene = scene;
        this.thread = Thread.ofPlatform().name("secret-watch").start(this::watch);
    }

    /** Looks until it is closed. */
    public static SecretWatch start(Scene scene) {
        return new SecretWatch(scene);
    }

    /** What failed until now, one line each. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** How many logins were tried. */
    public int logins() {
        return logins.get();
    }

    private void watch() {
        while (!over.get()) {
            scene.databases().forEach(database -> {
                if (database.condition("Ready").map(Seen.Condition::status).equals(Optional.of("True"))) {
                    database.value("status", "binding", "name").ifPresent(published::add);
                }
            });
            published.forEach(this::tryLogin);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void tryLogin(String secret) {
        if (over.get()) {
            return;
        }
        var values = scene.secret(secret);
        logins.incrementAndGet();
        try (var connection = scene.platform().login(values)) {
            if (!connection.isValid(5)) {
                failures.add(secret + ": the session is not valid");
            }
        } catch (SQLException e) {
            // A rotation may have run its whole overlap between the read and the login: what counts is what the Secret
            // says.
            if (isStillSo(secret, values)) {
                failures.add(secret + ": " + e.getMessage());
            }
        }
    }

    private boolean isStillSo(String secret, Map<String, String> values) {
        return values.equals(scene.secret(secret));
    }

    @Override
    public void close() {
        over.set(true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
