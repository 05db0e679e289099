package dev.ocean.e2e.platform;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an object's YAML shows its reader. */
public record Seen(GenericKubernetesResource object) {

    /**
     * One condition.
     *
     * @param message ends with what to do where something must be done
     */
    public record Condition(String status, String reason, String message) {}

    /** The condition of this type, if it is there. */
    public Optional<Condition> condition(String type) {
        List<?> conditions =
                Optional.<List<?>>ofNullable(object.get("status", "conditions")).orElseGet(List::of);
        return conditions.stream()
                .map(condition -> (Map<?, ?>) condition)
                .filter(condition -> type.equals(condition.get("type")))
                .map(condition -> new Condition(
                        text(condition.get("status")), text(condition.get("reason")), text(condition.get("message"))))
                .findFirst();
    }

    /** A value by its path; empty if it is not there. */
    public Optional<String> value(String... path) {
        return Optional.<Object>ofNullable(object.get((Object[]) path)).map(Object::toString);
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }
}
