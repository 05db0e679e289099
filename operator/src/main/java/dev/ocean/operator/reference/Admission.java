package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.NamespaceSelector;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.From;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether an instance admits databases of a namespace. What is not understood admits nobody. */
final class Admission {

    private Admission() {}

    static boolean admits(PostgresInstance instance, String namespace, Lookup lookup) {
        if (instance.getMetadata().getNamespace().equals(namespace)) {
            return true;
        }
        var allowed = instance.getSpec().allowedNamespaces();
        var from = allowed.from();
        if (from == From.ALL) {
            return true;
        }
        return from == From.SELECTOR
                && lookup.find(Namespace.class, namespace)
                        .map(found ->
                                Objects.requireNonNullElse(found.getMetadata().getLabels(), Map.<String, String>of()))
                        .filter(labels -> matches(allowed.selector(), labels))
                        .isPresent();
    }

    /** @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label selectors</a>: all must hold */
    static boolean matches(@Nullable NamespaceSelector selector, Map<String, String> labels) {
        // Kubernetes lets an empty selector match everything; ours is never empty, so one that is was not understood.
        if (selector == null
                || (selector.matchLabels().isEmpty()
                        && selector.matchExpressions().isEmpty())) {
            return false;
        }
        return selector.matchLabels().entrySet().stream()
                        .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())))
                && selector.matchExpressions().stream().allMatch(requirement -> matches(requirement, labels));
    }

    private static boolean matches(NamespaceSelector.Requirement requirement, Map<String, String> labels) {
        var value = labels.get(requirement.key());
        var operator = requirement.operator();
        if (operator == null) {
            return false;
        }
        return switch (operator) {
            case IN -> value != null && requirement.values().contains(value);
            case NOT_IN -> value == null || !requirement.values().contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
        };
    }
}
