package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.reference.Operations;
import dev.ocean.operator.restore.RestoreMemory.Outcome;
import dev.ocean.operator.scratch.FillingObserver;
import dev.ocean.operator.tenancy.DatabaseActivity;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.RestoreSql;
import dev.ocean.operator.tenancy.ServerPicture;
import java.util.Optional;

/** Looks at what matters to one restore, all of it live. Changes nothing. */
final class RestoreObserver {

    private final ObjectStore objects;
    private final FillingObserver fillings;
    private final Pictures pictures;
    private final LoginProofs proofs;

    RestoreObserver(ObjectStore objects, Pictures pictures, LoginProofs proofs) {
        this.objects = objects;
        this.fillings = new FillingObserver(objects);
        this.pictures = pictures;
        this.proofs = proofs;
    }

    ObservedRestore look(DatabaseRestore cr, RestoreRequest request, Lane lane) {
        var picture = ServerPicture.read(lane.query(ServerPicture.of(request.names())));
        pictures.merge(request.subject().server(), request.names(), picture);
        var locale = lane.query(RestoreSql.locale(request.names().database())).stream()
                .map(DatabaseLocale::read)
                .findFirst();
        return new ObservedRestore(
                request.names(),
                fillings.look(request.filling(), picture, locale, lane),
                DatabaseActivity.read(
                        lane.query(RestoreSql.activity(request.names())).getFirst()),
                before(cr, request),
                proofs.of(
                        request.subject().server(), request.references().login().username()));
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
}
