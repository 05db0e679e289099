package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The directories behind a pod's volumes. */
record PodVolumes(Pod pod, PodSources sources, ClaimVolumes claims) {

    private static final int GROUP_READS = 0440;

    /** A volume that is there or can be made. */
    private sealed interface Content {

        record Existing(Path directory) implements Content {}

        /** Files and their modes, both by path. */
        record Projected(Map<String, byte[]> files, Map<String, Integer> modes) implements Content {}
    }

    /**
     * Makes the directories, in a directory of the pod; nothing is made before all is there that they need.
     *
     * @return directories by the names of the volumes
     * @throws Obstacle if a Secret, a ConfigMap, a key or a claim is missing
     */
    Map<String, Path> make(PodDirectory directory) {
        var contents = new LinkedHashMap<String, Content>();
        pod.getSpec().getVolumes().forEach(volume -> contents.put(volume.getName(), content(volume)));
        var directories = new LinkedHashMap<String, Path>();
        contents.forEach((name, content) -> directories.put(
                name,
                switch (content) {
                    case Content.Existing existing -> existing.directory();
                    case Content.Projected projected ->
                        directory.handedOver(written(directory.directory("volume-" + name), projected));
                }));
        return directories;
    }

    private Content content(Volume volume) {
        Function<String, Obstacle> obstacle = cause ->
                Obstacle.mount("MountVolume.SetUp failed for volume \"%s\" : %s".formatted(volume.getName(), cause));
        if (volume.getPersistentVolumeClaim() != null) {
            var claim = volume.getPersistentVolumeClaim().getClaimName();
            return new Content.Existing(claims.directory(pod.getMetadata().getNamespace(), claim)
                    .orElseThrow(() -> obstacle.apply("claim \"%s\" has no volume of this node".formatted(claim))));
        }
        if (volume.getSecret() != null) {
            var secret = volume.getSecret();
            var bytes = sources.secret(secret.getSecretName(), secret.getOptional(), obstacle);
            return projected(bytes, secret.getItems(), secret.getDefaultMode(), obstacle);
        }
        if (volume.getConfigMap() != null) {
            var map = volume.getConfigMap();
            var bytes = sources.configMap(map.getName(), map.getOptional(), obstacle);
            return projected(bytes, map.getItems(), map.getDefaultMode(), obstacle);
        }
        return new Content.Projected(Map.of(), Map.of());
    }

    private Content projected(
            Map<String, byte[]> bytes,
            List<KeyToPath> items,
            @Nullable Integer defaultMode,
            Function<String, Obstacle> obstacle) {
        var files = new LinkedHashMap<String, byte[]>();
        var modes = new LinkedHashMap<String, Integer>();
        if (items.isEmpty()) {
            files.putAll(bytes);
            bytes.keySet().forEach(key -> modes.put(key, mode(defaultMode)));
        }
        for (var item : items) {
            var content = Optional.ofNullable(bytes.get(item.getKey()))
                    .orElseThrow(() -> obstacle.apply("references non-existent key: " + item.getKey()));
            files.put(item.getPath(), content);
            modes.put(item.getPath(), mode(item.getMode() == null ? defaultMode : item.getMode()));
        }
        return new Content.Projected(files, modes);
    }

    /** With fsGroup a kubelet lets the group read: programs that want a key for its owner alone refuse it there, so they do here. */
    private int mode(@Nullable Integer asked) {
        var mode = asked == null ? 0644 : asked;
        var context = pod.getSpec().getSecurityContext();
        return context == null || context.getFsGroup() == null ? mode : mode | GROUP_READS;
    }

    private static Path written(Path directory, Content.Projected projected) {
        projected.files().forEach((name, bytes) -> {
            try {
                var path = directory.resolve(name);
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                Files.write(path, bytes);
                Files.setAttribute(path, "unix:mode", projected.modes().get(name));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write \"" + name + "\" of a volume", e);
            }
        });
        return directory;
    }
}
