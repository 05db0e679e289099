package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An object that lies beside this class as YAML, with values in the place of {@code ${NAME}}. */
record Template(String file) {

    private static final Pattern NAME = Pattern.compile("\\$\\{(\\w+)}");

    /** {@return the object}; a value is one whatever is in it, as it is filled in after parsing. */
    <T extends HasMetadata> T with(Map<String, String> values, Class<T> type, KubernetesSerialization yaml) {
        try (var stream = Objects.requireNonNull(Template.class.getResourceAsStream(file), file)) {
            return yaml.convertValue(filled(yaml.unmarshal(stream, Map.class), values), type);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + file + "\"", e);
        }
    }

    private static Object filled(Object part, Map<String, String> values) {
        return switch (part) {
            case Map<?, ?> fields ->
                fields.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, field -> filled(field.getValue(), values)));
            case List<?> elements ->
                elements.stream().map(element -> filled(element, values)).toList();
            case String text ->
                NAME.matcher(text)
                        .replaceAll(name -> Matcher.quoteReplacement(String.valueOf(values.get(name.group(1)))));
            default -> part;
        };
    }
}
