package dev.ocean.operator.plan;

import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.tenancy.TenantFurniture.Sight;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the last login with a Secret's values came to, per server and login. Kept in memory only: after a restart a login that the status calls proved is tried again
 * within minutes, spread, so that a thousand of them are not a thousand connections at once.
 */
public final class LoginProofs {

    /** A tenant can change its own password, and no catalog that we may read shows it: so about hourly. */
    private static final Duration HOLDS = Duration.ofHours(1);

    private static final Duration SPREAD = Duration.ofMinutes(10);

    private final AtomicReference<Instant> started;
    private final Map<Key, LoginProof> proofs = new ConcurrentHashMap<>();

    public LoginProofs(Instant started) {
        this.started = new AtomicReference<>(started);
    }

    /** From now on this process works; what others proved before is taken over from here. */
    public void begin(Instant now) {
        started.set(now);
    }

    private record Key(ServerKey server, String login) {}

    /**
     * @param outcome what the server said
     * @param sight what the login saw; empty unless it was accepted with a free connection
     */
    public record LoginProof(String fingerprint, Outcome outcome, Optional<Sight> sight, Instant time) {

        /** Whether it still says something about {@code fingerprint}. */
        public boolean isAbout(String wanted) {
            return fingerprint.equals(wanted);
        }
    }

    public enum Outcome {
        ACCEPTED,
        /** Accepted, but there was no free connection to look around. */
        ACCEPTED_BUT_FULL,
        REFUSED
    }

    public Optional<LoginProof> of(ServerKey server, String login) {
        return Optional.ofNullable(proofs.get(new Key(server, login)));
    }

    void keep(ServerKey server, String login, LoginProof proof) {
        proofs.put(new Key(server, login), proof);
    }

    /** After an outage another replica may answer, with other passwords: what was proved before holds only for the spread of a few minutes more. */
    public void age(ServerKey server, Instant now) {
        proofs.replaceAll((key, proof) -> key.server().equals(server)
                ? new LoginProof(proof.fingerprint(), proof.outcome(), proof.sight(), now.minus(HOLDS))
                : proof);
    }

    public void forget(ServerKey server, String login) {
        proofs.remove(new Key(server, login));
    }

    /** Until when a proof holds, spread by login over a few minutes. */
    public static Instant holdsUntil(LoginProof proof, String login) {
        return proof.time().plus(HOLDS).plus(spread(login));
    }

    /** Until when what a predecessor of this process proved is taken for good. */
    public Instant inheritedUntil(String login) {
        return started.get().plus(spread(login));
    }

    private static Duration spread(String login) {
        return Duration.ofSeconds(Math.floorMod(login.hashCode(), SPREAD.toSeconds()));
    }
}
