package dev.ocean.sandbox.node;

import dev.ocean.sandbox.process.Command;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the command that stands in for a pod's container. */
record ContainerSetup(PodSources sources, ToolSets toolSets, ClaimVolumes claims) {

    /**
     * Makes all that the command needs, in the order of a kubelet: volumes, image, configuration.
     *
     * @throws Obstacle if something is missing
     */
    Command command(Pod pod, PodDirectory directory) {
        var container = pod.getSpec().getContainers().getFirst();
        var volumes = new PodVolumes(pod, sources, claims).make(directory);
        var path = toolSets.path(container.getImage());
        requireUser(pod, container);
        var mounts = mounts(container, volumes, directory);
        var variables = new ContainerVariables(pod, sources, mounts).of(container);
        var environment = new HashMap<>(surroundings(pod, path, mounts, directory));
        environment.putAll(variables);
        return Command.of("pod " + pod.getMetadata().getName(), line(container, mounts, variables), directory.log())
                .as(directory.owner())
                .withNothingBut(environment);
    }

    private static List<String> line(Container container, MountTable mounts, Map<String, String> variables) {
        var line = new ArrayList<String>();
        Optional.ofNullable(container.getWorkingDir()).ifPresent(path -> line.addAll(changingTo(path, mounts)));
        Stream.concat(container.getCommand().stream(), container.getArgs().stream())
                .map(part -> VariableReferences.resolve(mounts.rewrite(part), variables))
                .forEach(line::add);
        return line;
    }

    /** {@return the beginning of a command line that goes on in another directory} */
    private static List<String> changingTo(String path, MountTable mounts) {
        var directory = mounts.rewrite(path);
        if (directory.equals(path)) {
            throw Obstacle.configuration("workingDir \"%s\" is in no volume".formatted(path));
        }
        return List.of("sh", "-c", "cd -- \"$0\" && exec \"$@\"", directory);
    }

    private static MountTable mounts(Container container, Map<String, Path> volumes, PodDirectory directory) {
        var targets = new HashMap<String, Path>();
        targets.put(container.getTerminationMessagePath(), directory.terminationMessage());
        for (var mount : container.getVolumeMounts()) {
            var path = mount.getMountPath().replaceFirst("(?<=.)/+$", "");
            targets.put(path, Objects.requireNonNull(volumes.get(mount.getName()), mount.getName()));
        }
        return new MountTable(targets);
    }

    /** What a container runtime and the image add. */
    private static Map<String, String> surroundings(Pod pod, String path, MountTable mounts, PodDirectory directory) {
        return Map.of(
                "PATH", path,
                "HOSTNAME", pod.getMetadata().getName(),
                // Not a person's: programs read .pgpass and .psqlrc there.
                "HOME", directory.home().toString(),
                // A container has a /tmp of its own.
                "TMPDIR", mounts.at("/tmp").orElseGet(directory::home).toString());
    }

    /** All images that we know run as root by themselves, and a kubelet looks. */
    private static void requireUser(Pod pod, Container container) {
        var own = Optional.ofNullable(container.getSecurityContext());
        var ofPod = Optional.ofNullable(pod.getSpec().getSecurityContext());
        var nonRoot = own.map(context -> context.getRunAsNonRoot())
                .or(() -> ofPod.map(context -> context.getRunAsNonRoot()))
                .orElse(false);
        var user = own.map(context -> context.getRunAsUser()).or(() -> ofPod.map(context -> context.getRunAsUser()));
        if (nonRoot && user.orElse(0L) == 0) {
            throw Obstacle.configuration("container has runAsNonRoot and image will run as root");
        }
    }
}
