package dev.ocean.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import dev.ocean.operator.dump.PodSettings;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link PodSettings} from a JSON object whose fields are written as in a pod, each of them optional. What the API server would refuse in every Job is
 * refused once, here, as far as a text can tell.
 */
final class PodSettingsReader {

    private static final Pattern KEY =
            Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern ANYTHING = Pattern.compile("(?s).*");

    private static final TypeReference<List<LocalObjectReference>> REFERENCES = new TypeReference<>() {};
    private static final TypeReference<List<Toleration>> TOLERATIONS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<ResourceRequirements> RESOURCES = new TypeReference<>() {};
    private static final TypeReference<TreeMap<String, JsonNode>> FIELDS = new TypeReference<>() {};

    private static final ObjectMapper JSON = new ObjectMapper()
            .setAnnotationIntrospector(new WithoutAdditionalProperties())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final ObjectReader WHOLE =
            JSON.readerFor(FIELDS).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String key;
    private final List<String> errors;

    /**
     * @param key of the variable
     * @param errors takes a line for each field that is wrong
     */
    PodSettingsReader(String key, List<String> errors) {
        this.key = key;
        this.errors = errors;
    }

    /** @param text empty for the defaults */
    PodSettings read(String text) {
        var fields = fields(text);
        var settings = new PodSettings(
                take(fields, "imagePullSecrets", REFERENCES, PodSettingsReader::areNamed, List.of()),
                take(fields, "nodeSelector", TEXTS, texts -> areTexts(texts, LABEL), Map.of()),
                take(fields, "tolerations", TOLERATIONS, list -> list.stream().allMatch(Objects::nonNull), List.of()),
                take(fields, "labels", TEXTS, texts -> areTexts(texts, LABEL), Map.of()),
                take(fields, "annotations", TEXTS, texts -> areTexts(texts, ANYTHING), Map.of()),
                take(fields, "resources", RESOURCES, PodSettingsReader::areAmounts, PodSettings.RESOURCES));
        fields.keySet().forEach(unknown -> errors.add(key + " has no field '" + unknown + "'"));
        return settings;
    }

    private Map<String, JsonNode> fields(String text) {
        if (text.isEmpty()) {
            return Map.of();
        }
        try {
            @Nullable TreeMap<String, JsonNode> fields = WHOLE.readValue(text);
            if (fields != null) {
                return fields;
            }
        } catch (JsonProcessingException e) {
            // Told below, as what is null.
        }
        errors.add(key + " must be a JSON object, not '" + text + "'");
        return Map.of();
    }

    /** One field, which is then done with. */
    private <T> T take(
            Map<String, JsonNode> fields, String field, TypeReference<T> type, Predicate<T> valid, T otherwise) {
        if (!fields.containsKey(field)) {
            return otherwise;
        }
        var json = fields.remove(field);
        return parsed(json, type).filter(valid).orElseGet(() -> {
            errors.add(key + ": " + field + " must be as in a pod, not '" + json + "'");
            return otherwise;
        });
    }

    private static <T> Optional<T> parsed(JsonNode json, TypeReference<T> type) {
        try {
            return Optional.ofNullable(JSON.treeToValue(json, JSON.constructType(type)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean areNamed(List<LocalObjectReference> references) {
        return references.stream().allMatch(reference -> reference != null && reference.getName() != null);
    }

    private static boolean areTexts(Map<String, String> texts, Pattern value) {
        return texts.entrySet().stream()
                .allMatch(entry -> KEY.matcher(entry.getKey()).matches()
                        && entry.getValue() != null
                        && value.matcher(entry.getValue()).matches());
    }

    private static boolean areAmounts(ResourceRequirements resources) {
        return Stream.of(resources.getRequests(), resources.getLimits())
                .flatMap(amounts -> Stream.ofNullable(amounts))
                .flatMap(amounts -> amounts.values().stream())
                .allMatch(PodSettingsReader::isAmount);
    }

    private static boolean isAmount(Quantity quantity) {
        try {
            return quantity != null && quantity.getNumericalAmount().signum() >= 0;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    /** The client's models take fields that they do not know, and send them along. */
    private static final class WithoutAdditionalProperties extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }
}
