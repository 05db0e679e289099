package dev.ocean.operator.testkit;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What kstatus says of an object, as Flux and {@code kubectl apply --wait} hear it.
 *
 * @see <a href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/status/generic.go">kstatus: checkGenericProperties</a>
 */
public enum Kstatus {
    TERMINATING,
    IN_PROGRESS,
    FAILED,
    CURRENT;

    public static Kstatus of(
            long generation, boolean deleted, @Nullable Long observedGeneration, Collection<Condition> conditions) {
        if (deleted) {
            return TERMINATING;
        }
        if (observedGeneration != null && observedGeneration != generation) {
            return IN_PROGRESS;
        }
        if (isTrue(conditions, "Reconciling")) {
            return IN_PROGRESS;
        }
        if (isTrue(conditions, "Stalled")) {
            return FAILED;
        }
        // Ready is looked at last: anything but True is still on its way.
        return conditions.stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .allMatch(condition -> condition.getStatus().equals("True"))
                ? CURRENT
                : IN_PROGRESS;
    }

    private static boolean isTrue(Collection<Condition> conditions, String type) {
        return conditions.stream()
                .anyMatch(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals("True"));
    }
}
