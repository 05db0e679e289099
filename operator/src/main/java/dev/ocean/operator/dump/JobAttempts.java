package dev.ocean.operator.dump;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at Jobs, live: one that was made a moment ago is in no cache. */
public final class JobAttempts {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final Problem STOPPING = Problem.of(
                    ProblemKind.WAITING, Reason.OPERATION_IN_PROGRESS, "The running Job is being stopped.")
            .after(Duration.ofSeconds(1));

    private static final String JOB_OF_POD = "batch.kubernetes.io/job-name";
    private static final String MANY = "ReadWriteMany";

    private JobAttempts() {}

    /**
     * The Jobs of one object.
     *
     * @param jobs among which they are
     * @param owner UID of the object
     */
    public static List<JobAttempt> of(List<Job> jobs, String owner, ObjectStore objects) {
        return jobs.stream()
                .filter(job -> isOf(job, owner))
                .flatMap(job -> attempt(job, objects))
                .toList();
    }

    private static Stream<JobAttempt> attempt(Job job, ObjectStore objects) {
        var metadata = job.getMetadata();
        return script(metadata.getLabels().get(Labels.NAME)).map(script -> {
            var pods = objects.list(Pod.class, metadata.getNamespace(), Map.of(JOB_OF_POD, metadata.getName()));
            return new JobAttempt(
                    script,
                    number(metadata.getLabels().getOrDefault(Labels.ATTEMPT, "")),
                    new ObjectName(Job.class, metadata.getNamespace(), metadata.getName()),
                    metadata.getUid(),
                    JobState.of(job, pods),
                    metadata.getDeletionTimestamp() != null);
        });
    }

    private static Stream<JobScript> script(@Nullable String task) {
        return Stream.of(JobScript.values())
                .filter(script -> ToolJob.task(script).equals(task));
    }

    /** Labels are anybody's to edit. */
    private static int number(String label) {
        return label.matches("[0-9]{1,6}") ? Integer.parseInt(label) : 0;
    }

    private static boolean isOf(Job job, String owner) {
        return job.getMetadata().getOwnerReferences().stream()
                .anyMatch(reference -> reference.getUid().equals(owner));
    }

    /** Why no Job can begin: somebody else's is on a claim that two pods on two nodes could not both mount. Nothing wakes who waits for it. */
    public static Optional<Problem> occupied(PersistentVolumeClaim claim, List<Job> jobs, String owner) {
        return on(claim, jobs, owner)
                .map(job -> job.getMetadata().getName())
                .findFirst()
                .map(job -> Problem.of(
                                ProblemKind.WAITING,
                                Reason.OPERATION_IN_PROGRESS,
                                "Job '" + job + "' is on PersistentVolumeClaim '"
                                        + claim.getMetadata().getName()
                                        + "', which bears one at a time. Wait, or use a ReadWriteMany volume.")
                        .after(LOOK_AGAIN));
    }

    private static Stream<Job> on(PersistentVolumeClaim claim, List<Job> jobs, String owner) {
        return jobs.stream()
                .filter(job -> !claim.getSpec().getAccessModes().contains(MANY))
                .filter(job -> claim.getMetadata()
                        .getName()
                        .equals(job.getMetadata().getLabels().get(Labels.CLAIM)))
                .filter(job -> !isOf(job, owner))
                .filter(job -> JobState.of(job, List.of()) instanceof JobState.Running);
    }

    /** Steps that delete those of {@code attempts} that are not being deleted already. */
    public static List<Step> deletions(Collection<JobAttempt> attempts) {
        return attempts.stream()
                .filter(attempt -> !attempt.going())
                .<Step>map(attempt -> new Step.Delete(attempt.name(), attempt.uid()))
                .toList();
    }

    /** Ends Jobs that run; with a problem until their pods are gone, because until then they work on. */
    public static Plan stop(Collection<JobAttempt> running) {
        return new Plan(deletions(running), Optional.of(STOPPING));
    }
}
