package dev.ocean.operator.postgres;

import org.postgresql.util.PasswordUtil;

/**
 * What the server stores instead of a password: {@code SCRAM-SHA-256$4096:<salt>$<stored key>:<server key>}. Computed here, so that no clear text reaches the server's
 * logs, {@code pg_stat_statements} or audit trail.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-authid.html">PostgreSQL: pg_authid</a>
 */
public final class ScramVerifier {

    public static final int SALT_BYTES = 16;

    /** PostgreSQL's default {@code scram_iterations}; more would make every login of a tenant dearer. */
    private static final int ITERATIONS = 4096;

    private final Password password;
    private final byte[] salt;

    private ScramVerifier(Password password, byte[] salt) {
        this.password = password;
        this.salt = salt;
    }

    /**
     * Costs nothing yet: most plans are made to find that there is nothing to do, and 4096 rounds of HMAC are milliseconds.
     *
     * @param salt {@link #SALT_BYTES} fresh random bytes; an argument, so that plans stay deterministic
     */
    public static ScramVerifier of(Password password, byte[] salt) {
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("cannot make a verifier with a salt of " + salt.length + " bytes");
        }
        return new ScramVerifier(password, salt.clone());
    }

    /** For {@code PASSWORD {}} of CREATE and ALTER ROLE. */
    public SqlLiteral literal() {
        return SqlLiteral.of(PasswordUtil.encodeScramSha256(password.revealCharacters(), ITERATIONS, salt.clone()));
    }

    @Override
    public String toString() {
        return "SCRAM-SHA-256$***";
    }
}
