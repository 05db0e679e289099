package dev.ocean.operator.kube;

import dev.ocean.operator.report.Blocked;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** Reads the answers to the few requests that the framework makes for us. */
public final class Answers {

    private Answers() {}

    /**
     * What a failed request means.
     *
     * @param verb as in "Cannot <verb> ManagedDatabase shop/orders"
     */
    public static Blocked blocked(String verb, ObjectName name, KubernetesClientException failure) {
        return new Blocked(KubeErrors.problem(verb, name, failure), failure);
    }
}
