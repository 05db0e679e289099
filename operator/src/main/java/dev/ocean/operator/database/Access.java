package dev.ocean.operator.database;

import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.plan.Fresh;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.LoginProofs.Outcome;
import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.Slot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which login applications are to use, and which one a rotation is bringing in.
 *
 * @param active the slot of the Secret's main keys
 * @param credentials what they are to hold
 * @param isNew whether the server cannot know this password yet, because it was made a moment ago
 * @param passwordTime when it was made
 * @param next the other slot's login, while a rotation brings it in
 */
record Access(Slot active, Credentials credentials, boolean isNew, Instant passwordTime, Optional<Credentials> next) {

    static Access of(DatabaseRequest request, ObservedDatabase seen, Fresh fresh, Instant now) {
        var current = current(request, seen, fresh, now);
        var next = seen.ours().flatMap(ObservedSecret.Ours::next).filter(login -> login.username()
                .equals(request.names().login(current.active.other()).value()));
        if (next.isEmpty()) {
            return current.isRotationDue(request, seen, now)
                    ? current.with(beginning(request, current, fresh))
                    : current;
        }
        return proves(request, seen, current.active.other(), next.get(), now)
                ? new Access(current.active.other(), next.get(), false, now, Optional.empty())
                : current.with(next.get());
    }

    private static Access current(DatabaseRequest request, ObservedDatabase seen, Fresh fresh, Instant now) {
        // Under a changed name the Secret starts with what the former one held: no pod's connection breaks by a rename.
        var secret = seen.ours().or(() -> seen.formerSecret().map(ObservedDatabase.FormerSecret::secret));
        var kept = secret.flatMap(ObservedSecret.Ours::credentials);
        var slot = kept.flatMap(login -> request.names().slotOf(login.username()));
        if (secret.isPresent() && kept.isPresent() && slot.isPresent()) {
            // Where nobody can tell when the password was made, the overlap begins anew: never sooner is what
            // applications rely on.
            var made = secret.get().isPasswordEdited()
                    ? now
                    : secret.get().passwordTime().orElse(now);
            return new Access(slot.get(), kept.get(), false, made, Optional.empty());
        }
        var active = fallback(seen.logins(request.mark()));
        var name = request.names().login(active).value();
        var password = secret.map(found -> found.values().getOrDefault(ConnectionSecret.PASSWORD, ""))
                .filter(ConnectionSecret::isUsable);
        return password.map(text ->
                        new Access(active, new Credentials(name, Password.of(text)), false, now, Optional.empty()))
                .orElseGet(
                        () -> new Access(active, new Credentials(name, fresh.password()), true, now, Optional.empty()));
    }

    /** Without a Secret to say it: the slot that may log in, else one that exists, else the first. */
    private static Slot fallback(Map<Slot, RoleFacts> logins) {
        return logins.entrySet().stream()
                .filter(entry -> entry.getValue().login())
                .map(Map.Entry::getKey)
                .findFirst()
                .or(() -> logins.keySet().stream().findFirst())
                .orElse(Slot.A);
    }

    /** The slots that are used now. */
    List<Slot> slots() {
        return next.isPresent() ? List.of(active, active.other()) : List.of(active);
    }

    /** Only once the database stands and its present login exists; before, there is nothing to rotate. */
    private boolean isRotationDue(DatabaseRequest request, ObservedDatabase seen, Instant now) {
        return !isNew
                && seen.login(active).filter(RoleFacts::login).isPresent()
                // The login that the last rotation replaced has the whole of its overlap.
                && seen.login(active.other()).filter(RoleFacts::login).isEmpty()
                && request.rotateAfter()
                        .filter(time -> !time.isAfter(now) && passwordTime.isBefore(time))
                        .isPresent();
    }

    private static Credentials beginning(DatabaseRequest request, Access current, Fresh fresh) {
        return new Credentials(request.names().login(current.active.other()).value(), fresh.password());
    }

    private Access with(Credentials login) {
        return new Access(active, credentials, isNew, passwordTime, Optional.of(login));
    }

    /** Whether the login with exactly these values was accepted, recently enough, and works as the owner. */
    static boolean proves(
            DatabaseRequest request, ObservedDatabase seen, Slot slot, Credentials credentials, Instant now) {
        return proof(request, seen, slot, credentials)
                .filter(proof -> proof.outcome() != Outcome.REFUSED && !isStray(request, proof))
                .filter(proof -> now.isBefore(LoginProofs.holdsUntil(proof, credentials.username())))
                .isPresent();
    }

    /** Whether the login does not work as the owner: what it makes would be its own. A setting in one database does that, and no picture shows it. */
    static boolean isStray(DatabaseRequest request, LoginProof proof) {
        return proof.sight()
                .filter(sight -> !sight.role().equals(request.names().owner().value()))
                .isPresent();
    }

    /** What the last login with exactly these values came to. */
    static Optional<LoginProof> proof(
            DatabaseRequest request, ObservedDatabase seen, Slot slot, Credentials credentials) {
        return Optional.ofNullable(seen.proofs().get(slot))
                .filter(proof -> proof.isAbout(Fingerprint.of(request, credentials)));
    }
}
