package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Holds back counts that change many times a second, so that a hundred new databases are not two hundred writes of their project. */
final class Counting {

    private static final Duration BETWEEN = Duration.ofSeconds(5);

    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    /** How long to wait before this status may be written; zero for now. */
    Duration wait(Project cr, ProjectStatus next, Instant now) {
        var old = cr.getStatus();
        var uid = cr.getMetadata().getUid();
        var last = written.get(uid);
        var onlyCounts = old != null
                && Objects.equals(old.observedGeneration(), next.observedGeneration())
                && old.conditions().equals(next.conditions());
        if (onlyCounts && last != null && last.plus(BETWEEN).isAfter(now)) {
            return Duration.between(now, last.plus(BETWEEN));
        }
        if (!next.equals(old)) {
            written.put(uid, now);
        }
        return Duration.ZERO;
    }

    void forget(Project cr) {
        written.remove(cr.getMetadata().getUid());
    }
}
