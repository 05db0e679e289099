package dev.ocean.operator.postgres;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An array of texts in a statement: {@code ARRAY['a','b']::pg_catalog.text[]}.
 *
 * @param values texts without NUL, in this order; may be empty
 */
public record SqlTexts(List<String> values) implements SqlFragment {

    public SqlTexts {
        values = List.copyOf(values);
        values.forEach(SqlLiteral::new);
    }

    public static SqlTexts of(List<String> values) {
        return new SqlTexts(values);
    }

    @Override
    public String rendered() {
        return values.stream()
                .map(value -> new SqlLiteral(value).rendered())
                .collect(Collectors.joining(",", "ARRAY[", "]::pg_catalog.text[]"));
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "SqlTexts";
    }
}
