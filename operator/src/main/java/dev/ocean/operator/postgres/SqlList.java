package dev.ocean.operator.postgres;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Several fragments, separated by commas, where SQL takes a list: {@code SET search_path TO 'a', 'b'}.
 *
 * @param parts at least one
 */
public record SqlList(List<SqlFragment> parts) implements SqlFragment {

    public SqlList {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("cannot use an empty list in a statement");
        }
    }

    public static SqlList ofLiterals(List<String> values) {
        return new SqlList(
                values.stream().map(SqlLiteral::of).map(SqlFragment.class::cast).toList());
    }

    @Override
    public String rendered() {
        return parts.stream().map(SqlFragment::rendered).collect(Collectors.joining(", "));
    }
}
