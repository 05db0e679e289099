package dev.ocean.operator.postgres;

import com.google.errorprone.annotations.CompileTimeConstant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A statement, or several in one round trip and one implicit transaction, with the id under which logs and metrics know it.
 *
 * <p>Its text consists of constants of our source (checked by the compiler) and of {@link SqlFragment}s, nothing else. Bind parameters ({@code ?} in the text, which
 * then may stand nowhere else outside quotes) are for queries that are repeated with other values: their text stays the same, so the server keeps the plan. DDL takes
 * fragments only.
 */
public final class SqlStatement {

    private final String id;
    private final String text;
    private final List<Object> parameters;
    private final Pace pace;
    private final int parts;

    private SqlStatement(String id, String text, List<Object> parameters, Pace pace, int parts) {
        this.id = id;
        this.text = text;
        this.parameters = List.copyOf(parameters);
        this.pace = pace;
        this.parts = parts;
    }

    /**
     * One statement.
     *
     * @param id short, kebab-case, unique per kind of statement: {@code create-role}
     * @param template SQL with one <code>{}</code> for each fragment, in order
     * @throws IllegalArgumentException if placeholders and fragments differ in number
     */
    public static SqlStatement of(
            @CompileTimeConstant String id, @CompileTimeConstant String template, SqlFragment... fragments) {
        return new SqlStatement(id, filled(id, template, fragments), List.of(), Pace.QUICK, 1);
    }

    /**
     * All parts in one round trip and one implicit transaction: all of them take effect or none. Only a first {@code CREATE DATABASE} or {@code DROP DATABASE} commits
     * alone.
     *
     * @param parts at least one, run in this order
     */
    public static SqlStatement all(@CompileTimeConstant String id, List<SqlStatement> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("cannot join no statements as \"" + id + "\"");
        }
        return joined(id, parts);
    }

    /** This statement and the next in one round trip and one implicit transaction; the id is {@code this+next}. */
    public SqlStatement then(SqlStatement next) {
        return joined(id + "+" + next.id, List.of(this, next));
    }

    /** The same statement with a text for its next {@code ?}. */
    public SqlStatement with(String value) {
        return withParameter(value);
    }

    /** The same statement with a {@code bigint} for its next {@code ?}. */
    public SqlStatement with(long value) {
        return withParameter(value);
    }

    /** The same statement with a {@code text[]} for its next {@code ?}. */
    public SqlStatement withTexts(List<String> values) {
        return withParameter(values.toArray(String[]::new));
    }

    /** The same statement with a {@code bigint[]} for its next {@code ?}; fits {@code oid = ANY (?)}. */
    public SqlStatement withNumbers(List<Long> values) {
        return withParameter(values.toArray(Long[]::new));
    }

    /** The same statement, allowed to take up to ten minutes (all others: 8 seconds): CREATE and DROP DATABASE, REASSIGN and DROP OWNED, CREATE EXTENSION. */
    public SqlStatement slow() {
        return new SqlStatement(id, text, parameters, Pace.SLOW, parts);
    }

    public String id() {
        return id;
    }

    /** For the connection and for rendering tests; it may contain verifiers, so never for logs. */
    public String text() {
        return text;
    }

    /** String, Long, String[] or Long[], in the order of the {@code ?}. */
    List<Object> parameters() {
        return parameters;
    }

    Pace pace() {
        return pace;
    }

    /** How many statements are joined in it. */
    int parts() {
        return parts;
    }

    @Override
    public String toString() {
        return id;
    }

    private SqlStatement withParameter(Object value) {
        var longer = new ArrayList<>(parameters);
        longer.add(value);
        return new SqlStatement(id, text, longer, pace, parts);
    }

    private static SqlStatement joined(String id, List<SqlStatement> parts) {
        var text = parts.stream().map(SqlStatement::text).collect(Collectors.joining(";\n"));
        var parameters =
                parts.stream().flatMap(part -> part.parameters.stream()).toList();
        var pace = parts.stream().anyMatch(part -> part.pace == Pace.SLOW) ? Pace.SLOW : Pace.QUICK;
        return new SqlStatement(
                id,
                text,
                parameters,
                pace,
                parts.stream().mapToInt(SqlStatement::parts).sum());
    }

    private static String filled(String id, String template, SqlFragment... fragments) {
        var text = new StringBuilder();
        var from = 0;
        for (var fragment : fragments) {
            var at = template.indexOf("{}", from);
            if (at < 0) {
                throw new IllegalArgumentException(
                        "cannot fill statement \"" + id + "\": more fragments than placeholders");
            }
            text.append(template, from, at).append(fragment.rendered());
            from = at + 2;
        }
        if (template.indexOf("{}", from) >= 0) {
            throw new IllegalArgumentException(
                    "cannot fill statement \"" + id + "\": more placeholders than fragments");
        }
        return text.append(template, from, template.length()).toString();
    }
}
