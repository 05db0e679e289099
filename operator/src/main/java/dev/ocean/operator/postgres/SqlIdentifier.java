package dev.ocean.operator.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The name of a role, database, schema or other object, exactly as the catalogs hold it.
 *
 * <p>Names longer than 63 bytes are refused, not cut: the server would cut them silently, and two names would mean one object. A violation is an
 * {@link IllegalArgumentException}, as requests are checked before and the server stores no other names.
 *
 * @param value 1 to 63 bytes of UTF-8 without NUL, unquoted
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS">PostgreSQL: Identifiers and Key Words</a>
 */
public record SqlIdentifier(String value) implements SqlFragment, Comparable<SqlIdentifier> {

    /** {@code NAMEDATALEN - 1} of every server that is built with the defaults. */
    public static final int MAX_BYTES = 63;

    public SqlIdentifier {
        if (!isUsable(value)) {
            throw new IllegalArgumentException(
                    "cannot use as SQL identifier: not 1 to " + MAX_BYTES + " bytes without NUL");
        }
    }

    public static SqlIdentifier of(String value) {
        return new SqlIdentifier(value);
    }

    /** Empty where {@code value} is no possible name; for input that was not checked otherwise, such as a Secret's. */
    public static Optional<SqlIdentifier> parse(String value) {
        return isUsable(value) ? Optional.of(new SqlIdentifier(value)) : Optional.empty();
    }

    @Override
    public String rendered() {
        return '"' + value.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(SqlIdentifier other) {
        return value.compareTo(other.value);
    }

    /** The bare name, for messages and logs. */
    @Override
    public String toString() {
        return value;
    }

    private static boolean isUsable(String value) {
        var bytes = value.getBytes(StandardCharsets.UTF_8).length;
        return bytes > 0 && bytes <= MAX_BYTES && value.indexOf('\0') < 0;
    }
}
