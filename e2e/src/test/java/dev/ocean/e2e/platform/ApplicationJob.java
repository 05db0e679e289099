package dev.ocean.e2e.platform;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
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
 * An application in a pod, as restricted as Pod Security has it.
 *
 * @param image has psql
 */
record ApplicationJob(KubernetesClient client, String image, String namespace, Given given, String script) {

    /** What the pod was given. */
    sealed interface Given {
        String name();

        /** Where its files are; the variable {@code BINDING} says so. */
        String path();
    }

    /** A Secret, as its environment and in its files. */
    record GivenSecret(String name) implements Given {
        @Override
        public String path() {
            return "/bindings/database";
        }
    }

    /** The volume of a PersistentVolumeClaim. */
    record GivenVolume(String name) implements Given {
        @Override
        public String path() {
            return "/volume";
        }
    }

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
                .withRunAsGroup(USER)
                .withFsGroup(USER)
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
                .withEnvFrom(environment())
                .addNewEnv()
                .withName("BINDING")
                .withValue(given.path())
                .endEnv()
                .addNewVolumeMount()
                .withName("binding")
                .withMountPath(given.path())
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

    private List<EnvFromSource> environment() {
        return switch (given) {
            case GivenSecret secret ->
                List.of(new EnvFromSourceBuilder()
                        .withNewSecretRef(secret.name(), false)
                        .build());
            case GivenVolume volume -> List.of();
        };
    }

    private Volume volume() {
        var volume = new VolumeBuilder().withName("binding");
        return switch (given) {
            case GivenSecret secret ->
                volume.withNewSecret().withSecretName(secret.name()).endSecret().build();
            case GivenVolume claim ->
                volume.withNewPersistentVolumeClaim(claim.name(), false).build();
        };
    }
}
