package dev.ocean.operator.plan;

import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.ScramVerifier;
import java.util.random.RandomGenerator;

/** Where plans get new secrets from: an argument, so that planning stays a function. */
public record Fresh(RandomGenerator random) {

    public Password password() {
        return Password.generate(random);
    }

    /** A verifier with a fresh salt. */
    public ScramVerifier verifier(Password password) {
        var salt = new byte[ScramVerifier.SALT_BYTES];
        random.nextBytes(salt);
        return ScramVerifier.of(password, salt);
    }
}
