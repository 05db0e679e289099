package dev.ocean.operator.postgres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of an answer, read by column label. A label that the query does not have, or a value of another type, is a bug of ours ({@link IllegalArgumentException}).
 */
public final class Row {

    private final Map<String, @Nullable Object> columns;

    private Row(Map<String, @Nullable Object> columns) {
        this.columns = columns;
    }

    /** For fakes, too: values are String (any type without an entry of its own, such as {@code jsonb}), Long (all integers and {@code oid}), Boolean, {@code List<String>}, null. */
    public static Row of(Map<String, @Nullable Object> columns) {
        return new Row(new LinkedHashMap<>(columns));
    }

    /** Text of any column that is no number, flag or array; null for NULL. */
    public @Nullable String text(String label) {
        return value(label, String.class);
    }

    /** The text of a column that is never NULL. */
    public String requiredText(String label) {
        return required(label, text(label));
    }

    /** {@code smallint}, {@code integer}, {@code bigint}, {@code oid}; never NULL. */
    public long number(String label) {
        return required(label, value(label, Long.class));
    }

    /** {@code boolean}, never NULL. */
    public boolean flag(String label) {
        return required(label, value(label, Boolean.class));
    }

    /** {@code text[]} or {@code name[]}; empty for NULL. */
    public List<String> texts(String label) {
        List<?> value = value(label, List.class);
        return value == null ? List.of() : value.stream().map(String.class::cast).toList();
    }

    /** Labels only. */
    @Override
    public String toString() {
        return columns.keySet().toString();
    }

    private <T> @Nullable T value(String label, Class<T> type) {
        if (!columns.containsKey(label)) {
            throw new IllegalArgumentException("cannot read column \"" + label + "\": not in " + this);
        }
        var value = columns.get(label);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("cannot read column \"" + label + "\" as " + type.getSimpleName());
        }
        return type.cast(value);
    }

    private static <T> T required(String label, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("cannot read column \"" + label + "\": it is NULL");
        }
        return value;
    }
}
