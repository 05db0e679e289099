package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlLiteral;
import dev.ocean.operator.postgres.SqlNumber;
import dev.ocean.operator.postgres.SqlStatement;
import dev.ocean.operator.tenancy.ServerStep.AlignDatabase;
import dev.ocean.operator.tenancy.ServerStep.AlignGroups;
import dev.ocean.operator.tenancy.ServerStep.AlignLogin;
import dev.ocean.operator.tenancy.ServerStep.CreateDatabase;
import dev.ocean.operator.tenancy.ServerStep.CreateGroups;
import dev.ocean.operator.tenancy.ServerStep.CreateLogin;
import dev.ocean.operator.tenancy.ServerStep.DropTenant;
import dev.ocean.operator.tenancy.ServerStep.EndSessions;
import dev.ocean.operator.tenancy.ServerStep.FurnishDatabase;
import dev.ocean.operator.tenancy.ServerStep.LockLogins;
import dev.ocean.operator.tenancy.ServerStep.Login;
import dev.ocean.operator.tenancy.ServerStep.ReassignStrays;
import dev.ocean.operator.tenancy.ServerStep.ReleaseOwned;
import dev.ocean.operator.tenancy.ServerStep.RetainDatabase;
import dev.ocean.operator.tenancy.ServerStep.RevokeMembers;
import java.util.ArrayList;
import java.util.List;

/** The text of every step, one function each; the manual's pages are named where a form is not obvious. */
final class TenantSql {

    /** From 15 on, schema {@code public} belongs to {@code pg_database_owner}, so to our admin; before, to the bootstrap superuser. */
    private static final int OWNER_OWNS_PUBLIC = 150000;

    /** From 17 on there is a builtin locale provider, and a server initialised with it takes other locales only beside an explicit provider. */
    private static final int BUILTIN_PROVIDER = 170000;

    private TenantSql() {}

    static SqlStatement createGroups(CreateGroups step, ServerFacts server) {
        var parts = new ArrayList<SqlStatement>();
        for (var role : step.missing()) {
            parts.add(SqlStatement.of("create-group", "CREATE ROLE {} NOLOGIN", role));
            parts.add(membershipOfAdmin(role, server));
            parts.add(commentOnRole(role, step.mark()));
        }
        return SqlStatement.all("create-groups", parts);
    }

    static SqlStatement alignGroups(AlignGroups step) {
        var parts = new ArrayList<SqlStatement>();
        for (var role : step.roles()) {
            parts.add(SqlStatement.of("lock-group", "ALTER ROLE {} NOLOGIN", role));
            parts.add(commentOnRole(role, step.mark()));
        }
        return SqlStatement.all("align-groups", parts);
    }

    /** @see <a href="https://www.postgresql.org/docs/current/sql-createdatabase.html">CREATE DATABASE</a>: not in a transaction block, so first in its round trip */
    static SqlStatement createDatabase(CreateDatabase step, ServerFacts server) {
        var parts = new ArrayList<SqlStatement>();
        parts.add(createClosed(step, server));
        parts.add(commentOnDatabase(step.names(), step.mark()));
        parts.addAll(grants(step.names().database(), step.names()));
        step.settings()
                .parameters()
                .forEach(parameter -> parts.add(parameter.set(step.names().database())));
        parts.add(open(step.names()));
        return SqlStatement.all("create-database", parts).slow();
    }

