package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.reference.Operations;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.restore.ObservedRestore.Offer;
import dev.ocean.operator.restore.RestoreMemory.Outcome;
import dev.ocean.operator.tenancy.DatabaseActivity;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.RestoreSql;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.TenantFurniture;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at what matters to one restore, all of it live. Changes nothing. */
final class RestoreObserver {

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
        var seen = new ObservedRestore(
                request.names(),
                picture,
                lane.query(RestoreSql.locale(request.names().database())).stream()
                        .map(DatabaseLocale::read)
                        .findFirst(),
                DatabaseActivity.read(
                        lane.query(RestoreSql.activity(request.names())).getFirst()),
                JobAttempts.of(jobs, request.id().uid(), objects),
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

    private boolean isTaken(RestoreRequest request, List<Job> jobs) {
        return request.references()
                .backup()
                .map(Source::claimName)
                .flatMap(name -> objects.read(
                        new ObjectName(PersistentVolumeClaim.class, request.id().namespace(), name)))
                .map(PersistentVolumeClaim.class::cast)
                .filter(claim -> JobAttempts.isTaken(claim, jobs, request.id().uid()))
                .isPresent();
    }
}
