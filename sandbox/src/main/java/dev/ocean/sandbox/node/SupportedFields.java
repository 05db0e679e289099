package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a pod may ask for. A field that is not here would be ignored, and what runs would not be what was asked for. */
final class SupportedFields {

    // Indices are of no interest, but that there is only one container.
    private static final Pattern INDEX = Pattern.compile("(?<!containers)\\[\\d+]");

    private static final Set<String> FIELDS = fields();

    private SupportedFields() {}

    /**
     * Compares a pod with what the sandbox can do.
     *
     * @return the first field that it cannot, like {@code spec.containers[0].lifecycle.preStop}, with its value if only that is unsupported; empty if it can do all
     */
    static Optional<String> firstUnsupported(PodSpec spec, KubernetesSerialization serialization) {
        if (spec.getContainers().getFirst().getCommand().isEmpty()) {
            return Optional.of("spec.containers[0].command is missing: images have no entry point here");
        }
        return unsupported("", serialization.convertValue(spec, Map.class)).map(field -> "spec" + field);
    }

    private static Optional<String> unsupported(String path, Object value) {
        var known = INDEX.matcher(path).replaceAll("[]").replaceFirst("^\\.", "");
        if (FIELDS.contains(known) || FIELDS.contains(known + "=" + value)) {
            return Optional.empty();
        }
        return switch (value) {
            case Map<?, ?> fields ->
                fields.entrySet().stream()
                        .flatMap(field -> unsupported(path + "." + field.getKey(), field.getValue()).stream())
                        .findFirst();
            case List<?> elements ->
                IntStream.range(0, elements.size())
                        .mapToObj(i -> unsupported(path + "[" + i + "]", elements.get(i)))
                        .flatMap(Optional::stream)
                        .findFirst();
            default -> Optional.of(path + ": " + value);
        };
    }

    private static Set<String> fields() {
        try (var stream = Objects.requireNonNull(SupportedFields.class.getResourceAsStream("supported-fields.txt"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the supported fields", e);
        }
    }
}
