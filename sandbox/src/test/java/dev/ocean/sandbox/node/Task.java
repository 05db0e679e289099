package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.function.Consumer;

/** A Job of one container as people write it, valid from the start. */
final class Task {

    private final String name;
    private final ContainerBuilder container =
            new ContainerBuilder().withName("task").withImage("postgres:15").withCommand("bash", "-c", "true");
    private final PodSpecBuilder pod = new PodSpecBuilder().withRestartPolicy("Never");
    private int volumes;
    private final JobBuilder job =
            new JobBuilder().withNewSpec().withBackoffLimit(0).endSpec();

    Task(String name) {
        this.name = name;
    }

    /** Shell code; dollar signs mean there what they mean in a shell. */
    Task script(String script) {
        container.withCommand("bash", "-c", script.replace("$", "$$"));
        return this;
    }

    Task variable(String variable, String value) {
        return with(new EnvVarBuilder().withName(variable).withValue(value).build());
    }

    Task variableOfSecret(String variable, String secret, String key) {
        return with(new EnvVarBuilder()
                .withName(variable)
                .withNewValueFrom()
                .withNewSecretKeyRef(key, secret, false)
                .endValueFrom()
                .build());
    }

    /** Mounts a volume at a path. */
    Task volume(String path, Consumer<VolumeBuilder> kind) {
        var volume = new VolumeBuilder().withName("volume-" + volumes++);
        kind.accept(volume);
        pod.addToVolumes(volume.build());
        container
                .addNewVolumeMount()
                .withName(volume.getName())
                .withMountPath(path)
                .endVolumeMount();
        return this;
    }

    Task claim(String path, String claim) {
        return volume(path, volume -> volume.withNewPersistentVolumeClaim(claim, false));
    }

    private Task with(EnvVar variable) {
        container.addToEnv(variable);
        return this;
    }

    Task container(Consumer<ContainerBuilder> change) {
        change.accept(container);
        return this;
    }

    Task pod(Consumer<PodSpecBuilder> change) {
        change.accept(pod);
        return this;
    }

    Task job(Consumer<JobBuilder> change) {
        change.accept(job);
        return this;
    }

    Job job() {
        var spec = new PodSpecBuilder(pod.build())
                .withContainers(container.build())
                .build();
        return new JobBuilder(job.build())
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .editSpec()
                .withNewTemplate()
                .withSpec(spec)
                .endTemplate()
                .endSpec()
                .build();
    }
}
