package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.JobState;
import dev.ocean.operator.dump.ToolJob;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.reference.Operations;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.restore.ObservedRestore.Attempt;
import dev.ocean.operator.restore.ObservedRestore.Offer;
import dev.ocean.operator.restore.RestoreMemory.Outcome;
import dev.ocean.operator.tenancy.DatabaseActivity;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.RestoreSql;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.TenantFurniture;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at what matters to one restore, all of it live. Changes nothing. */
final class RestoreObserver {

    private static final String JOB_OF_POD = "batch.kubernetes.io/job-name";
    private static final String MANY = "ReadWriteMany";

    private final ObjectStore objects;
    private final Pictures pictures;
    private final LoginProofs proofs;

    RestoreObserver(ObjectStore objects, Pictures pictures, LoginProofs proofs) {
        this.objects = objects;
        this.pictures = pictures;
        this.proofs = proofs;
    }

    ObservedRestore look(DatabaseRestore cr, RestoreRequest request, Lane lane) {
        var picture = ServerPicture.read(lane.query(ServerPicture.of(request.names())));
        pictures.merge(request.subject().server(), request.names(), picture);
        var jobs = objects.list(Job.class, request.id().namespace(), Map.of(Labels.MANAGED_BY, Labels.MANAGER));
        var attempts = jobs.stream()
                .filter(job -> isOf(job, request))
                .flatMap(job -> attempt(job).stream())
                .toList();
        var seen = new ObservedRestore(
                request.names(),
                picture,
                lane.query(RestoreSql.locale(request.names().database())).stream()
                        .map(DatabaseLocale::read)
                        .findFirst(),
                DatabaseActivity.read(
                        lane.query(RestoreSql.activity(request.names())).getFirst()),
                attempts,
                isTaken(request, jobs),
                before(cr, request),
                credentials(request),
                proofs.of(
                        request.subject().server(), request.references().login().username()),
                List.of());
        return seen.withOffers(offers(seen, lane));
    }

    private static List<Offer> offers(ObservedRestore seen, Lane lane) {
        var names = seen.backup().stream()
                .flatMap(backup -> backup.extensions().stream())
                .map(DumpedExtension::name)
                .toList();
        if (names.isEmpty()) {
            return List.of();
        }
        return lane.query(TenantFurniture.available(names)).stream()
                .map(row -> new Offer(row.requiredText("name"), row.requiredText("version"), row.flag("trusted")))
                .toList();
    }

    private Optional<String> before(DatabaseRestore cr, RestoreRequest request) {
        if (request.memory().outcome() == Outcome.FAILED) {
            return Optional.empty();
        }
        var namespace = request.id().namespace();
        return new Operations(
                        objects.list(DatabaseBackup.class, namespace), objects.list(DatabaseRestore.class, namespace))
                .before(cr, request.references().database().name());
    }

    private Optional<Credentials> credentials(RestoreRequest request) {
        var name = request.references().login().secretName();
        var found = objects.read(new ObjectName(Secret.class, request.id().namespace(), name))
                .map(Secret.class::cast);
        return ObservedSecret.of(found, request.references().database()) instanceof ObservedSecret.Ours ours
                ? ours.credentials()
                        .filter(credentials ->
                                request.names().slotOf(credentials.username()).isPresent())
                : Optional.empty();
    }

    // ---- Jobs

    private static boolean isOf(Job job, RestoreRequest request) {
        return job.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(request.id().uid()));
    }

    private Optional<Attempt> attempt(Job job) {
        var metadata = job.getMetadata();
        var labels = metadata.getLabels();
        var name = new ObjectName(Job.class, metadata.getNamespace(), metadata.getName());
        return Stream.of(JobScript.CHECK, JobScript.RESTORE)
                .filter(script -> ToolJob.task(script).equals(labels.get(Labels.NAME)))
                .findFirst()
                .map(script -> new Attempt(
                        script,
                        number(labels.getOrDefault(Labels.ATTEMPT, "")),
                        name,
                        metadata.getUid(),
                        JobState.of(
                                job,
                                objects.list(
                                        Pod.class, metadata.getNamespace(), Map.of(JOB_OF_POD, metadata.getName()))),
                        metadata.getDeletionTimestamp() != null));
    }

    /** Labels are anybody's to edit. */
    private static int number(String label) {
        return label.matches("[0-9]{1,6}") ? Integer.parseInt(label) : 0;
    }

    /** Two pods on two nodes could not both mount a claim that is not ReadWriteMany. */
    private boolean isTaken(RestoreRequest request, List<Job> jobs) {
        var claimName = request.references().backup().map(Source::claimName).orElse("");
        return jobs.stream()
                        .filter(job ->
                                claimName.equals(job.getMetadata().getLabels().get(Labels.CLAIM)))
                        .filter(job -> !isOf(job, request))
                        .anyMatch(job -> JobState.of(job, List.of()) instanceof JobState.Running)
                && objects.read(new ObjectName(
                                PersistentVolumeClaim.class, request.id().namespace(), claimName))
                        .map(PersistentVolumeClaim.class::cast)
                        .filter(claim -> !claim.getSpec().getAccessModes().contains(MANY))
                        .isPresent();
    }
}
