package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.database.ObservedDatabase.ExtensionOffer;
import dev.ocean.operator.database.ObservedDatabase.FormerSecret;
import dev.ocean.operator.database.ObservedDatabase.ObservedBirth;
import dev.ocean.operator.database.ObservedFinalBackup.Found;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.reference.RestoreTargets;
import dev.ocean.operator.scratch.FillingObserver;
import dev.ocean.operator.scratch.Scratch;
import dev.ocean.operator.tenancy.DatabaseActivity;
import dev.ocean.operator.tenancy.Extension;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.RestoreSql;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.tenancy.TenantFurniture;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at what matters to one ManagedDatabase; changes nothing. */
final class DatabaseObserver {

    private final ObjectStore objects;
    private final FillingObserver fillings;
    private final Pictures pictures;
    private final LoginProofs proofs;

    DatabaseObserver(ObjectStore objects, Pictures pictures, LoginProofs proofs) {
        this.objects = objects;
        this.fillings = new FillingObserver(objects);
        this.pictures = pictures;
        this.proofs = proofs;
    }

    /** What a glance does not see. */
    private record Details(
            Set<String> restores,
            Optional<List<ExtensionOffer>> offers,
            Optional<ObservedBirth> birth,
            Optional<ObservedFinalBackup> finalBackup) {
        static final Details NONE = new Details(Set.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** From the last picture of the server, at no cost to it; empty if there is no recent one. Good enough to find nothing to do, not to act on. */
    Optional<ObservedDatabase> glance(DatabaseRequest request, Optional<String> formerSecret, Instant now) {
        return pictures.recent(request.subject().server(), now)
                .map(picture -> observed(request, picture.only(request.names()), formerSecret, Details.NONE));
    }

    /** One round trip, two where extensions are asked for or a last backup is to be made. */
    ObservedDatabase look(DatabaseRequest request, Optional<String> formerSecret, Lane lane) {
        var picture = ServerPicture.read(lane.query(ServerPicture.of(request.names())));
        pictures.merge(request.subject().server(), request.names(), picture);
        var details = new Details(
                restores(request, picture),
                Optional.of(offers(request, lane)),
                birth(request, picture, lane),
                finalBackup(request, lane));
        return observed(request, picture, formerSecret, details);
    }

    /** Live: what is dropped because its restore is gone must not be one that a cache has not seen yet. */
    private Set<String> restores(DatabaseRequest request, ServerPicture picture) {
        return picture.copies(request.names()).isEmpty()
                ? Set.of()
                : objects.list(DatabaseRestore.class, request.id().namespace()).stream()
                        .map(restore -> restore.getMetadata().getUid())
                        .collect(Collectors.toUnmodifiableSet());
    }

    private Optional<ObservedBirth> birth(DatabaseRequest request, ServerPicture picture, Lane lane) {
        return request.origin().map(backup -> {
            var source = objects.read(
                            new ObjectName(DatabaseBackup.class, request.id().namespace(), backup))
                    .map(DatabaseBackup.class::cast)
                    .map(found -> RestoreTargets.sourceOf(
                            found, request.project(), request.id().name()));
            var seen = fillings.look(Birth.filling(request, source, Slot.A), picture, Optional.empty(), lane);
            return new ObservedBirth(
                    source,
                    seen.backup()
                            .map(found -> seen.in(request.settings().bornFrom(Scratch.localeOf(found))))
                            .orElse(seen));
        });
    }

    private static List<ExtensionOffer> offers(DatabaseRequest request, Lane lane) {
        if (request.extensions().isEmpty()) {
            return List.of();
        }
        var names = request.extensions().stream().map(Extension::name).toList();
        return lane.query(TenantFurniture.available(names)).stream()
                .map(row ->
                        new ExtensionOffer(row.requiredText("name"), row.requiredText("version"), row.flag("trusted")))
                .toList();
    }

    private ObservedDatabase observed(
            DatabaseRequest request, ServerPicture picture, Optional<String> formerSecret, Details details) {
        var secret = secret(request, request.secretName());
        var former = formerSecret
                .filter(name -> !name.equals(request.secretName()))
                .flatMap(name -> secret(request, name) instanceof ObservedSecret.Ours ours
                        ? Optional.of(new FormerSecret(name, ours))
                        : Optional.empty());
        return new ObservedDatabase(
                request.names(),
                picture.adopting(request.mark(), request.references().adoption()),
                secret,
                former,
                proofs(request),
                proofs.inheritedUntil(request.names().database().value()),
                details.restores(),
                details.offers(),
                details.birth(),
                details.finalBackup());
    }

    /** Live: the backup's own status is told when its pass comes, and a DROP does not wait for that. */
    private boolean isThere(DatabaseRequest request, Location place) {
        return objects.read(
                        new ObjectName(PersistentVolumeClaim.class, request.id().namespace(), place.claimName()))
                .map(PersistentVolumeClaim.class::cast)
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
                .filter(claim -> claim.getMetadata().getUid().equals(place.claimUid()))
                .isPresent();
    }

    private Optional<ObservedFinalBackup> finalBackup(DatabaseRequest request, Lane lane) {
        if (request.policy().finalBackup() == FinalBackup.NONE) {
            return Optional.empty();
        }
        var found = objects.read(FinalBackupObjects.backupName(request))
                .map(DatabaseBackup.class::cast)
                .map(backup -> Found.of(backup, request, place -> isThere(request, place)));
        ObservedSecret login = found.<ObservedSecret>map(backup -> ObservedSecret.of(
                        objects.read(FinalBackupObjects.loginName(request)).map(Secret.class::cast),
                        FinalBackupObjects.backupId(request, backup.uid())))
                .orElseGet(ObservedSecret.Absent::new);
        var activity = DatabaseActivity.read(
                lane.query(RestoreSql.activity(request.names(), List.of())).getFirst());
        return Optional.of(new ObservedFinalBackup(found, login, activity));
    }

    private ObservedSecret secret(DatabaseRequest request, String name) {
        var found = objects.read(new ObjectName(Secret.class, request.id().namespace(), name))
                .map(Secret.class::cast);
        return ObservedSecret.of(found, request.id());
    }

    private Map<Slot, LoginProof> proofs(DatabaseRequest request) {
        var found = new EnumMap<Slot, LoginProof>(Slot.class);
        for (var slot : Slot.values()) {
            proofs.of(request.subject().server(), request.names().login(slot).value())
                    .ifPresent(proof -> found.put(slot, proof));
        }
        return found;
    }
}
