package dev.ocean.operator.postgres;

/**
 * A text value as SQL literal, for statements that take no bind parameters (DDL).
 *
 * <p>Backslashes are left alone: connections refuse servers on which {@code standard_conforming_strings} is off.
 *
 * @param value any text without NUL, which no PostgreSQL text can hold
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS">PostgreSQL: String Constants</a>
 */
public record SqlLiteral(String value) implements SqlFragment {

    public SqlLiteral {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("cannot use a text with NUL as SQL literal");
        }
    }

    public static SqlLiteral of(String value) {
        return new SqlLiteral(value);
    }

    @Override
    public String rendered() {
        return '\'' + value.replace("'", "''") + '\'';
    }

    /** Never the value: it may be a verifier. */
    @Override
    public String toString() {
        return "SqlLiteral";
    }
}
