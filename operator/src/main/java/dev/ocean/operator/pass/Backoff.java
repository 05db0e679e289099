package dev.ocean.operator.pass;

import dev.ocean.operator.report.ProblemKind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** How long to wait after the n-th failure in a row of one object; kept in memory, so after a restart everything is tried once. */
public final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LAST = Duration.ofMinutes(5);
    private static final int LAST_DOUBLING = 6;

    private final RandomGenerator jitter;
    private final Map<Key, Integer> failures = new ConcurrentHashMap<>();

    public Backoff(RandomGenerator jitter) {
        this.jitter = jitter;
    }

    /** Kinds are counted apart: a moment of being busy does not end an outage. */
    private record Key(String uid, ProblemKind kind) {}

    /** Counts one more failure of {@code uid} and returns how many of this kind there were since its last success. */
    int failed(String uid, ProblemKind kind) {
        return failures.merge(new Key(uid, kind), 1, Integer::sum);
    }

    /** How many failures of this kind {@code uid} had since its last success. */
    int count(String uid, ProblemKind kind) {
        return failures.getOrDefault(new Key(uid, kind), 0);
    }

    void succeeded(String uid) {
        for (var kind : ProblemKind.values()) {
            failures.remove(new Key(uid, kind));
        }
    }

    /** 5 s doubling to 5 min, each up to a quarter longer: what failed together does not come back together. */
    Duration after(int failuresInARow) {
        var doubled = FIRST.multipliedBy(1L << Math.min(failuresInARow - 1, LAST_DOUBLING));
        var base = doubled.compareTo(LAST) < 0 ? doubled : LAST;
        return base.plusMillis(jitter.nextLong(base.toMillis() / 4));
    }

    /** For what is only busy: a moment, longer after many. */
    Duration moment(int failuresInARow) {
        var base = Math.min(200L + 20L * failuresInARow, 2000L);
        return Duration.ofMillis(base + jitter.nextLong(base));
    }
}
