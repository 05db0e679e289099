package dev.ocean.operator.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code values.yaml} is the one source: the README's table is made from it, the schema must know the same keys. */
class ChartDocsTest {

    private static final String BEGIN = "<!-- values: begin -->\n";
    private static final String END = "<!-- values: end -->\n";

    private final String values = Chart.read(Chart.DIRECTORY.resolve("values.yaml"));
    private final JsonNode parsed = Chart.parse(values);

    /** @param key dotted path */
    private record Row(String key, String description) {}

    @Test
    void readmeListsEveryValue() {
        var readme = Chart.DIRECTORY.resolve("README.md");
        var text = Chart.read(readme);
        var rendered =
                text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + table() + text.substring(text.indexOf(END));

        new GoldenFile(readme).assertEquals(rendered);
    }

    @Test
    void everyValueIsDescribed() {
        var described = rows().stream().map(Row::key).toList();

        assertThat(leaves("", parsed)).allSatisfy(leaf -> assertThat(described)
                .as("a comment '# --' for %s or what it is in", leaf)
                .anyMatch(key -> leaf.equals(key) || leaf.startsWith(key + ".")));
    }

    @Test
    void schemaKnowsExactlyTheValues() {
        assertSameKeys("", Chart.parse(Chart.read(Chart.DIRECTORY.resolve("values.schema.json"))), parsed);
    }

    private static void assertSameKeys(String path, JsonNode schema, JsonNode value) {
        if (!schema.has("properties")) {
            return;
        }
        assertThat(schema.path("additionalProperties").isBoolean())
                .as("additionalProperties: false at '%s'", path)
                .isTrue();
        var known = new TreeSet<>(keys(schema.path("properties")));
        known.remove("global"); // Helm's own, given to every chart
        assertThat(known).as("keys at '%s'", path).isEqualTo(new TreeSet<>(keys(value)));
        for (var key : known) {
            assertSameKeys(path + "." + key, schema.path("properties").path(key), value.path(key));
        }
    }

    private String table() {
        var table = new StringBuilder("| Value | Default | Meaning |\n|---|---|---|\n");
        for (var row : rows()) {
            var value = parsed.at("/" + row.key().replace('.', '/'));
            table.append("| `%s` | `%s` | %s |\n".formatted(row.key(), value, row.description()));
        }
        return table.toString();
    }

    /** The values with a comment of two dashes before them, in the order of the file. */
    private List<Row> rows() {
        var rows = new ArrayList<Row>();
        var path = new ArrayDeque<String>();
        var description = "";
        for (var line : values.lines().toList()) {
            var text = line.strip();
            if (text.startsWith("# -- ")) {
                description = text.substring(5);
            } else if (text.matches("[A-Za-z]+:.*")) {
                var depth = (line.length() - line.stripLeading().length()) / 2;
                while (path.size() > depth) {
                    path.removeLast();
                }
                path.addLast(text.substring(0, text.indexOf(':')));
                if (!description.isEmpty()) {
                    rows.add(new Row(String.join(".", path), description));
                }
                description = "";
            }
        }
        return rows;
    }

    private static List<String> leaves(String prefix, JsonNode node) {
        if (!node.isObject() || node.isEmpty()) {
            return List.of(prefix);
        }
        return node.properties().stream()
                .flatMap(field ->
                        leaves(prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(), field.getValue())
                                .stream())
                .toList();
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }
}
