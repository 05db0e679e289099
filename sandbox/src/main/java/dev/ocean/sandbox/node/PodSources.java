package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets and ConfigMaps that a pod refers to, read as they are now.
 *
 * @param namespace of the pod
 */
record PodSources(KubernetesClient client, String namespace) {

    /**
     * Reads a Secret.
     *
     * @param optional as in the reference: null is no
     * @param obstacle made of a message
     * @return bytes by key, sorted; empty if it is optional and not there
     * @throws Obstacle the one given, if it is not there
     */
    Map<String, byte[]> secret(String name, @Nullable Boolean optional, Function<String, Obstacle> obstacle) {
        var found = client.secrets().inNamespace(namespace).withName(name).get();
        return present("secret", name, found, optional, obstacle)
                .map(PodSources::contentOf)
                .orElseGet(Map::of);
    }

    /** The same for a ConfigMap. */
    Map<String, byte[]> configMap(String name, @Nullable Boolean optional, Function<String, Obstacle> obstacle) {
        var found = client.configMaps().inNamespace(namespace).withName(name).get();
        return present("configmap", name, found, optional, obstacle)
                .map(PodSources::contentOf)
                .orElseGet(Map::of);
    }

    private static <T extends HasMetadata> Optional<T> present(
            String kind,
            String name,
            @Nullable T found,
            @Nullable Boolean optional,
            Function<String, Obstacle> obstacle) {
        if (found == null && !Boolean.TRUE.equals(optional)) {
            throw obstacle.apply("%s \"%s\" not found".formatted(kind, name));
        }
        return Optional.ofNullable(found);
    }

    private static Map<String, byte[]> contentOf(Secret secret) {
        return decoded(secret.getData());
    }

    private static Map<String, byte[]> contentOf(ConfigMap map) {
        var content = decoded(map.getBinaryData());
        if (map.getData() != null) {
            map.getData().forEach((key, text) -> content.put(key, text.getBytes(StandardCharsets.UTF_8)));
        }
        return content;
    }

    private static Map<String, byte[]> decoded(@Nullable Map<String, String> data) {
        var content = new TreeMap<String, byte[]>();
        if (data != null) {
            data.forEach((key, base64) -> content.put(key, Base64.getDecoder().decode(base64)));
        }
        return content;
    }
}
