package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlLiteral;
import dev.ocean.operator.postgres.SqlNumber;
import dev.ocean.operator.postgres.SqlStatement;
import dev.ocean.operator.tenancy.RestoreStep.ClaimScratch;
import dev.ocean.operator.tenancy.RestoreStep.CreateScratch;
import dev.ocean.operator.tenancy.RestoreStep.DressCopy;
import dev.ocean.operator.tenancy.RestoreStep.DropCopy;
import dev.ocean.operator.tenancy.RestoreStep.MarkCopy;
import dev.ocean.operator.tenancy.RestoreStep.OpenScratch;
import dev.ocean.operator.tenancy.RestoreStep.PrepareScratch;
import dev.ocean.operator.tenancy.RestoreStep.SwapBack;
import dev.ocean.operator.tenancy.RestoreStep.SwapIn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The text of what a restore does and looks at, one function each. */
public final class RestoreSql {

    /** Locale providers can be chosen from 15 on; before, there is libc alone. */
    private static final int PROVIDERS = 150000;

    private RestoreSql() {}

    // ---- looks

    /** Of one database, by its name; no row if there is none. The columns for providers came and were renamed over the versions, hence by way of JSON. */
    public static SqlStatement locale(SqlIdentifier database) {
        return SqlStatement.of(
                        "database-locale",
                        "SELECT pg_catalog.pg_encoding_to_char(d.encoding)::pg_catalog.text AS encoding, d.datcollate::pg_catalog.text AS collate,"
                                + " d.datctype::pg_catalog.text AS ctype, pg_catalog.to_jsonb(d) ->> 'datlocprovider' AS provider,"
                                + " COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') AS locale"
                                + " FROM pg_catalog.pg_database AS d WHERE d.datname = ?")
                .with(database.value());
    }

    /**
     * Who is in the live database, and who is in the way in it and in {@code copies}: one row.
     *
     * @param copies what else a swap renames
     * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW">pg_stat_activity</a>: what kind of process another role's
     *     session is we may not see, but a background process has no user
     */
    public static SqlStatement activity(TenantNames names, List<SqlIdentifier> copies) {
        var database = names.database().value();
        var renamed = Stream.concat(Stream.of(names.database()), copies.stream())
                .map(SqlIdentifier::value)
                .toList();
        var logins = names.logins().stream().map(SqlIdentifier::value).toList();
        return SqlStatement.of(
                        "database-activity",
                        "SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity AS a"
                                + " WHERE a.datname = ? AND a.usesysid IS NOT NULL) AS sessions, (SELECT pg_catalog.array_agg(b.v) FROM"
                                + " (SELECT pg_catalog.concat_ws(' ', a.pid, a.usename, a.application_name, 'in ' || NULLIF(a.datname, ?)) AS v"
                                + " FROM pg_catalog.pg_stat_activity AS a WHERE a.datname = ANY (?::pg_catalog.name[]) AND a.usesysid IS NOT NULL"
                                + " AND (a.usename IS NULL OR a.usename <> ALL (?::pg_catalog.name[])) UNION ALL"
                                + " SELECT pg_catalog.concat_ws(' ', 'prepared transaction of', x.owner, 'in ' || NULLIF(x.database, ?))"
                                + " FROM pg_catalog.pg_prepared_xacts AS x WHERE x.database = ANY (?::pg_catalog.name[]) LIMIT 5) AS b) AS blocking,"
                                + " (SELECT pg_catalog.array_agg(s.slot_name::pg_catalog.text) FROM pg_catalog.pg_replication_slots AS s"
                                + " WHERE s.database = ?) AS slots")
                .with(database)
                .with(database)
                .withTexts(renamed)
                .withTexts(logins)
                .with(database)
                .withTexts(renamed)
                .with(database);
    }

    /**
     * What the tenant's logins have set in each of {@code databases}, sorted.
     *
     * @see <a href="https://www.postgresql.org/docs/current/view-pg-settings.html">pg_settings</a>: {@code context} says who may set a parameter
     */
    public static SqlStatement loginSettings(TenantNames names, List<SqlIdentifier> databases) {
        return SqlStatement.of(
                        "login-settings",
                        "SELECT d.datname::pg_catalog.text AS database, r.rolname::pg_catalog.text AS login, c.v AS setting,"
                                + " (pg_catalog.current_setting('is_superuser') = 'on' OR EXISTS (SELECT FROM pg_catalog.pg_settings AS p"
                                + " WHERE p.context = 'user' AND pg_catalog.lower(p.name) = pg_catalog.lower(pg_catalog.split_part(c.v, '=', 1)))) AS settable"
                                + " FROM pg_catalog.pg_db_role_setting AS s JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase"
                                + " JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (v)"
                                + " WHERE d.datname = ANY (?::pg_catalog.name[]) AND r.rolname = ANY (?::pg_catalog.name[]) ORDER BY 1, 2, 3")
                .withTexts(databases.stream().map(SqlIdentifier::value).toList())
                .withTexts(names.logins().stream().map(SqlIdentifier::value).toList());
    }

