package dev.ocean.operator.reference;

import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.SqlIdentifier;
import java.time.Duration;
import java.util.Optional;

/**
 * What a restore's references resolve to.
 *
 * @param server where the database is
 * @param database the ManagedDatabase whose data is replaced
 * @param databaseName its name on the server
 * @param going whether the ManagedDatabase is being deleted
 * @param login the tenant's own, as its Secret has it, into the live database
 * @param backup empty if there is no such DatabaseBackup
 */
public record RestoreReferences(
        DatabaseReferences server,
        ObjectId database,
        SqlIdentifier databaseName,
        boolean going,
        ToolLogin login,
        Optional<Source> backup) {

    /**
     * The backup, as its status tells. What the status says of the file is compared with the file.
     *
     * @param sameProject whether its database belongs to the project of the one that is replaced
     * @param sameDatabase whether it is a backup of the very database that is replaced
     * @param complete whether there is something to restore
     * @param sha256 empty until then
     * @param took how long the dump took; zero until then
     */
    public record Source(
            ObjectId id,
            boolean sameProject,
            boolean sameDatabase,
            boolean complete,
            String claimName,
            String path,
            String sha256,
            Duration took) {}
}
