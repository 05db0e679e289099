package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Names a Secret in the namespace of the object that refers to it; another namespace cannot be said anywhere. */
public record SecretReference(
        @Required
        @Size(min = 1, max = 253)
        @ValidationRule(value = Rules.DNS_SUBDOMAIN, message = Rules.DNS_SUBDOMAIN_MESSAGE)
        @JsonPropertyDescription(
                "Name of the Secret, in the same namespace. If it changes, the new Secret is read at once.")
        String name) {}
