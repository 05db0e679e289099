package dev.ocean.operator.dump;

import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a Job and its pod tell, both read live. */
public sealed interface JobState {

    /** @param obstacle what keeps its pod from running, if something does */
    record Running(Optional<Problem> obstacle) implements JobState {}

    /** @param message of its pod; empty if the pod is gone already */
    record Succeeded(Optional<String> message) implements JobState {}

    /**
     * @param at when it ended
     * @param exitCode of the script; empty where the cluster ended it
     * @param message of its pod
     * @param cause where the cluster ended it: why
     */
    record Failed(Instant at, Optional<Integer> exitCode, Optional<String> message, Optional<ExitReason> cause)
            implements JobState {

        JobFailure why(JobScript script) {
            return JobFailure.of(script, this);
        }
    }

    Set<String> PULL_FAILURES =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable");

    /** @param pods of this Job, those that are being deleted included */
    static JobState of(Job job, List<Pod> pods) {
        if (condition(job, "Complete").isPresent()) {
            return new Succeeded(pods.stream()
                    .map(JobState::terminated)
                    .flatMap(Optional::stream)
                    .filter(ended -> Integer.valueOf(0).equals(ended.getExitCode()))
                    .map(ContainerStateTerminated::getMessage)
                    .filter(Objects::nonNull)
                    .findFirst());
        }
        var failed = condition(job, "Failed");
        if (failed.isPresent()) {
            return failed(failed.get(), pods);
        }
        return new Running(
                pods.stream().map(JobState::obstacle).flatMap(Optional::stream).findFirst());
    }

    private static Failed failed(JobCondition failed, List<Pod> pods) {
        var at = Instant.parse(failed.getLastTransitionTime());
        if ("DeadlineExceeded".equals(failed.getReason())) {
            return new Failed(at, Optional.empty(), Optional.empty(), Optional.of(ExitReason.DEADLINE_EXCEEDED));
        }
        var ended = pods.stream()
                .map(JobState::terminated)
                .flatMap(Optional::stream)
                .findFirst();
        if (ended.filter(state -> "OOMKilled".equals(state.getReason())).isPresent()) {
            return new Failed(at, Optional.empty(), Optional.empty(), Optional.of(ExitReason.OUT_OF_MEMORY));
        }
        return ended.filter(state -> state.getExitCode() != null && state.getExitCode() != 0)
                .map(state -> new Failed(
                        at,
                        Optional.of(state.getExitCode()),
                        Optional.ofNullable(state.getMessage()),
                        Optional.empty()))
                .orElseGet(() -> new Failed(at, Optional.empty(), Optional.empty(), Optional.of(ExitReason.JOB_LOST)));
    }

    private static Optional<JobCondition> condition(Job job, String type) {
        return Optional.ofNullable(job.getStatus()).map(JobStatus::getConditions).stream()
                .flatMap(List::stream)
                .filter(condition -> type.equals(condition.getType()) && "True".equals(condition.getStatus()))
                .findFirst();
    }

    private static Stream<ContainerState> states(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getContainerStatuses).stream()
                .flatMap(List::stream)
                .map(ContainerStatus::getState)
                .filter(Objects::nonNull);
    }

    private static Optional<ContainerStateTerminated> terminated(Pod pod) {
        return states(pod)
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static Optional<Problem> obstacle(Pod pod) {
        var waiting = states(pod)
                .map(ContainerState::getWaiting)
                .filter(Objects::nonNull)
                .filter(state -> PULL_FAILURES.contains(state.getReason()))
                .findFirst();
        if (waiting.isPresent()) {
            var image = pod.getSpec().getContainers().getFirst().getImage();
            return Optional.of(Problem.of(
                    ProblemKind.WAITING,
                    Reason.IMAGE_PULL_FAILED,
                    "The node cannot pull image '" + image + "' for pod '"
                            + pod.getMetadata().getName()
                            + "'. Correct `images.postgres` of the chart, or let the node reach the registry."));
        }
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getConditions).stream()
                .flatMap(List::stream)
                .filter(JobState::isUnschedulable)
                .map(condition -> Problem.of(
                        ProblemKind.WAITING,
                        isAboutVolume(condition) ? Reason.VOLUME_PENDING : Reason.UNSCHEDULABLE,
                        isAboutVolume(condition)
                                ? "No node can mount " + claims(pod) + " for pod '"
                                        + pod.getMetadata().getName() + "'. See the events of both."
                                : "No node takes pod '" + pod.getMetadata().getName() + "'. See its events."))
                .findFirst();
    }

    private static String claims(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .map(Volume::getPersistentVolumeClaim)
                .filter(Objects::nonNull)
                .map(claim -> "PersistentVolumeClaim '" + claim.getClaimName() + "'")
                .collect(Collectors.joining(" and "));
    }

    private static boolean isUnschedulable(PodCondition condition) {
        return "PodScheduled".equals(condition.getType())
                && "False".equals(condition.getStatus())
                && "Unschedulable".equals(condition.getReason());
    }

    private static boolean isAboutVolume(PodCondition condition) {
        return Objects.requireNonNullElse(condition.getMessage(), "")
                .toLowerCase(java.util.Locale.ROOT)
                .contains("volume");
    }
}
