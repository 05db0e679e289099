package dev.ocean.operator.postgres;

/** A whole number in a statement, such as a connection limit. */
public record SqlNumber(long value) implements SqlFragment {

    public static SqlNumber of(long value) {
        return new SqlNumber(value);
    }

    @Override
    public String rendered() {
        return Long.toString(value);
    }
}