    // ---- the scratch database

    /** Closed, marked, then open to those who may connect, which is the admin that owns it: there is no moment in which PUBLIC could enter. */
    static SqlStatement createScratch(CreateScratch step, ServerFacts server) {
        var parts = new ArrayList<SqlStatement>();
        parts.add(createClosed(step, server));
        parts.addAll(claim(step.scratch(), step.mark()));
        return SqlStatement.all("create-scratch", parts).slow();
    }

    static SqlStatement claimScratch(ClaimScratch step) {
        return SqlStatement.all("claim-scratch", claim(step.scratch(), step.mark()));
    }

    private static List<SqlStatement> claim(SqlIdentifier scratch, OwnershipMark mark) {
        return List.of(
                comment(scratch, mark),
                SqlStatement.of("revoke-public", "REVOKE ALL ON DATABASE {} FROM PUBLIC", scratch),
                SqlStatement.of("open-database", "ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", scratch));
    }

    private static SqlStatement createClosed(CreateScratch step, ServerFacts server) {
        var locale = step.locale();
        var encoding = SqlLiteral.of(locale.encoding());
        var collate = SqlLiteral.of(locale.collate());
        var ctype = SqlLiteral.of(locale.ctype());
        var limit = new SqlNumber(step.connectionLimit());
        if (server.version() < PROVIDERS) {
            return SqlStatement.of(
                    "create-database",
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}",
                    step.scratch(),
                    encoding,
                    collate,
                    ctype,
                    limit);
        }
        return createClosedBy(step);
    }

    private static SqlStatement createClosedBy(CreateScratch step) {
        var locale = step.locale();
        var encoding = SqlLiteral.of(locale.encoding());
        var collate = SqlLiteral.of(locale.collate());
        var ctype = SqlLiteral.of(locale.ctype());
        var limit = new SqlNumber(step.connectionLimit());
        if (locale.provider() == DatabaseLocale.Provider.LIBC || locale.locale().isEmpty()) {
            return SqlStatement.of(
                    "create-database",
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE_PROVIDER libc LC_COLLATE {} LC_CTYPE {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}",
                    step.scratch(),
                    encoding,
                    collate,
                    ctype,
                    limit);
        }
        var own = SqlLiteral.of(locale.locale().get());
        return locale.provider() == DatabaseLocale.Provider.ICU
                ? SqlStatement.of(
                        "create-database",
                        "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE_PROVIDER icu ICU_LOCALE {} LC_COLLATE {} LC_CTYPE {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}",
                        step.scratch(),
                        encoding,
                        own,
                        collate,
                        ctype,
                        limit)
                : SqlStatement.of(
                        "create-database",
                        "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE_PROVIDER builtin BUILTIN_LOCALE {} LC_COLLATE {} LC_CTYPE {} ALLOW_CONNECTIONS false CONNECTION LIMIT {}",
                        step.scratch(),
                        encoding,
                        own,
                        collate,
                        ctype,
                        limit);
    }

    static SqlStatement prepareScratch(PrepareScratch step, ServerFacts server) {
        var parts = new ArrayList<>(TenantSql.publicSchema(step.names(), server));
        parts.addAll(TenantSql.extensions(step.names(), step.adminExtensions()));
        if (step.privileges() == RestoreStep.Privileges.DEFAULT) {
            parts.addAll(TenantSql.defaultPrivileges(step.names()));
        }
        return SqlStatement.all("prepare-scratch", parts);
    }

    static SqlStatement openScratch(OpenScratch step) {
        return SqlStatement.of(
                "open-scratch",
                "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}",
                step.scratch(),
                step.names().owner());
    }

    static SqlStatement dressCopy(DressCopy step) {
        var parts = new ArrayList<>(TenantSql.grants(step.copy(), step.names()));
        step.resets().forEach(name -> parts.add(DatabaseParameter.reset(step.copy(), name)));
        step.parameters().forEach(parameter -> parts.add(parameter.set(step.copy())));
        step.logins()
                .forEach(login -> parts.add(SqlStatement.of(
                        "reset-login-in-database", "ALTER ROLE {} IN DATABASE {} RESET ALL", login, step.copy())));
        step.settings().forEach(setting -> parts.add(setting.set(step.copy())));
        parts.add(SqlStatement.of(
                "limit-database",
                "ALTER DATABASE {} WITH CONNECTION LIMIT {}",
                step.copy(),
                new SqlNumber(step.connectionLimit())));
        return SqlStatement.all("dress-copy", parts);
    }

    static SqlStatement markCopy(MarkCopy step) {
        return comment(step.copy(), step.mark());
    }

    // ---- the swap

    /**
     * The first rename takes the lock on which newcomers queue, and waits up to five seconds for the sessions that are there. Closing the database before would lock out
     * everybody, superusers too, if we died between the two.
     *
     * @see <a href="https://www.postgresql.org/docs/current/sql-alterdatabase.html">ALTER DATABASE</a>: only the current database cannot be renamed
     */
    static SqlStatement swapIn(SwapIn step) {
        var live = step.names().database();
        var parts = new ArrayList<SqlStatement>();
        step.outgoing().ifPresent(outgoing -> parts.add(rename(live, outgoing.aside())));
        parts.add(rename(step.incoming().name(), live));
        step.outgoing().ifPresent(outgoing -> parts.addAll(setAside(outgoing)));
        parts.add(comment(live, step.incoming().mark()));
        return SqlStatement.all("swap-in", parts).slow();
    }

    static SqlStatement swapBack(SwapBack step) {
        var live = step.names().database();
        var parts = new ArrayList<SqlStatement>();
        step.outgoing().ifPresent(outgoing -> parts.addAll(moveAway(live, step.between(), outgoing)));
        parts.add(rename(step.incoming().name(), live));
        step.outgoing().ifPresent(outgoing -> parts.add(rename(step.between(), outgoing.aside())));
        parts.add(SqlStatement.of("open-database", "ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", live));
        step.outgoing().ifPresent(outgoing -> parts.addAll(setAside(outgoing)));
        parts.add(comment(live, step.incoming().mark()));
        return SqlStatement.all("swap-back", parts).slow();
    }

    /** Names alone do not tell which way it goes: run a second time, by a leader that lost its lease or after a lost reply, it would undo itself. The OID that was seen does. */
    private static List<SqlStatement> moveAway(
            SqlIdentifier live, SqlIdentifier between, RestoreStep.Outgoing outgoing) {
        return List.of(
                rename(live, between),
                SqlStatement.of(
                        "only-if-it-is-still-the-one",
                        "SELECT 1 / pg_catalog.count(*) FROM pg_catalog.pg_database AS d WHERE d.oid = {} AND d.datname = {}",
                        new SqlNumber(outgoing.oid()),
                        SqlLiteral.of(between.value())));
    }

    private static List<SqlStatement> setAside(RestoreStep.Outgoing outgoing) {
        return List.of(
                SqlStatement.of("close-database", "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", outgoing.aside()),
                comment(outgoing.aside(), outgoing.mark()));
    }

    /** Sessions of our own logins alone: one that we may not end fails the whole statement. */
    static SqlStatement endSessionsIn(List<Long> databases, TenantNames names) {
        return SqlStatement.of(
                        "end-sessions-in",
                        "SELECT pg_catalog.count(*) FILTER (WHERE q.t) AS ended FROM (SELECT pg_catalog.pg_terminate_backend(a.pid) AS t"
                                + " FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = ANY (?::pg_catalog.oid[]) AND a.usename = ANY (?::pg_catalog.name[])) AS q")
                .withNumbers(databases)
                .withTexts(names.logins().stream().map(SqlIdentifier::value).toList());
    }

    // ---- the end

    static SqlStatement dropCopy(DropCopy step) {
        return switch (step.sessions()) {
            case END ->
                SqlStatement.of("drop-copy", "DROP DATABASE IF EXISTS {} WITH (FORCE)", step.copy())
                        .slow();
            case WAIT ->
                SqlStatement.of("drop-copy", "DROP DATABASE IF EXISTS {}", step.copy())
                        .slow();
        };
    }

    private static SqlStatement rename(SqlIdentifier from, SqlIdentifier to) {
        return SqlStatement.of("rename-database", "ALTER DATABASE {} RENAME TO {}", from, to);
    }

    private static SqlStatement comment(SqlIdentifier database, OwnershipMark mark) {
        return SqlStatement.of("mark-database", "COMMENT ON DATABASE {} IS {}", database, mark.literal());
    }
}
