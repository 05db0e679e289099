package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlNumber;
import dev.ocean.operator.postgres.SqlStatement;
import dev.ocean.operator.tenancy.ServerStep.CloseDatabase;
import java.util.ArrayList;

/** The text of what comes before a last backup. */
final class FinalBackupSql {

    private FinalBackupSql() {}

    /** PUBLIC is shut out too, and whoever else was let in: what they write would come behind the backup. With CASCADE, as they may have let in others. */
    static SqlStatement closeDatabase(CloseDatabase step) {
        var names = step.names();
        var database = names.database();
        var parts = new ArrayList<SqlStatement>();
        step.slots()
                .forEach(slot -> parts.add(SqlStatement.of("lock-login", "ALTER ROLE {} NOLOGIN", names.login(slot))));
        parts.add(SqlStatement.of("revoke-public", "REVOKE ALL ON DATABASE {} FROM PUBLIC", database));
        step.grantees()
                .forEach(grantee -> parts.add(SqlStatement.of(
                        "revoke-grantee",
                        "REVOKE ALL ON DATABASE {} FROM {} CASCADE",
                        database,
                        SqlIdentifier.of(grantee))));
        parts.add(SqlStatement.of("grant-owner", "GRANT CONNECT ON DATABASE {} TO {}", database, names.owner()));
        parts.add(SqlStatement.of(
                "open-for-backup",
                "ALTER DATABASE {} WITH ALLOW_CONNECTIONS true CONNECTION LIMIT {}",
                database,
                new SqlNumber(step.limit())));
        parts.add(SqlStatement.of(
                "mark-database",
                "COMMENT ON DATABASE {} IS {}",
                database,
                step.mark().literal()));
        return SqlStatement.all("close-for-backup", parts);
    }
}
