package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statuses of a pod in the words of a kubelet.
 *
 * @param started when the node saw the pod first
 */
record PodReport(Pod pod, Instant started) {

    private static final String ADDRESS = "127.0.0.1";

    /**
     * How a process ended.
     *
     * @param message its last word, empty if there is none
     */
    record Ending(int exitCode, Instant started, Instant finished, String message) {}

    /** Pending: its container is being made, or cannot be. */
    PodStatus waiting(String reason, String message) {
        var state = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message.isEmpty() ? null : message)
                .endWaiting()
                .build();
        return status("Pending", state, conditions("False", "ContainersNotReady"));
    }

    PodStatus running(Instant since) {
        var state = new ContainerStateBuilder()
                .withNewRunning()
                .withStartedAt(text(since))
                .endRunning()
                .build();
        return status("Running", state, conditions("True", null));
    }

    /** Succeeded or Failed, by the exit code. */
    PodStatus ended(Ending ending) {
        var succeeded = ending.exitCode() == 0;
        var reason = succeeded ? "Completed" : "Error";
        var conditions = conditions("False", succeeded ? "PodCompleted" : "PodFailed");
        return status(succeeded ? "Succeeded" : "Failed", terminated(ending, reason), conditions);
    }

    /** Failed, however the process ended. */
    PodStatus deadlineExceeded(Optional<Ending> ending) {
        var status = ending.map(this::ended).orElseGet(this::neverStarted);
        return new PodStatusBuilder(status)
                .withPhase("Failed")
                .withReason("DeadlineExceeded")
                .withMessage("Pod was active on the node longer than the specified deadline")
                .build();
    }

    /** Failed: it had to go before its container was there. */
    PodStatus neverStarted() {
        var ending =
                new Ending(137, started, started, "The container could not be located when the pod was terminated");
        return status("Failed", terminated(ending, "ContainerStatusUnknown"), conditions("False", "PodFailed"));
    }

    /** Failed without a try. */
    PodStatus refused(String reason, String message) {
        return new PodStatusBuilder()
                .withPhase("Failed")
                .withReason(reason)
                .withMessage(message)
                .withStartTime(text(started))
                .build();
    }

    private ContainerState terminated(Ending ending, String reason) {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(ending.exitCode())
                .withReason(reason)
                .withMessage(ending.message().isEmpty() ? null : ending.message())
                .withStartedAt(text(ending.started()))
                .withFinishedAt(text(ending.finished()))
                .withContainerID(containerId())
                .endTerminated()
                .build();
    }

    private PodStatus status(String phase, ContainerState state, List<PodCondition> conditions) {
        return new PodStatusBuilder()
                .withPhase(phase)
                .withStartTime(text(started))
                .withHostIP(ADDRESS)
                .withConditions(conditions)
                .withContainerStatuses(container(state))
                .build();
    }

    private ContainerStatus container(ContainerState state) {
        var container = pod.getSpec().getContainers().getFirst();
        var running = state.getRunning() != null;
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withContainerID(state.getWaiting() == null ? containerId() : null)
                .withReady(running)
                .withStarted(running)
                .withRestartCount(0)
                .withState(state)
                .build();
    }

    private String containerId() {
        return "sandbox://" + pod.getMetadata().getUid();
    }

    private static List<PodCondition> conditions(String ready, @Nullable String reason) {
        return Stream.of("Initialized", "Ready", "ContainersReady")
                .map(type -> new PodConditionBuilder()
                        .withType(type)
                        .withStatus(type.equals("Initialized") ? "True" : ready)
                        .withReason(type.equals("Initialized") ? null : reason)
                        .withLastTransitionTime(text(Instant.now()))
                        .build())
                .toList();
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
