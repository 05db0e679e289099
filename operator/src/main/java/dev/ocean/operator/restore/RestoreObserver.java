package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.reference.Operations;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.restore.RestoreMemory.Outcome;
import dev.ocean.operator.scratch.FillingObserver;
import dev.ocean.operator.tenancy.DatabaseActivity;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.LoginSetting;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.RestoreSql;
import dev.ocean.operator.tenancy.ServerPicture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Looks at what matters to one restore, all of it live. Changes nothing. Whoever plans a restore plans on what this returns, so nothing is ever decided by another server's databases. */
final class RestoreObserver {

    private static final Duration RECHECK = Duration.ofSeconds(5);

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

    /** @throws Blocked {@code InstanceNotReady} where another server answers than the one that was checked */
    ObservedRestore look(DatabaseRestore cr, RestoreRequest request, Lane lane) {
        var picture = ServerPicture.read(lane.query(ServerPicture.of(request.names())));
        requireServer(request, picture);
        pictures.merge(request.subject().server(), request.names(), picture);
        var locale = lane.query(RestoreSql.locale(request.names().database())).stream()
                .map(DatabaseLocale::read)
                .findFirst();
        return new ObservedRestore(
                request.names(),
                fillings.look(request.filling(), picture, locale, lane),
                DatabaseActivity.read(
                        lane.query(RestoreSql.activity(request.names(), List.of(request.scratch(), request.previous())))
                                .getFirst()),
                isToBeUndone(request),
                lane
                        .query(RestoreSql.loginSettings(
                                request.names(), List.of(request.names().database(), request.previous())))
                        .stream()
                        .map(LoginSetting::read)
                        .toList(),
                before(cr, request),
                proofs.of(
                        request.subject().server(), request.references().login().username()));
    }

    /** What is missing there is not lost, and what is there is not this restore's. */
    private static void requireServer(RestoreRequest request, ServerPicture picture) {
        var server = request.references().server();
        var found = picture.server().systemIdentifier();
        if (request.memory()
                .systemIdentifier()
                .filter(begun -> !begun.equals(found))
                .isPresent()) {
            throw elsewhere(
                    "The ManagedDatabase is on another server than the one on which this restore has begun, PostgresInstance '"
                            + server.instance().path() + "'. Point its `instanceRef` back.");
        }
        if (!found.equals(server.server().systemIdentifier())) {
            throw elsewhere("Another server answers at the address of PostgresInstance '"
                    + server.instance().path() + "'. Its conditions will say more.");
        }
    }

    private static Blocked elsewhere(String message) {
        return new Blocked(Problem.of(ProblemKind.WAITING, Reason.INSTANCE_NOT_READY, message)
                .after(RECHECK));
    }

    private boolean isToBeUndone(RestoreRequest request) {
        return request.rollback()
                || objects.read(request.subject().name())
                        .filter(live ->
                                request.id().uid().equals(live.getMetadata().getUid()))
                        .map(DatabaseRestore.class::cast)
                        .filter(live -> live.getSpec().rollback())
                        .isPresent();
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
