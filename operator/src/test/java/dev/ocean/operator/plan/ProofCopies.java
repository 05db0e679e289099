package dev.ocean.operator.plan;

import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.tenancy.TenantFurniture;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets a bench go on from a world that was prepared once: what a process remembers of logins, again. */
public final class ProofCopies {

    private ProofCopies() {}

    public static LoginProofs copy(LoginProofs original, Instant started, ServerKey server, List<String> logins) {
        var copy = new LoginProofs(started);
        logins.forEach(login -> original.of(server, login).ifPresent(proof -> copy.keep(server, login, proof)));
        return copy;
    }

    public static void keep(LoginProofs proofs, ServerKey server, String login, String fingerprint, Instant now) {
        var sight = new TenantFurniture.Sight(login.replaceAll("__[ab]$", "__owner"), login, Map.of());
        proofs.keep(
                server,
                login,
                new LoginProofs.LoginProof(fingerprint, LoginProofs.Outcome.ACCEPTED, Optional.of(sight), now));
    }
}
