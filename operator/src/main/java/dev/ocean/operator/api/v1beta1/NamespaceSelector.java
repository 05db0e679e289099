package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kubernetes' label selector with bounds. All of it must match; it is never empty, because an empty one would match every namespace. */
@ValidationRule(
        value =
                "(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",
        message = "must have `matchLabels` or `matchExpressions`; every namespace is `from: All`")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NamespaceSelector(
        @Size(max = 16)
        @ValidationRule(value = Rules.LABEL_KEYS, message = Rules.LABEL_KEYS_MESSAGE)
        @ValidationRule(value = Rules.LABEL_VALUES, message = Rules.LABEL_VALUES_MESSAGE)
        @JsonPropertyDescription(
                "Labels that a namespace must have, with these values. If they change, other namespaces are admitted at once.")
        Map<String, @Size(max = 63) String> matchLabels,

        @Size(max = 16)
        @JsonPropertyDescription(
                "Requirements on a namespace's labels; all of them must hold. If they change, other namespaces are admitted at once.")
        List<Requirement> matchExpressions) {

    public NamespaceSelector {
        matchLabels = Copies.ofMap(matchLabels);
        matchExpressions = Copies.ofList(matchExpressions);
    }

    /**
     * One requirement.
     *
     * @param operator null only for a value of a newer API version
     * @param values not empty for {@code IN} and {@code NOT_IN}, else empty
     */
    @ValidationRule(
            value = "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
            message = "must have `values` if `operator` is 'In' or 'NotIn', and only then")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Requirement(
            @Required
            @Size(min = 1, max = 317)
            @ValidationRule(value = Rules.LABEL_KEY, message = Rules.LABEL_KEY_MESSAGE)
            @JsonPropertyDescription("The label's key.")
            String key,

            @Required
            @JsonPropertyDescription(
                    "How the label's value relates to `values`; `Exists` and `DoesNotExist` look at the key alone.")
            @Nullable
            Operator operator,

            @Size(max = 64)
            @ValidationRule(
                    value = "self.all(v, v.matches('^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$'))",
                    message =
                            "must be label values: letters, digits, '-', '_' and '.', with a letter or digit at both ends")
            @JsonPropertyDescription("Values for `In` and `NotIn`.")
            List<@Size(max = 63) String> values) {

        public Requirement {
            values = Copies.ofList(values);
        }
    }

    /** The operators of Kubernetes' label selectors. */
    public enum Operator {
        @JsonProperty("In")
        IN,
        @JsonProperty("NotIn")
        NOT_IN,
        @JsonProperty("Exists")
        EXISTS,
        @JsonProperty("DoesNotExist")
        DOES_NOT_EXIST
    }
}