    /** From {@code template0}: what a tenant planted in {@code template1} would be inherited, and a session held there would make this fail. */
    private static SqlStatement createClosed(CreateDatabase step, ServerFacts server) {
        var database = step.names().database();
        var encoding = SqlLiteral.of(step.settings().encoding());
        var limit = new SqlNumber(step.settings().loginLimit());
        if (step.settings().locale().isEmpty()) {
            return SqlStatement.of(
                    "create-database",
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}",
                    database,
                    encoding,
                    limit);
        }
        var locale = SqlLiteral.of(step.settings().locale().get());
        if (server.version() >= BUILTIN_PROVIDER) {
            return SqlStatement.of(
                    "create-database",
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE_PROVIDER libc LOCALE {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}",
                    database,
                    encoding,
                    locale,
                    limit);
        }
        return SqlStatement.of(
                "create-database",
                "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}",
                database,
                encoding,
                locale,
                limit);
    }

    static SqlStatement alignDatabase(AlignDatabase step, ServerFacts server) {
        var database = step.names().database();
        var parts = new ArrayList<SqlStatement>();
        parts.add(SqlStatement.of("own-database", "ALTER DATABASE {} OWNER TO CURRENT_USER", database));
        parts.add(commentOnDatabase(step.names(), step.mark()));
        for (var stranger : step.strangers()) {
            parts.add(SqlStatement.of(
                    "revoke-stranger", "REVOKE ALL ON DATABASE {} FROM {}", database, SqlIdentifier.of(stranger)));
        }
        parts.addAll(grants(step.names().database(), step.names()));
        step.resets().forEach(name -> parts.add(DatabaseParameter.reset(database, name)));
        step.settings().parameters().forEach(parameter -> parts.add(parameter.set(database)));
        parts.add(limit(step.names(), step.settings().loginLimit() * step.logins()));
        parts.add(open(step.names()));
        return SqlStatement.all("align-database", parts);
    }

    /** On {@code database}, which is the live one or is to take its place. */
    static List<SqlStatement> grants(SqlIdentifier database, TenantNames names) {
        return List.of(
                SqlStatement.of("revoke-public", "REVOKE ALL ON DATABASE {} FROM PUBLIC", database),
                // What our groups were given beyond this goes too; nobody sees the moment between.
                SqlStatement.of(
                        "revoke-groups",
                        "REVOKE ALL ON DATABASE {} FROM {}, {}, {}",
                        database,
                        names.owner(),
                        names.readOnly(),
                        names.readWrite()),
                SqlStatement.of(
                        "grant-owner",
                        "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}",
                        database,
                        names.owner()),
                SqlStatement.of("grant-read-only", "GRANT CONNECT ON DATABASE {} TO {}", database, names.readOnly()),
                SqlStatement.of(
                        "grant-read-write",
                        "GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}",
                        database,
                        names.readWrite()));
    }

    static SqlStatement furnishDatabase(FurnishDatabase step, ServerFacts server) {
        var names = step.names();
        var parts = new ArrayList<>(publicSchema(names, server));
        parts.addAll(defaultPrivileges(names));
        parts.addAll(extensions(names, step.adminExtensions()));
        step.login().ifPresent(login -> parts.addAll(newLogin(names, step.mark(), login, server)));
        return SqlStatement.all("furnish-database", parts);
    }

    /** Empty where schema {@code public} is not ours to give. */
    static List<SqlStatement> publicSchema(TenantNames names, ServerFacts server) {
        if (!server.superuser() && server.version() < OWNER_OWNS_PUBLIC) {
            return List.of();
        }
        return List.of(
                SqlStatement.of("close-public", "REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
                SqlStatement.of("own-public", "ALTER SCHEMA public OWNER TO {}", names.owner()),
                SqlStatement.of(
                        "use-public", "GRANT USAGE ON SCHEMA public TO {}, {}", names.readOnly(), names.readWrite()));
    }

    /** As the admin, in a database in which nobody has been. */
    static List<SqlStatement> extensions(TenantNames names, List<Extension> extensions) {
        var parts = new ArrayList<SqlStatement>();
        for (var extension : extensions) {
            parts.add(SqlStatement.of(
                    "create-extension-schema",
                    "CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}",
                    SqlIdentifier.of(extension.schema()),
                    names.owner()));
            parts.add(TenantFurniture.createExtension(extension));
        }
        return parts;
    }

    /** A reader sees tables and schemas that the owner makes later; so a further user touches nothing inside the database. */
    static List<SqlStatement> defaultPrivileges(TenantNames names) {
        var owner = names.owner();
        var readOnly = names.readOnly();
        var readWrite = names.readWrite();
        return List.of(
                SqlStatement.of(
                        "default-schemas",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT USAGE ON SCHEMAS TO {}, {}",
                        owner,
                        readOnly,
                        readWrite),
                SqlStatement.of(
                        "default-tables-ro",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT SELECT ON TABLES TO {}",
                        owner,
                        readOnly),
                SqlStatement.of(
                        "default-tables-rw",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
                        owner,
                        readWrite),
                SqlStatement.of(
                        "default-sequences-ro",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT SELECT ON SEQUENCES TO {}",
                        owner,
                        readOnly),
                SqlStatement.of(
                        "default-sequences-rw",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT SELECT, USAGE, UPDATE ON SEQUENCES TO {}",
                        owner,
                        readWrite));
    }

    static SqlStatement createLogin(CreateLogin step, ServerFacts server) {
        return SqlStatement.all("create-login", newLogin(step.names(), step.mark(), step.login(), server));
    }

    private static List<SqlStatement> newLogin(TenantNames names, OwnershipMark mark, Login login, ServerFacts server) {
        var role = names.login(login.slot());
        return List.of(
                SqlStatement.of(
                        "create-login",
                        "CREATE ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT CONNECTION LIMIT {}",
                        role,
                        login.verifier().literal(),
                        new SqlNumber(login.limit())),
                // Without membership a non-superuser may not end the login's sessions.
                membershipOfAdmin(role, server),
                commentOnRole(role, mark),
                SqlStatement.of("grant-owner-to-login", "GRANT {} TO {}", names.owner(), role),
                // On the role and not IN DATABASE: that would hang on the database's OID and be lost by a restore.
                SqlStatement.of(
                        "set-role",
                        "ALTER ROLE {} SET role TO {}",
                        role,
                        SqlLiteral.of(names.owner().value())));
    }

    /** NOSUPERUSER and its like never stand in an ALTER: a CREATEROLE admin may not say them there, even where nothing changes. */
    static SqlStatement alignLogin(AlignLogin step, ServerFacts server) {
        var role = step.names().login(step.slot());
        var limit = new SqlNumber(step.limit());
        var parts = new ArrayList<SqlStatement>();
        parts.add(step.verifier()
                .map(ScramVerifier::literal)
                .map(verifier -> SqlStatement.of(
                        "set-password",
                        "ALTER ROLE {} WITH LOGIN PASSWORD {} CONNECTION LIMIT {}",
                        role,
                        verifier,
                        limit))
                .orElseGet(() ->
                        SqlStatement.of("allow-login", "ALTER ROLE {} WITH LOGIN CONNECTION LIMIT {}", role, limit)));
        parts.add(membershipOfAdmin(role, server));
        parts.add(commentOnRole(role, step.mark()));
        parts.add(SqlStatement.of(
                "grant-owner-to-login", "GRANT {} TO {}", step.names().owner(), role));
        parts.add(SqlStatement.of("reset-login", "ALTER ROLE {} RESET ALL", role));
        if (step.hasDatabase()) {
            // A tenant may set there what keeps its own login out.
            parts.add(SqlStatement.of(
                    "reset-login-in-database",
                    "ALTER ROLE {} IN DATABASE {} RESET ALL",
                    role,
                    step.names().database()));
        }
        parts.add(SqlStatement.of(
                "set-role",
                "ALTER ROLE {} SET role TO {}",
                role,
                SqlLiteral.of(step.names().owner().value())));
        return SqlStatement.all("align-login", parts);
    }

    /** With CASCADE, as they may have let in others. */
    static SqlStatement revokeMembers(RevokeMembers step) {
        return SqlStatement.all(
                "revoke-members",
                step.members().stream()
                        .map(member -> SqlStatement.of(
                                "revoke-member", "REVOKE {} FROM {} CASCADE", step.role(), SqlIdentifier.of(member)))
                        .toList());
    }

    static SqlStatement reassignStrays(ReassignStrays step) {
        return SqlStatement.of(
                        "reassign-strays",
                        "REASSIGN OWNED BY {} TO {}",
                        step.names().login(step.slot()),
                        step.names().owner())
                .slow();
    }

    static SqlStatement lockLogins(LockLogins step) {
        return SqlStatement.all(
                "lock-logins",
                step.slots().stream().map(slot -> lock(step.names(), slot)).toList());
    }

    private static SqlStatement lock(TenantNames names, Slot slot) {
        return SqlStatement.of("lock-login", "ALTER ROLE {} NOLOGIN", names.login(slot));
    }

    /** By login and not by database: what somebody else runs in it is not ours to end, and one such session would fail the whole statement. Each is waited for: who looks next finds it gone. */
    static SqlStatement endSessions(EndSessions step) {
        var logins = step.slots().stream()
                .map(slot -> step.names().login(slot).value())
                .toList();
        return SqlStatement.of(
                        "end-sessions",
                        "SELECT pg_catalog.count(*) FILTER (WHERE q.t) AS ended FROM (SELECT pg_catalog.pg_terminate_backend(a.pid, 500) AS t"
                                + " FROM pg_catalog.pg_stat_activity AS a WHERE a.usename = ANY (?::pg_catalog.name[])) AS q")
                .withTexts(logins);
    }

    /** REASSIGN first: DROP OWNED alone would drop tables. */
    static SqlStatement releaseOwned(ReleaseOwned step) {
        var login = step.names().login(step.slot());
        return SqlStatement.all(
                        "release-owned",
                        List.of(
                                SqlStatement.of(
                                        "reassign-owned",
                                        "REASSIGN OWNED BY {} TO {}",
                                        login,
                                        step.names().owner()),
                                SqlStatement.of("drop-owned", "DROP OWNED BY {}", login)))
                .slow();
    }

    static SqlStatement retainDatabase(RetainDatabase step) {
        var parts = new ArrayList<SqlStatement>();
        step.slots().forEach(slot -> parts.add(lock(step.names(), slot)));
        parts.add(SqlStatement.of(
                "close-database",
                "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false",
                step.names().database()));
        parts.add(commentOnDatabase(step.names(), step.mark()));
        return SqlStatement.all("retain-database", parts);
    }

    /** @see <a href="https://www.postgresql.org/docs/current/sql-dropdatabase.html">DROP DATABASE</a>: not in a transaction block, so first in its round trip */
    static SqlStatement dropTenant(DropTenant step) {
        var database = step.names().database();
        var parts = new ArrayList<SqlStatement>();
        parts.add(
                switch (step.sessions()) {
                    case END -> SqlStatement.of("drop-database", "DROP DATABASE IF EXISTS {} WITH (FORCE)", database);
                    case WAIT -> SqlStatement.of("drop-database", "DROP DATABASE IF EXISTS {}", database);
                });
        step.roles().forEach(role -> parts.add(dropRole(role)));
        return SqlStatement.all("drop-tenant", parts).slow();
    }

    static SqlStatement dropRoles(
            @com.google.errorprone.annotations.CompileTimeConstant String id, List<SqlIdentifier> roles) {
        return SqlStatement.all(id, roles.stream().map(TenantSql::dropRole).toList());
    }

    private static SqlStatement dropRole(SqlIdentifier role) {
        return SqlStatement.of("drop-role", "DROP ROLE IF EXISTS {}", role);
    }

    private static SqlStatement membershipOfAdmin(SqlIdentifier role, ServerFacts server) {
        return server.hasMembershipOptions()
                ? SqlStatement.of("join-role", "GRANT {} TO CURRENT_USER WITH SET TRUE, INHERIT TRUE", role)
                : SqlStatement.of("join-role", "GRANT {} TO CURRENT_USER", role);
    }

    private static SqlStatement commentOnRole(SqlIdentifier role, OwnershipMark mark) {
        return SqlStatement.of("mark-role", "COMMENT ON ROLE {} IS {}", role, mark.literal());
    }

    private static SqlStatement commentOnDatabase(TenantNames names, OwnershipMark mark) {
        return SqlStatement.of("mark-database", "COMMENT ON DATABASE {} IS {}", names.database(), mark.literal());
    }

    private static SqlStatement limit(TenantNames names, int connections) {
        return SqlStatement.of(
                "limit-database",
                "ALTER DATABASE {} WITH CONNECTION LIMIT {}",
                names.database(),
                new SqlNumber(connections));
    }

    private static SqlStatement open(TenantNames names) {
        return SqlStatement.of("open-database", "ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", names.database());
    }
}
