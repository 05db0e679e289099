package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;

/**
 * A place in a definition's schema.
 *
 * @param crd name of the definition
 * @param path as in an API server's error, with {@code []} for the items of a list and {@code {}} for the values of a map; empty for the root
 * @param name of the property; of the list or map for its items and values
 */
record SchemaField(String crd, String path, String name, JsonNode schema) {

    /** Every place of every definition: objects before what they hold. */
    static Stream<SchemaField> all() {
        return CrdFiles.trees().entrySet().stream()
                .flatMap(crd -> new SchemaField(crd.getKey(), "", "", root(crd.getValue())).withDescendants());
    }

    /** Those that a user meets as a field: neither the root, nor items, nor values. */
    boolean isProperty() {
        return !path.isEmpty() && !path.endsWith("]") && !path.endsWith("}");
    }

    boolean isOfType(String type) {
        return schema.path("type").asText().equals(type);
    }

    boolean isConditions() {
        return path.equals("status.conditions");
    }

    static JsonNode root(JsonNode crd) {
        return crd.at("/spec/versions/0/schema/openAPIV3Schema");
    }

    private Stream<SchemaField> withDescendants() {
        return Stream.concat(Stream.of(this), children().flatMap(SchemaField::withDescendants));
    }

    private Stream<SchemaField> children() {
        Stream<SchemaField> properties = schema.path("properties").properties().stream()
                .map(property -> new SchemaField(
                        crd,
                        path.isEmpty() ? property.getKey() : path + "." + property.getKey(),
                        property.getKey(),
                        property.getValue()));
        Stream<SchemaField> items = only("items", "[]");
        Stream<SchemaField> values = only("additionalProperties", "{}");
        return Stream.of(properties, items, values).flatMap(children -> children);
    }

    private Stream<SchemaField> only(String keyword, String suffix) {
        return schema.has(keyword)
                ? Stream.of(new SchemaField(crd, path + suffix, name, schema.get(keyword)))
                : Stream.empty();
    }

    @Override
    public String toString() {
        return crd + " " + path;
    }
}
