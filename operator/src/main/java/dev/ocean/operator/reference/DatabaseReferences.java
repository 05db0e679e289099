package dev.ocean.operator.reference;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.tenancy.Adoption;
import java.util.List;
import java.util.Optional;

/**
 * What a ManagedDatabase's names resolve to.
 *
 * @param installation which operator we are, for marks
 * @param namespaceUid of the database's namespace
 * @param instance the PostgresInstance
 * @param server what the directory says of it
 * @param allowedExtensions empty for PostgreSQL's trusted ones
 * @param connectionsPerDatabase the instance's limit
 * @param adoption whose marks on the instance count as ours
 * @param restoring whether its data is being replaced: then nobody else touches it
 * @param noRoom why a database cannot be made anew: a quota or limit that is used up by older ones
 */
public record DatabaseReferences(
        String installation,
        String namespaceUid,
        ObjectId instance,
        ServerDirectory.Entry server,
        Optional<List<String>> allowedExtensions,
        int connectionsPerDatabase,
        Adoption adoption,
        boolean restoring,
        Optional<Problem> noRoom) {

    public ServerKey key() {
        return new ServerKey(instance.uid());
    }

    /** Whether the instance is in another namespace, so that others may compete for names on it. */
    public boolean isShared(String namespace) {
        return !instance.namespace().equals(namespace);
    }
}
