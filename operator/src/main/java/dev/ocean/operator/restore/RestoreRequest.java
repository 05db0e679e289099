package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.plan.Subject;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.RestoreReferences;
import dev.ocean.operator.scratch.Filling;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.TenantNames;
import java.time.Duration;
import java.time.Instant;

/**
 * What a DatabaseRestore asks for, with its references resolved.
 *
 * @param mark of the ManagedDatabase, which is on everything that is made for it
 * @param confirmed what the user wrote as the name of the database that is overwritten
 * @param keep how long what made room is kept
 * @param dryRun whether only the checks are made
 * @param rollback whether it is to be undone
 */
record RestoreRequest(
        Subject subject,
        RestoreReferences references,
        TenantNames names,
        OwnershipMark mark,
        String confirmed,
        Duration keep,
        boolean dryRun,
        boolean rollback,
        RestoreMemory memory) {

    private static final String KIND = "DatabaseRestore";

    static RestoreRequest parse(DatabaseRestore cr, RestoreReferences references) {
        var metadata = cr.getMetadata();
        var spec = cr.getSpec();
        var id = new ObjectId(KIND, metadata.getNamespace(), metadata.getName(), metadata.getUid());
        var server = references.server();
        return new RestoreRequest(
                Subject.of(cr, id, server.key()),
                references,
                new TenantNames(references.databaseName()),
                OwnershipMark.of(server.installation(), server.namespaceUid(), references.database()),
                spec.confirmDatabaseName(),
                Duration.ofHours(spec.keepPreviousHours()),
                spec.dryRun(),
                spec.rollback(),
                RestoreMemory.of(cr));
    }

    ObjectId id() {
        return subject.id();
    }

    /** The scratch database that is to take the live one's place. */
    Filling filling() {
        return new Filling(
                id(),
                references.database(),
                names,
                mark,
                scratch(),
                references.backup(),
                references.login(),
                references.server().allowedExtensions());
    }

    SqlIdentifier scratch() {
        return names.scratch(id().uid());
    }

    SqlIdentifier previous() {
        return names.previous(id().uid());
    }

    OwnershipMark restoredMark() {
        return mark.with(new MarkState.Restored(id().uid()));
    }

    OwnershipMark returnedMark() {
        return mark.with(new MarkState.Returned(id().uid()));
    }

    OwnershipMark previousMark(Instant now) {
        return mark.with(new MarkState.Previous(id().uid(), now.plus(keep)));
    }

    OwnershipMark rolledBackMark(Instant now) {
        return mark.with(new MarkState.RolledBack(id().uid(), now.plus(keep)));
    }
}
