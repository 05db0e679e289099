package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Names a PostgresInstance. The only reference that may cross namespaces: it works if the instance's {@code allowedNamespaces} admits the namespace of the
 * object that refers to it.
 *
 * @param namespace null: the namespace of the object that refers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InstanceReference(
        @Required
        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.DNS_LABEL, message = Rules.DNS_LABEL_MESSAGE)
        @JsonPropertyDescription("Name of the PostgresInstance.")
        String name,

        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.DNS_LABEL, message = Rules.DNS_LABEL_MESSAGE)
        @JsonPropertyDescription(
                "Namespace of the PostgresInstance. Default: the namespace of this object. Another namespace works only if the instance's `allowedNamespaces` admits this one.")
        @Nullable
        String namespace) {}
