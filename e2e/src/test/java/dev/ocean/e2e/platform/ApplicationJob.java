package dev.ocean.e2e.platform;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * An application in a pod, as restricted as Pod Security has it, with a Secret as its environment and in its files.
 *
 * @param image has psql
 */
record ApplicationJob(KubernetesClient client, String image, String namespace, String secret, String script) {

    private static final String BINDING = "/bindings/database";
    private static final long USER = 999;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    String run() {
        var name = "application-" + UUID.randomUUID().toString().substring(0, 8);
        client.resource(job(name)).create();
        var jobs = client.batch().v1().jobs().inNamespace(namespace).withName(name);
        Awaitility.await("the application's end in " + namespace).atMost(LIMIT).until(() -> hasEnded(jobs.require()));
        var log = jobs.getLog();
        if (!Objects.equals(jobs.require().getStatus().getSucceeded(), 1)) {
            throw new AssertionError("the application failed: " + log);
        }
        return log;
    }

    private static boolean hasEnded(Job job) {
        return job.getStatus().getConditions().stream()
                .anyMatch(condition -> List.of("Complete", "Failed").contains(condition.getType())
                        && "True".equals(condition.getStatus()));
    }

    private Job job(String name) {
        return new JobBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(0)
                .withNewTemplate()
                .withSpec(pod())
                .endTemplate()
                .endSpec()
                .build();
    }

    private PodSpec pod() {
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container())
                .withVolumes(volume())
                .build();
    }

    private Container container() {
        return new ContainerBuilder()
                .withName("application")
                .withImage(image)
                // Kubernetes would read $$ as a dollar sign, and $(NAME) as a variable.
                .withCommand("sh", "-euc", script.replace("$", "$$"))
                .withEnvFrom(new EnvFromSourceBuilder()
                        .withNewSecretRef(secret, false)
                        .build())
                .addNewEnv()
                .withName("BINDING")
                .withValue(BINDING)
                .endEnv()
                .addNewVolumeMount()
                .withName("binding")
                .withMountPath(BINDING)
                .endVolumeMount()
                .withSecurityContext(restricted())
                .build();
    }

    private static SecurityContext restricted() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    private Volume volume() {
        return new VolumeBuilder()
                .withName("binding")
                .withNewSecret()
                .withSecretName(secret)
                .endSecret()
                .build();
    }
}
