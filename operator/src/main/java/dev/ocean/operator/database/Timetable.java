package dev.ocean.operator.database;

import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.tenancy.Slot;
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
                    .flatMap(ObservedSecret.Ours::passwordTime)
                    .map(time -> time.plus(overlap))
                    .filter(time -> time.isAfter(now))
                    .ifPresent(due::add);
        }
        due.add(active(request, seen)
                .flatMap(slot -> Optional.ofNullable(seen.proofs().get(slot)))
                .map(proof -> LoginProofs.holdsUntil(
                        proof,
                        request.names()
                                .login(active(request, seen).orElseThrow())
                                .value()))
                .orElse(seen.inheritedUntil()));
        return due.stream()
                .min(Comparator.naturalOrder())
                .map(time -> Duration.between(now, time).plus(SOON))
                .filter(time -> time.compareTo(NET) < 0)
                .map(time -> Optional.of(time)
                        .filter(positive -> positive.compareTo(SOON) > 0)
                        .orElse(SOON))
                .orElse(NET);
    }

    /** Only this one is proved again and again; what became of the other's proof concerns nobody. */
    private static Optional<Slot> active(DatabaseRequest request, ObservedDatabase seen) {
        return seen.ours().flatMap(ObservedSecret.Ours::credentials).flatMap(login -> request.names()
                .slotOf(login.username()));
    }
}
