package dev.ocean.operator.scratch;

import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobAttempts;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.TenantFurniture;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks, live, at what matters to the filling of a scratch database. Changes nothing. */
public final class FillingObserver {

    private final ObjectStore objects;

    public FillingObserver(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * @param picture as it was just read over {@code lane}
     * @param locale that the scratch database is to have; empty for the backup's own
     */
    public ObservedFilling look(Filling filling, ServerPicture picture, Optional<DatabaseLocale> locale, Lane lane) {
        var jobs = objects.list(Job.class, filling.operation().namespace(), Map.of(Labels.MANAGED_BY, Labels.MANAGER));
        var attempts = JobAttempts.of(jobs, filling.operation().uid(), objects);
        return new ObservedFilling(
                filling.names(),
                picture,
                locale,
                attempts,
                occupied(filling, jobs),
                credentials(filling),
                offers(attempts, lane));
    }

    private Optional<Problem> occupied(Filling filling, List<Job> jobs) {
        return filling.source()
                .map(Source::claimName)
                .flatMap(name -> objects.read(new ObjectName(
                        PersistentVolumeClaim.class, filling.operation().namespace(), name)))
                .map(PersistentVolumeClaim.class::cast)
                .flatMap(claim ->
                        JobAttempts.occupied(claim, jobs, filling.operation().uid()));
    }

    private Optional<Credentials> credentials(Filling filling) {
        var name = filling.login().secretName();
        var found = objects.read(
                        new ObjectName(Secret.class, filling.operation().namespace(), name))
                .map(Secret.class::cast);
        return ObservedSecret.of(found, filling.database()) instanceof ObservedSecret.Ours ours
                ? ours.credentials()
                        .filter(credentials ->
                                filling.names().slotOf(credentials.username()).isPresent())
                : Optional.empty();
    }

    private static List<Offer> offers(List<JobAttempt> attempts, Lane lane) {
        var names = ObservedFilling.backup(attempts).stream()
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
}
