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
import org.jspecify.annotations.Nullable;

/** The directories behind a pod's volumes. */
record PodVolumes(Pod pod, PodSources sources, ClaimVolumes claims) {

    private static final int GROUP_READS = 0440;

    /**
     * Makes the directories, in a directory of the pod; again, where something was missing before.
     *
     * @return directories by the names of the volumes
     * @throws Obstacle if a Secret, a ConfigMap, a key or a claim is missing
     */
    Map<String, Path> make(PodDirectory directory) {
        var directories = new LinkedHashMap<String, Path>();
        for (var volume : pod.getSpec().getVolumes()) {
            try {
                directories.put(volume.getName(), made(volume, directory));
            } catch (Obstacle cause) {
                throw Obstacle.mount(
                        "MountVolume.SetUp failed for volume \"%s\" : %s".formatted(volume.getName(), cause.message()));
            }
        }
        return directories;
    }

    private Path made(Volume volume, PodDirectory directory) {
        if (volume.getPersistentVolumeClaim() != null) {
            var claim = volume.getPersistentVolumeClaim().getClaimName();
            return claims.directory(pod.getMetadata().getNamespace(), claim)
                    .orElseThrow(() -> Obstacle.mount("claim \"%s\" has no volume of this node".formatted(claim)));
        }
        var files = directory.directory("volume-" + volume.getName());
        if (volume.getSecret() != null) {
            var secret = volume.getSecret();
            var bytes = sources.secret(secret.getSecretName(), secret.getOptional());
            write(files, bytes, secret.getItems(), secret.getDefaultMode());
        }
        if (volume.getConfigMap() != null) {
            var map = volume.getConfigMap();
            write(files, sources.configMap(map.getName(), map.getOptional()), map.getItems(), map.getDefaultMode());
        }
        return directory.handedOver(files);
    }

    /** @param items which of the keys, and where; none for all of them under their own names */
    private void write(Path directory, Map<String, byte[]> bytes, List<KeyToPath> items, @Nullable Integer mode) {
        if (items.isEmpty()) {
            bytes.forEach((key, content) -> write(directory.resolve(key), content, mode(mode)));
        }
        for (var item : items) {
            var content = Optional.ofNullable(bytes.get(item.getKey()))
                    .orElseThrow(() -> Obstacle.mount("references non-existent key: " + item.getKey()));
            write(directory.resolve(item.getPath()), content, mode(item.getMode() == null ? mode : item.getMode()));
        }
    }

    /** With fsGroup a kubelet lets the group read: programs that want a key for its owner alone refuse it there, so they do here. */
    private int mode(@Nullable Integer asked) {
        var mode = asked == null ? 0644 : asked;
        var context = pod.getSpec().getSecurityContext();
        return context == null || context.getFsGroup() == null ? mode : mode | GROUP_READS;
    }

    private static void write(Path path, byte[] content, int mode) {
        try {
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            // One of an earlier try may be read-only.
            Files.deleteIfExists(path);
            Files.write(path, content);
            Files.setAttribute(path, "unix:mode", mode);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write \"" + path + "\" of a volume", e);
        }
    }
}
