package dev.ocean.operator.scratch;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.TenantNames;
import java.util.List;
import java.util.Optional;

/**
 * Which scratch database is filled, from which backup, and for whom.
 *
 * @param operation the object that wants it: its Jobs, and in the mark its UID, tell how far it is
 * @param database the ManagedDatabase whose roles it is filled as
 * @param names of that one
 * @param mark of that one, which is on everything that is made for it
 * @param scratch its name
 * @param source empty only where nothing is to be filled any more
 * @param login the tenant's own; the database in it is not used
 * @param allowedExtensions of the instance; empty for PostgreSQL's trusted ones
 */
public record Filling(
        ObjectId operation,
        ObjectId database,
        TenantNames names,
        OwnershipMark mark,
        SqlIdentifier scratch,
        Optional<Source> source,
        ToolLogin login,
        Optional<List<String>> allowedExtensions) {

    OwnershipMark scratchMark() {
        return mark.with(new MarkState.Scratch(operation.uid()));
    }

    /** The backup that is restored; there is one wherever something is to be filled. */
    Source backup() {
        return source.orElseThrow();
    }

    /** Grants of another database name its roles, which are not this one's. */
    public boolean isOfThisName(BackedUp backup) {
        return backup.databaseName().equals(names.database().value());
    }
}
