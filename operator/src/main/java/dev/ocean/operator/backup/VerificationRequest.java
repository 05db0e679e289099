package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.plan.Subject;
import dev.ocean.operator.reference.RestoreReferences;
import dev.ocean.operator.scratch.Filling;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.TenantNames;

/**
 * That a complete backup is restored into a scratch database, to see whether it can be.
 *
 * @param subject the backup, on the server of its database
 * @param filling the scratch database
 * @param systemIdentifier of the server that was checked
 * @param going whether the ManagedDatabase, whose roles it is filled as, is being deleted
 */
record VerificationRequest(Subject subject, Filling filling, String systemIdentifier, boolean going) {

    /** Whether {@code cr} is to be verified and it is not known yet what comes of it: only then there is a scratch database. */
    static boolean isOpen(DatabaseBackup cr) {
        return cr.getSpec().verification() == Verification.RESTORE
                && BackupMemory.of(cr).isUnproved();
    }

    /** @param beside the database, its login and the backup itself */
    static VerificationRequest of(DatabaseBackup cr, RestoreReferences beside) {
        var metadata = cr.getMetadata();
        var id = new ObjectId("DatabaseBackup", metadata.getNamespace(), metadata.getName(), metadata.getUid());
        var names = new TenantNames(beside.databaseName());
        var server = beside.server();
        return new VerificationRequest(
                Subject.of(cr, id, server.key()),
                new Filling(
                        id,
                        beside.database(),
                        names,
                        OwnershipMark.of(server.installation(), server.namespaceUid(), beside.database()),
                        names.verification(id.uid()),
                        beside.backup(),
                        beside.login(),
                        server.allowedExtensions()),
                server.server().systemIdentifier(),
                beside.going());
    }
}
