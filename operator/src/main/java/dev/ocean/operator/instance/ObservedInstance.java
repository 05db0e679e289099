package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.Orphan;
import dev.ocean.operator.tenancy.ServerFacts;
import java.util.List;

/**
 * A server as its look told.
 *
 * @param version as the server writes it
 * @param databases how many on it bear a mark of this installation
 * @param orphans what on it no object speaks for, sorted by name
 */
record ObservedInstance(ServerFacts server, String version, int databases, List<Orphan> orphans) {

    ObservedInstance {
        orphans = List.copyOf(orphans);
    }

    ObservedInstance with(List<Orphan> confirmed) {
        return new ObservedInstance(server, version, databases, confirmed);
    }
}
