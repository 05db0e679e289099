package dev.ocean.operator.dump;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;

/**
 * What the pods of Jobs have beside what we give them, as a cluster asks for it.
 *
 * @param imagePullSecrets in the namespace of each database
 * @param labels ours win
 */
public record PodSettings(
        List<LocalObjectReference> imagePullSecrets,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        Map<String, String> labels,
        Map<String, String> annotations,
        ResourceRequirements resources) {

    /** No CPU limit: a dump holds a snapshot, and a throttled one holds it longer. */
    public static final ResourceRequirements RESOURCES = new ResourceRequirementsBuilder()
            .addToRequests("cpu", new Quantity("50m"))
            .addToRequests("memory", new Quantity("64Mi"))
            .addToLimits("memory", new Quantity("512Mi"))
            .build();

    public static final PodSettings DEFAULTS =
            new PodSettings(List.of(), Map.of(), List.of(), Map.of(), Map.of(), RESOURCES);

    public PodSettings {
        imagePullSecrets = List.copyOf(imagePullSecrets);
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
