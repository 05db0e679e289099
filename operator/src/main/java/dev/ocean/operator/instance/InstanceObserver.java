package dev.ocean.operator.instance;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.postgres.LaneKind;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.ServerPicture;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;

/** Looks at a server: one query, whatever the number of databases. */
final class InstanceObserver {

    private static final int MAX_VERSION = 64;

    private final ObjectStore objects;
    private final Servers servers;
    private final String installation;

    InstanceObserver(ObjectStore objects, Servers servers, String installation) {
        this.objects = objects;
        this.servers = servers;
        this.installation = installation;
    }

    /** Live, because one without our label is in no cache of ours, and that is what its owner wants to be told. */
    Optional<Secret> secret(String namespace, String name) {
        return objects.read(new ObjectName(Secret.class, namespace, name)).map(Secret.class::cast);
    }

    /** A picture and what it says of the instance. */
    record Look(ServerPicture picture, ObservedInstance seen) {}

    Look look(InstanceRequest request) {
        servers.put(
                request.key(),
                request.id().path(),
                request.secret().address(),
                request.secret().login());
        try (var lane = servers.enter(request.key(), LaneKind.LOOK)) {
            var picture = ServerPicture.read(lane.query(ServerPicture.whole()));
            var ours =
                    picture.databases().values().stream().filter(this::isOurs).count();
            return new Look(
                    picture, new ObservedInstance(picture.server(), cut(lane.serverVersion()), (int) ours, List.of()));
        }
    }

    private boolean isOurs(DatabaseFacts database) {
        return database.mark()
                .filter(mark -> mark.installation().equals(installation))
                .isPresent();
    }

    /** The server's own words, as long as the status takes: a hostile one could have us write what the API server refuses. */
    private static String cut(String version) {
        return version.substring(0, Math.min(version.length(), MAX_VERSION));
    }
}
