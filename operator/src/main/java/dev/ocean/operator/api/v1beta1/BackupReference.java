package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Names a DatabaseBackup in the namespace of the object that refers to it. */
public record BackupReference(
        @Required
        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.DNS_LABEL, message = Rules.DNS_LABEL_MESSAGE)
        @JsonPropertyDescription("Name of the DatabaseBackup, in the same namespace.")
        String name) {}
