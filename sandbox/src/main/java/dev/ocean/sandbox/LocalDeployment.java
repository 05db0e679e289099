package dev.ocean.sandbox;

import dev.ocean.sandbox.process.ProcessFailure;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a process has to be given to stand in for the first container of a Deployment: the identity and the environment that the
 * manifest promises it. The rest of a pod (file systems, limits, probes) is not imitated.
 */
public record LocalDeployment(String namespace, String name, String serviceAccount, Map<String, String> environment) {

    public LocalDeployment {
        environment = Map.copyOf(environment);
    }

    /**
     * Reads a Deployment.
     *
     * @throws ProcessFailure if a variable comes from where only a node can look
     */
    public static LocalDeployment of(Deployment deployment) {
        var metadata = deployment.getMetadata();
        var pod = deployment.getSpec().getTemplate().getSpec();
        var variables = new LinkedHashMap<String, String>();
        for (var variable : pod.getContainers().getFirst().getEnv()) {
            variables.put(variable.getName(), value(variable, metadata.getNamespace(), metadata.getName()));
        }
        var account = Optional.ofNullable(pod.getServiceAccountName()).orElse("default");
        return new LocalDeployment(metadata.getNamespace(), metadata.getName(), account, variables);
    }

    private static String value(EnvVar variable, String namespace, String name) {
        if (variable.getValueFrom() == null) {
            return Optional.ofNullable(variable.getValue()).orElse("");
        }
        var field = variable.getValueFrom().getFieldRef();
        return switch (field == null ? "" : field.getFieldPath()) {
            case "metadata.namespace" -> namespace;
            case "metadata.name" -> name + "-local";
            default ->
                throw new ProcessFailure("cannot run Deployment \"" + name + "\" as a process: where "
                        + variable.getName() + " comes from is not supported");
        };
    }
}
