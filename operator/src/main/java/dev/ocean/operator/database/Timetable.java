package dev.ocean.operator.database;

import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.plan.LoginProofs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;

/** When to look again if nothing happens before. */
final class Timetable {

    /** A safety net: such a pass reads the last picture and costs no SQL. */
    static final Duration NET = Duration.ofMinutes(10);

    private static final Duration SOON = Duration.ofSeconds(1);

    private Timetable() {}

    /** The next thing that is due by the clock: a proof runs out, a rotation, the end of its overlap; at most {@link #NET}. */
    static Duration next(DatabaseRequest request, ObservedDatabase seen, Instant now, Duration overlap) {
        var due = new ArrayList<Instant>();
        request.rotateAfter().filter(time -> time.isAfter(now)).ifPresent(due::add);
        if (seen.logins().size() > 1) {
            seen.ours()
                    .map(ObservedSecret.Ours::passwordTime)
                    .map(time -> time.plus(overlap))
                    .filter(time -> time.isAfter(now))
                    .ifPresent(due::add);
        }
        seen.proofs()
                .forEach((slot, proof) -> due.add(LoginProofs.holdsUntil(
                        proof, request.names().login(slot).value())));
        if (seen.proofs().isEmpty()) {
            due.add(seen.inheritedUntil());
        }
        return due.stream()
                .min(Comparator.naturalOrder())
                .map(time -> Duration.between(now, time).plus(SOON))
                .filter(time -> time.compareTo(NET) < 0)
                .map(time -> Optional.of(time)
                        .filter(positive -> positive.compareTo(SOON) > 0)
                        .orElse(SOON))
                .orElse(NET);
    }
}
