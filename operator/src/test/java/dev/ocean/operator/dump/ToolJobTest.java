package dev.ocean.operator.dump;

import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class ToolJobTest {

    private static final PodSettings ASKED_FOR = new PodSettings(
            List.of(new LocalObjectReference("mirror")),
            Map.of("disk", "ssd"),
            List.of(new TolerationBuilder()
                    .withKey("dedicated")
                    .withOperator("Exists")
                    .build()),
            Map.of("team", "data", Labels.MANAGED_BY, "somebody", Labels.CLAIM, "another", Labels.PORT, "5432"),
            Map.of("example.com/note", "a"),
            new ResourceRequirementsBuilder()
                    .addToLimits("memory", new Quantity("2Gi"))
                    .build());

    @Test
    void podsHaveWhatTheClusterAsksFor() {
        var pod = pod(job(ASKED_FOR));

        assertThat(pod.getSpec().getImagePullSecrets()).isEqualTo(ASKED_FOR.imagePullSecrets());
        assertThat(pod.getSpec().getNodeSelector()).isEqualTo(ASKED_FOR.nodeSelector());
        assertThat(pod.getSpec().getTolerations()).isEqualTo(ASKED_FOR.tolerations());
        assertThat(pod.getMetadata().getAnnotations()).isEqualTo(ASKED_FOR.annotations());
        assertThat(pod.getMetadata().getLabels()).containsEntry("team", "data");
        assertThat(pod.getSpec().getContainers().getFirst().getResources()).isEqualTo(ASKED_FOR.resources());
    }

    @Test
    void labelsOfOursAreNotTakenOver() {
        var job = job(ASKED_FOR);

        assertThat(pod(job).getMetadata().getLabels())
                .containsAllEntriesOf(job.getMetadata().getLabels())
                .containsEntry(Labels.MANAGED_BY, Labels.MANAGER)
                .containsEntry(Labels.CLAIM, "shop-backups")
                .containsEntry(Labels.PORT, Labels.PORT_NONE);
        assertThat(job.getMetadata().getLabels()).doesNotContainKey("team");
    }

    @Test
    void whateverIsAskedForPodsStayRestricted() {
        var spec = pod(job(ASKED_FOR)).getSpec();
        var container = spec.getContainers().getFirst().getSecurityContext();

        assertThat(spec.getAutomountServiceAccountToken()).isFalse();
        assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container.getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    }

    private static Job job(PodSettings pod) {
        var owner = new ObjectId("DatabaseBackup", "shop", "nightly", "1a2b3c4d-0000-0000-0000-000000000000");
        return new ToolJob(
                        new ToolJob.Task(JobScript.DELETE, 17, Optional.empty(), Map.of()),
                        owner,
                        1,
                        Map.of(),
                        "shop-backups")
                .toJob(new ToolSettings(Map.of(), "/var/backups/ocean", Duration.ofHours(6), pod));
    }

    private static PodTemplateSpec pod(Job job) {
        return job.getSpec().getTemplate();
    }
}
