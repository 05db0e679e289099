package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a pod may ask for. A field that is not here would be ignored, and what runs would not be what was asked for. */
final class SupportedFields {

    // Indices are of no interest, but that there is only one container.
    private static final Pattern INDEX = Pattern.compile("(?<!containers)\\[\\d+]");

    // A path allows all that is below it; with a value it allows that value only.
    private static final Set<String> FIELDS = Set.of(
            "activeDeadlineSeconds",
            "automountServiceAccountToken",
            "dnsPolicy",
            "enableServiceLinks",
            "hostIPC=false",
            "hostNetwork=false",
            "hostPID=false",
            "imagePullSecrets",
            "os.name=linux",
            "restartPolicy=Never",
            "serviceAccount",
            "serviceAccountName",
            "shareProcessNamespace=false",
            "terminationGracePeriodSeconds",
            // The scheduler's business.
            "affinity",
            "nodeName",
            "nodeSelector",
            "preemptionPolicy",
            "priority",
            "priorityClassName",
            "schedulerName",
            "tolerations",
            "topologySpreadConstraints",
            "securityContext.fsGroup",
            "securityContext.fsGroupChangePolicy",
            "securityContext.runAsGroup",
            "securityContext.runAsNonRoot",
            "securityContext.runAsUser",
            "securityContext.seccompProfile",
            "securityContext.supplementalGroups",
            "containers[0].args",
            "containers[0].command",
            "containers[0].env[].name",
            "containers[0].env[].value",
            "containers[0].env[].valueFrom.configMapKeyRef",
            "containers[0].env[].valueFrom.fieldRef.apiVersion",
            "containers[0].env[].valueFrom.fieldRef.fieldPath=metadata.name",
            "containers[0].env[].valueFrom.fieldRef.fieldPath=metadata.namespace",
            "containers[0].env[].valueFrom.fieldRef.fieldPath=metadata.uid",
            "containers[0].env[].valueFrom.fieldRef.fieldPath=spec.nodeName",
            "containers[0].env[].valueFrom.fieldRef.fieldPath=spec.serviceAccountName",
            "containers[0].env[].valueFrom.secretKeyRef",
            "containers[0].envFrom",
            "containers[0].image",
            "containers[0].imagePullPolicy",
            "containers[0].name",
            "containers[0].resources.limits",
            "containers[0].resources.requests",
            "containers[0].securityContext.allowPrivilegeEscalation",
            "containers[0].securityContext.capabilities.drop",
            "containers[0].securityContext.privileged=false",
            "containers[0].securityContext.readOnlyRootFilesystem",
            "containers[0].securityContext.runAsGroup",
            "containers[0].securityContext.runAsNonRoot",
            "containers[0].securityContext.runAsUser",
            "containers[0].securityContext.seccompProfile",
            "containers[0].terminationMessagePath",
            "containers[0].terminationMessagePolicy",
            "containers[0].volumeMounts[].mountPath",
            "containers[0].volumeMounts[].name",
            "containers[0].volumeMounts[].readOnly",
            "volumes[].configMap",
            "volumes[].emptyDir",
            "volumes[].name",
            "volumes[].persistentVolumeClaim",
            "volumes[].secret");

    private SupportedFields() {}

    /**
     * Compares a pod with what the sandbox can do.
     *
     * @return the first field that it cannot, like {@code spec.containers[0].lifecycle.preStop}, with its value if only that is unsupported; empty if it can do all
     */
    static Optional<String> firstUnsupported(PodSpec spec, KubernetesSerialization serialization) {
        if (spec.getContainers().getFirst().getCommand().isEmpty()) {
            return Optional.of("spec.containers[0].command is missing: images have no entry point here");
        }
        return unsupported("", serialization.convertValue(spec, Map.class)).map(field -> "spec" + field);
    }

    private static Optional<String> unsupported(String path, Object value) {
        var known = INDEX.matcher(path).replaceAll("[]").replaceFirst("^\\.", "");
        if (FIELDS.contains(known) || FIELDS.contains(known + "=" + value)) {
            return Optional.empty();
        }
        return switch (value) {
            case Map<?, ?> fields ->
                fields.entrySet().stream()
                        .flatMap(field -> unsupported(path + "." + field.getKey(), field.getValue()).stream())
                        .findFirst();
            case List<?> elements -> unsupportedIn(path, elements);
            default -> Optional.of(path + ": " + value);
        };
    }

    private static Optional<String> unsupportedIn(String path, List<?> elements) {
        for (var i = 0; i < elements.size(); i++) {
            var found = unsupported(path + "[" + i + "]", elements.get(i));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
