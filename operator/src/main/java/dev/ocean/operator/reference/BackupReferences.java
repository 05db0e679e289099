package dev.ocean.operator.reference;

import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.report.Problem;
import java.util.Optional;

/**
 * What a backup's reference to its database resolves to.
 *
 * @param database the ManagedDatabase
 * @param project its Project's name
 * @param claimName of the volume that new backups go to
 * @param server where the database is; empty while the instance cannot be used
 * @param login the tenant's own, as its Secret has it; empty while the database is not ready for it
 * @param notReady why there is no login
 * @param previousBytes size of the database's last good backup; 0 for none
 * @param before the operation on the same database that has to be over first: its kind and name
 * @param going whether its database is being deleted, so that none but its last one is made
 * @param rationed whether the project has a quota of backups
 * @param noRoom why this backup is refused: the project's quota
 */
public record BackupReferences(
        ObjectId database,
        String project,
        String claimName,
        Optional<DatabaseReferences> server,
        Optional<ToolLogin> login,
        Optional<Problem> notReady,
        long previousBytes,
        Optional<String> before,
        boolean going,
        boolean rationed,
        Optional<Problem> noRoom) {

    /** Of the server that the database is on. */
    public Optional<String> serverVersion() {
        return server.map(found -> found.server().version());
    }
}
