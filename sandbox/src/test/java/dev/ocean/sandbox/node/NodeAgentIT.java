package dev.ocean.sandbox.node;

import dev.ocean.sandbox.controlplane.ControlPlane;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Jobs and pods on the real control plane, run by the node agent. */
class NodeAgentIT {

    private static final String NAMESPACE = "default";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static ControlPlane controlPlane;
    private static NodeAgent agent;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        controlPlane = ControlPlane.start();
        agent = NodeAgent.start(controlPlane);
        client = controlPlane.client();
    }

    @AfterAll
    static void close() {
        agent.close();
        controlPlane.close();
    }

    @Test
    void runsAJobWithTheToolsOfItsImageAndAValueOfASecret() {
        secret("greeting", Map.of("text", "hello"));

        create(new Task("succeeds")
                .script("pg_dump --version > $RESULT; echo \"$TEXT\"")
                .variable("RESULT", "/dev/termination-log")
                .variableOfSecret("TEXT", "greeting", "text"));

        awaitJob("succeeds", "Complete");
        assertThat(ending("succeeds").getExitCode()).isZero();
        assertThat(ending("succeeds").getMessage()).startsWith("pg_dump (PostgreSQL) 15");
        assertThat(log("succeeds")).isEqualTo("hello\n");
    }

    private static void create(Task task) {
        client.resource(task.job()).create();
    }

    private static void secret(String name, Map<String, String> values) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withStringData(values)
                        .build())
                .create();
    }

    private static void awaitJob(String name, String condition) {
        var jobs = client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name);
        await("Job " + name + " is " + condition).atMost(LIMIT).untilAsserted(() -> assertThat(
                        jobs.require().getStatus().getConditions())
                .as(pod(name).toString())
                .anySatisfy(found -> assertThat(found.getType()).isEqualTo(condition)));
    }

    private static Pod pod(String job) {
        var pods = client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("job-name", job)
                .list()
                .getItems();
        assertThat(pods).hasSize(1);
        return pods.getFirst();
    }

    private static ContainerStateTerminated ending(String job) {
        return pod(job).getStatus().getContainerStatuses().getFirst().getState().getTerminated();
    }

    private static String log(String job) {
        return client.pods().resource(pod(job)).getLog();
    }
}
