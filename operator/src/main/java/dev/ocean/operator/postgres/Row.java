package dev.ocean.operator.postgres;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One row of an answer, read by column label. A label that the query does not have, or a value of another type, is a bug of ours ({@link IllegalArgumentException}).
 *
 * <p>Values are kept as the server's text: asking the driver for their types would cost it queries of its own.
 */
public final class Row {

    private final Map<String, @Nullable String> columns;

    private Row(Map<String, @Nullable String> columns) {
        this.columns = columns;
    }

    /** For fakes. Values are String, Long, Integer, Boolean, {@code List<String>} or null; the map is copied. */
    public static Row of(Map<String, ? extends @Nullable Object> columns) {
        var texts = new LinkedHashMap<String, @Nullable String>();
        columns.forEach((label, value) -> texts.put(label, asServerText(value)));
        return new Row(texts);
    }

    /** Takes the map over. */
    static Row ofServerTexts(Map<String, @Nullable String> columns) {
        return new Row(columns);
    }

    /** The text of a column of any type; null for NULL. */
    public @Nullable String text(String label) {
        if (!columns.containsKey(label)) {
            throw new IllegalArgumentException("cannot read column \"" + label + "\": not in " + this);
        }
        return columns.get(label);
    }

    /** The text of a column that is never NULL. */
    public String requiredText(String label) {
        var text = text(label);
        if (text == null) {
            throw new IllegalArgumentException("cannot read column \"" + label + "\": it is NULL");
        }
        return text;
    }

    /** {@code smallint}, {@code integer}, {@code bigint} or {@code oid}; never NULL. */
    public long number(String label) {
        return Long.parseLong(requiredText(label));
    }

    /** {@code boolean}; never NULL. */
    public boolean flag(String label) {
        return switch (requiredText(label)) {
            case "t" -> true;
            case "f" -> false;
            default -> throw new IllegalArgumentException("cannot read column \"" + label + "\" as boolean");
        };
    }

    /** An array of one dimension ({@code text[]}, {@code name[]}, {@code oid[]}) without NULL elements; empty for NULL. */
    public List<String> texts(String label) {
        var text = text(label);
        return text == null ? List.of() : elements(text);
    }

    /** Labels only. */
    @Override
    public String toString() {
        return columns.keySet().toString();
    }

    /**
     * Reads the server's text of an array.
     *
     * @see <a href="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO">PostgreSQL: Array Input and Output Syntax</a>
     */
    private static List<String> elements(String array) {
        if (!array.startsWith("{") || !array.endsWith("}")) {
            throw new IllegalArgumentException("cannot read a column as array");
        }
        var elements = new ArrayList<String>();
        var element = new StringBuilder();
        var quoted = false;
        for (var at = 1; at < array.length(); at++) {
            var character = array.charAt(at);
            if (character == '\\') {
                at++;
                element.append(array.charAt(at));
            } else if (character == '"') {
                quoted = !quoted;
            } else if (quoted || (character != ',' && character != '}')) {
                element.append(character);
            } else if (array.length() > 2) {
                elements.add(element.toString());
                element.setLength(0);
            }
        }
        return List.copyOf(elements);
    }

    private static @Nullable String asServerText(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean flag -> flag ? "t" : "f";
            case List<?> list ->
                list.stream()
                        .map(element ->
                                '"' + element.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                        .collect(Collectors.joining(",", "{", "}"));
            case String text -> text;
            case Long number -> number.toString();
            case Integer number -> number.toString();
            default ->
                throw new IllegalArgumentException(
                        "cannot make a column of a " + value.getClass().getSimpleName());
        };
    }
}
