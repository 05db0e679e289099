package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
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
     * @return bytes by key, sorted; empty if it is optional and not there
     * @throws Obstacle if it is not there
     */
    Map<String, byte[]> secret(String name, @Nullable Boolean optional) {
        var found = client.secrets().inNamespace(namespace).withName(name).get();
        return found == null ? absent("secret", name, optional) : decoded(found.getData());
    }

    /** The same for a ConfigMap. */
    Map<String, byte[]> configMap(String name, @Nullable Boolean optional) {
        var found = client.configMaps().inNamespace(namespace).withName(name).get();
        if (found == null) {
            return absent("configmap", name, optional);
        }
        var content = decoded(found.getBinaryData());
        if (found.getData() != null) {
            found.getData().forEach((key, text) -> content.put(key, text.getBytes(StandardCharsets.UTF_8)));
        }
        return content;
    }

    /** {@return a text of the pod}, like that at {@code metadata.name}. */
    String field(Pod pod, String path) {
        var yaml = client.getKubernetesSerialization();
        var whole = yaml.convertValue(Map.of("pod", pod), GenericKubernetesResource.class);
        return whole.<String>get((Object[]) ("pod." + path).split("\\.", -1));
    }

    private static Map<String, byte[]> absent(String kind, String name, @Nullable Boolean optional) {
        if (Boolean.TRUE.equals(optional)) {
            return Map.of();
        }
        throw Obstacle.configuration("%s \"%s\" not found".formatted(kind, name));
    }

    private static Map<String, byte[]> decoded(@Nullable Map<String, String> data) {
        var content = new TreeMap<String, byte[]>();
        if (data != null) {
            data.forEach((key, base64) -> content.put(key, Base64.getDecoder().decode(base64)));
        }
        return content;
    }
}
