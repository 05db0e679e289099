package dev.ocean.operator.backup;

import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.scratch.FillingObserver;
import dev.ocean.operator.scratch.ObservedFilling;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.ServerPicture;
import java.util.Optional;

/** Looks, live, at what matters to one verification. Changes nothing. */
final class VerificationObserver {

    private final FillingObserver fillings;
    private final Pictures pictures;

    VerificationObserver(ObjectStore objects, Pictures pictures) {
        this.fillings = new FillingObserver(objects);
        this.pictures = pictures;
    }

    ObservedVerification look(VerificationRequest request, ObservedBackup backup, Lane lane) {
        return new ObservedVerification(backup, look(request, lane));
    }

    /** The scratch database has the backup's own locale: whether that can be made here is part of the question. */
    ObservedFilling look(VerificationRequest request, Lane lane) {
        var filling = request.filling();
        var picture = ServerPicture.read(lane.query(ServerPicture.of(filling.names())));
        pictures.merge(request.subject().server(), filling.names(), picture);
        return fillings.look(filling, picture, Optional.empty(), lane);
    }
}
