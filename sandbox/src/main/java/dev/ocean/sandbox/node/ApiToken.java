package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/**
 * The volume with a token of the service account that admission adds to every pod that does not refuse it. It is left out: programs look for it at a fixed path, which a process without a file system of its own does not have.
 */
final class ApiToken {

    private static final String PREFIX = "kube-api-access-";

    private ApiToken() {}

    static Pod removedFrom(Pod pod) {
        var copy = new PodBuilder(pod).build();
        copy.getSpec().getVolumes().removeIf(volume -> volume.getName().startsWith(PREFIX));
        copy.getSpec().getContainers().forEach(container -> container
                .getVolumeMounts()
                .removeIf(mount -> mount.getName().startsWith(PREFIX)));
        return copy;
    }
}
