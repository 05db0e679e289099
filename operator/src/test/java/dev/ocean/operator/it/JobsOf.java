package dev.ocean.operator.it;

import dev.ocean.sandbox.node.NodeAgent;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The Jobs of one object, as who runs the node sees them.
 *
 * @param owner name of the DatabaseBackup or DatabaseRestore
 */
record JobsOf(Space space, NodeAgent node, String owner) {

    private static final String OWNER = "ocean.dev/owner";
    private static final String TASK = "app.kubernetes.io/name";
    private static final Duration GLANCE = Duration.ofMillis(10);
    private static final Duration LONGER_THAN_ANY_PAUSE = Duration.ofHours(1);

    /** Returns when the container of this task runs, or the object came to its end without; {@return whether it runs}. */
    boolean awaitRunning(String task, BooleanSupplier ended) {
        await(owner + " runs " + task + ", or is through")
                .atMost(Space.PATIENCE)
                .pollInterval(GLANCE)
                .until(() -> pod(task).isPresent() || ended.getAsBoolean());
        return pod(task).isPresent();
    }

    /** How long the container of this task lives, the next one. */
    Duration lifetime(String task) {
        assertThat(awaitRunning(task, () -> false)).isTrue();
        var begun = System.nanoTime();
        await(task + " ends").atMost(Space.PATIENCE).pollInterval(GLANCE).until(() -> pod(task)
                .isEmpty());
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** {@return whether there was one to kill; it may end by itself in this very moment} */
    boolean kill(String task) {
        return pod(task).filter(pod -> node.kill(space.namespace(), pod)).isPresent();
    }

    private Optional<String> pod(String task) {
        return space
                .user()
                .pods()
                .inNamespace(space.namespace())
                .withLabels(Map.of(OWNER, owner, TASK, task))
                .list()
                .getItems()
                .stream()
                .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                .map(pod -> pod.getMetadata().getName())
                .findFirst();
    }

    /** Turns back the clock of those that failed: the pause before the next attempt is over. */
    void longAgo() {
        for (var job : all()) {
            space.user()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(space.namespace())
                    .withName(job.getMetadata().getName())
                    .editStatus(JobsOf::turnedBack);
        }
    }

    private static Job turnedBack(Job job) {
        var then = Instant.now().minus(LONGER_THAN_ANY_PAUSE).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        job.getStatus().getConditions().stream()
                .filter(condition -> "Failed".equals(condition.getType()))
                .forEach(condition -> condition.setLastTransitionTime(then.toString()));
        return job;
    }

    private List<Job> all() {
        return space.user()
                .batch()
                .v1()
                .jobs()
                .inNamespace(space.namespace())
                .withLabel(OWNER, owner)
                .list()
                .getItems();
    }

    /** Nothing of a Job that told its result stays. */
    void awaitNone() {
        Space.eventually("no Job of " + owner, () -> assertThat(all()).isEmpty());
    }
}
