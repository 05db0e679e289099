package dev.ocean.operator.plan;

import dev.ocean.operator.postgres.ServerKey;
import java.time.Instant;
import java.util.List;

/** Lets a bench go on from a world that was prepared once: what a process remembers of logins, again. */
public final class ProofCopies {

    private ProofCopies() {}

    public static LoginProofs copy(LoginProofs original, Instant started, ServerKey server, List<String> logins) {
        var copy = new LoginProofs(started);
        logins.forEach(login -> original.of(server, login).ifPresent(proof -> copy.keep(server, login, proof)));
        return copy;
    }
}
