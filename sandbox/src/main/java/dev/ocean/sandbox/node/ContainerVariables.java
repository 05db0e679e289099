package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The environment variables that a container declares. */
record ContainerVariables(Pod pod, PodSources sources, MountTable mounts) {

    /**
     * Reads them, {@code envFrom} first; a later one of the same name wins and may refer to earlier ones.
     *
     * @throws Obstacle if a Secret, a ConfigMap or a key is missing that is not optional
     */
    Map<String, String> of(Container container) {
        var variables = new LinkedHashMap<String, String>();
        container.getEnvFrom().forEach(source -> variables.putAll(variables(source)));
        for (var variable : container.getEnv()) {
            value(variable, variables).ifPresent(value -> variables.put(variable.getName(), value));
        }
        return variables;
    }

    private Map<String, String> variables(EnvFromSource source) {
        var prefix = source.getPrefix() == null ? "" : source.getPrefix();
        var secret = source.getSecretRef();
        var map = source.getConfigMapRef();
        var content = secret == null
                ? sources.configMap(map.getName(), map.getOptional())
                : sources.secret(secret.getName(), secret.getOptional());
        var variables = new LinkedHashMap<String, String>();
        content.forEach((key, bytes) -> variables.put(prefix + key, text(bytes)));
        return variables;
    }

    private Optional<String> value(EnvVar variable, Map<String, String> earlier) {
        var source = variable.getValueFrom();
        if (source == null) {
            // Rewritten before references are resolved: what comes from a Secret is nobody's path.
            var literal = variable.getValue() == null ? "" : variable.getValue();
            return Optional.of(VariableReferences.resolve(mounts.rewrite(literal), earlier));
        }
        if (source.getFieldRef() != null) {
            return Optional.of(sources.field(pod, source.getFieldRef().getFieldPath()));
        }
        return keyValue(source);
    }

    private Optional<String> keyValue(EnvVarSource source) {
        var secret = source.getSecretKeyRef();
        if (secret != null) {
            var content = sources.secret(secret.getName(), secret.getOptional());
            return value("Secret", secret.getName(), content, secret.getKey(), secret.getOptional());
        }
        var map = source.getConfigMapKeyRef();
        var content = sources.configMap(map.getName(), map.getOptional());
        return value("ConfigMap", map.getName(), content, map.getKey(), map.getOptional());
    }

    private Optional<String> value(
            String kind, String name, Map<String, byte[]> content, String key, @Nullable Boolean optional) {
        var bytes = content.get(key);
        if (bytes == null && !Boolean.TRUE.equals(optional)) {
            throw Obstacle.configuration("couldn't find key %s in %s %s/%s"
                    .formatted(key, kind, pod.getMetadata().getNamespace(), name));
        }
        return Optional.ofNullable(bytes).map(ContainerVariables::text);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
