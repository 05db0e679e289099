package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import static java.util.Map.entry;

/**
 * The statuses of a pod in the words of a kubelet, as they are sent. Empty texts are as good as none.
 *
 * @param started when the node saw the pod first
 */
record PodReport(Pod pod, Instant started) {

    /**
     * How a process ended.
     *
     * @param message its last word, empty if there is none
     */
    record Ending(int exitCode, Instant started, Instant finished, String message) {}

    /** Pending: its container is being made, or cannot be. */
    Map<String, Object> waiting(String reason, String message) {
        var state = Map.of("waiting", Map.of("reason", reason, "message", message));
        return status("Pending", state, conditions("False", "ContainersNotReady"));
    }

    Map<String, Object> running(Instant since) {
        return status("Running", Map.of("running", Map.of("startedAt", text(since))), conditions("True", ""));
    }

    /** Succeeded or Failed, by the exit code. */
    Map<String, Object> ended(Ending ending) {
        return ending.exitCode() == 0
                ? status("Succeeded", terminated(ending, "Completed"), conditions("False", "PodCompleted"))
                : status("Failed", terminated(ending, "Error"), conditions("False", "PodFailed"));
    }

    /** Failed, however the process ended. */
    Map<String, Object> deadlineExceeded(Optional<Ending> ending) {
        var status = new HashMap<>(ending.map(this::ended).orElseGet(this::neverStarted));
        status.putAll(refused("DeadlineExceeded", "Pod was active on the node longer than the specified deadline"));
        return status;
    }

    /** Failed: it had to go before its container was there. */
    Map<String, Object> neverStarted() {
        var ending =
                new Ending(137, started, started, "The container could not be located when the pod was terminated");
        return status("Failed", terminated(ending, "ContainerStatusUnknown"), conditions("False", "PodFailed"));
    }

    /** Failed without a try. */
    Map<String, Object> refused(String reason, String message) {
        return Map.of("phase", "Failed", "reason", reason, "message", message, "startTime", text(started));
    }

    private Map<String, Object> terminated(Ending ending, String reason) {
        var terminated = Map.ofEntries(
                entry("exitCode", ending.exitCode()),
                entry("reason", reason),
                entry("message", ending.message()),
                entry("startedAt", text(ending.started())),
                entry("finishedAt", text(ending.finished())),
                entry("containerID", containerId()));
        return Map.of("terminated", terminated);
    }

    private Map<String, Object> status(String phase, Map<String, ?> state, List<Map<String, String>> conditions) {
        return Map.ofEntries(
                entry("phase", phase),
                entry("startTime", text(started)),
                entry("conditions", conditions),
                entry("containerStatuses", List.of(container(state))));
    }

    private Map<String, Object> container(Map<String, ?> state) {
        var container = pod.getSpec().getContainers().getFirst();
        var running = state.containsKey("running");
        return Map.ofEntries(
                entry("name", container.getName()),
                entry("image", container.getImage()),
                entry("containerID", state.containsKey("waiting") ? "" : containerId()),
                entry("ready", running),
                entry("started", running),
                entry("restartCount", 0),
                entry("state", state));
    }

    private String containerId() {
        return "sandbox://" + pod.getMetadata().getUid();
    }

    private static List<Map<String, String>> conditions(String ready, String reason) {
        return Stream.of("Initialized", "Ready", "ContainersReady")
                .map(type -> Map.ofEntries(
                        entry("type", type),
                        entry("status", type.equals("Initialized") ? "True" : ready),
                        entry("reason", type.equals("Initialized") ? "" : reason),
                        entry("lastTransitionTime", text(Instant.now()))))
                .toList();
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
