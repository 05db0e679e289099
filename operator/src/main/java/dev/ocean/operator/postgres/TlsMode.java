package dev.ocean.operator.postgres;

import java.util.Arrays;
import java.util.Optional;

/**
 * The four of libpq's {@code sslmode} that keep what they promise: the opportunistic {@code allow} and {@code prefer} fall back to clear text and are not offered.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION">PostgreSQL: Protection Provided in Different Modes</a>
 */
public enum TlsMode {
    DISABLE("disable"),
    REQUIRE("require"),
    VERIFY_CA("verify-ca"),
    VERIFY_FULL("verify-full");

    private final String sslmode;

    TlsMode(String sslmode) {
        this.sslmode = sslmode;
    }

    /** Empty for any other text, {@code prefer} included. */
    public static Optional<TlsMode> of(String sslmode) {
        return Arrays.stream(values())
                .filter(mode -> mode.sslmode.equals(sslmode))
                .findFirst();
    }

    /** The word that libpq and pgjdbc use. */
    public String sslmode() {
        return sslmode;
    }

    /** Whether the server has to prove itself by a certificate of the given CA. */
    public boolean isVerifying() {
        return this == VERIFY_CA || this == VERIFY_FULL;
    }
}
