package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The schema of {@code metav1.Condition} with all the constraints that its Go source carries; the generator sees bare strings in fabric8's class.
 *
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go">metav1.Condition</a>
 */
final class ConditionSchema {

    static final String TYPE_PATTERN =
            "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";
    static final String REASON_PATTERN = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";

    private ConditionSchema() {}

    static JSONSchemaProps of() {
        var properties = new TreeMap<String, JSONSchemaProps>();
        properties.put("type", type());
        properties.put("status", status());
        properties.put("observedGeneration", observedGeneration());
        properties.put("lastTransitionTime", lastTransitionTime());
        properties.put("reason", reason());
        properties.put("message", message());
        return new JSONSchemaPropsBuilder()
                .withType("object")
                .withProperties(properties)
                .withRequired("lastTransitionTime", "message", "reason", "status", "type")
                .build();
    }

    private static JSONSchemaProps type() {
        return new JSONSchemaPropsBuilder()
                .withType("string")
                .withDescription("What the condition is about, such as Ready.")
                .withMaxLength(316L)
                .withPattern(TYPE_PATTERN)
                .build();
    }

    private static JSONSchemaProps status() {
        List<JsonNode> values = Stream.of("True", "False", "Unknown")
                .<JsonNode>map(JsonNodeFactory.instance::textNode)
                .toList();
        return new JSONSchemaPropsBuilder()
                .withType("string")
                .withDescription("Whether it holds: True, False or Unknown.")
                .withEnum(values)
                .build();
    }

    private static JSONSchemaProps observedGeneration() {
        return new JSONSchemaPropsBuilder()
                .withType("integer")
                .withFormat("int64")
                .withDescription("The `metadata.generation` that the condition was set for.")
                .withMinimum(0.0)
                .build();
    }

    private static JSONSchemaProps lastTransitionTime() {
        return new JSONSchemaPropsBuilder()
                .withType("string")
                .withFormat("date-time")
                .withDescription("When `status` last changed.")
                .build();
    }

    private static JSONSchemaProps reason() {
        return new JSONSchemaPropsBuilder()
                .withType("string")
                .withDescription("Why, in one CamelCase word; docs/troubleshooting.md has an entry for each.")
                .withMinLength(1L)
                .withMaxLength(1024L)
                .withPattern(REASON_PATTERN)
                .build();
    }

    private static JSONSchemaProps message() {
        return new JSONSchemaPropsBuilder()
                .withType("string")
                .withDescription(
                        "Why, in a sentence for people; where something must be done, the last sentence says what.")
                .withMaxLength(32_768L)
                .build();
    }
}
