package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.Row;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlStatement;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the catalogs of one server say of databases and roles, from one query: either of all (once a minute, whatever the number of databases), or of one tenant
 * (in a pass that is about to act). It is read in the maintenance database, so it wakes nothing in a tenant's.
 *
 * @param databases by name; all of the server, or those of the tenant that exist
 * @param roles by name; all marked ones, or those of the tenant that exist, marked or not
 */
public record ServerPicture(ServerFacts server, Map<String, DatabaseFacts> databases, Map<String, RoleFacts> roles) {

    private static final String WITH_ALL = "WITH role AS MATERIALIZED ("
            + "SELECT a.oid, a.rolname, a.rolcanlogin, a.rolconnlimit, a.rolconfig, m.description"
            + " FROM pg_catalog.pg_shdescription AS m JOIN pg_catalog.pg_roles AS a ON a.oid = m.objoid"
            + " WHERE m.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND m.description LIKE 'ocean/1 %'), "
            + "base AS (SELECT d.*, NULL::pg_catalog.text[] AS obstinate FROM pg_catalog.pg_database AS d), "
            + "residue AS (SELECT NULL::pg_catalog.oid AS role, NULL::pg_catalog.text[] AS v WHERE false)";

    private static final String WITH_TENANT = "WITH role AS MATERIALIZED ("
            + "SELECT a.oid, a.rolname, a.rolcanlogin, a.rolconnlimit, a.rolconfig, m.description"
            + " FROM pg_catalog.pg_roles AS a LEFT JOIN pg_catalog.pg_shdescription AS m"
            + " ON m.objoid = a.oid AND m.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass"
            + " WHERE a.rolname = ANY (?::pg_catalog.name[])), "
            + "base AS (SELECT d.*, (SELECT pg_catalog.array_agg(s.v ORDER BY s.v) FROM ("
            + "SELECT pg_catalog.concat_ws(' ', a.pid, COALESCE(a.usename, 'autovacuum'), a.application_name) AS v"
            + " FROM pg_catalog.pg_stat_activity AS a LEFT JOIN pg_catalog.pg_roles AS u ON u.oid = a.usesysid"
            + " WHERE a.datid = d.oid AND (u.rolsuper OR a.usesysid IS NULL)"
            + " AND pg_catalog.current_setting('is_superuser') = 'off'"
            // PREPARE TRANSACTION outlives its session, and only who made it or a superuser may end it.
            + " UNION ALL SELECT pg_catalog.concat_ws(' ', 'prepared', p.owner, p.gid) FROM pg_catalog.pg_prepared_xacts AS p"
            + " WHERE p.database = d.datname LIMIT 5) AS s) AS obstinate"
            + " FROM pg_catalog.pg_database AS d WHERE d.datname = ANY (?::pg_catalog.name[]) OR EXISTS (SELECT"
            + " FROM pg_catalog.unnest(?::pg_catalog.text[]) AS p (v) WHERE pg_catalog.starts_with(d.datname::pg_catalog.text, p.v))), "
            + "residue AS (SELECT s.refobjid AS role, pg_catalog.array_agg(DISTINCT b.datname::pg_catalog.text) AS v"
            + " FROM pg_catalog.pg_shdepend AS s JOIN role AS r ON r.oid = s.refobjid JOIN pg_catalog.pg_database AS b ON b.oid = s.dbid"
            + " WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass GROUP BY s.refobjid)";

    private static final String SELECT = ", owned AS MATERIALIZED ("
            + "SELECT s.dbid, pg_catalog.array_agg(DISTINCT r.rolname::pg_catalog.text) AS v"
            + " FROM pg_catalog.pg_shdepend AS s JOIN role AS r ON r.oid = s.refobjid"
            + " WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.deptype = 'o' AND s.dbid <> 0"
            // REASSIGN OWNED passes these two over, so they are no strays; but the owner's default privileges tell that
            // a database was furnished.
            + " AND (s.classid NOT IN ('pg_catalog.pg_default_acl'::pg_catalog.regclass, 'pg_catalog.pg_user_mapping'::pg_catalog.regclass)"
            + " OR r.rolname LIKE '%\\_\\_owner') GROUP BY s.dbid) "
            + "SELECT 'server' AS kind, 0::pg_catalog.int8 AS oid, a.rolname::pg_catalog.text AS name, NULL AS mark, "
            + "(SELECT c.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() AS c) AS owner, a.rolsuper AS flag, "
            + "pg_catalog.current_setting('server_version_num')::pg_catalog.int8 AS number, "
            + "a.rolcreatedb::pg_catalog.text AS encoding, a.rolcreaterole::pg_catalog.text AS collate, NULL AS ctype, "
            + "(SELECT pg_catalog.array_agg(d.datname::pg_catalog.text) FROM pg_catalog.pg_database AS d"
            + " WHERE d.datname IN ('postgres', 'template1') AND d.datallowconn AND EXISTS (SELECT FROM pg_catalog.aclexplode("
            + "COALESCE(d.datacl, pg_catalog.acldefault('d', d.datdba))) AS x WHERE x.grantee = 0 AND x.privilege_type = 'CONNECT')) AS list, "
            + "NULL::pg_catalog.text[] AS settings, NULL::pg_catalog.text[] AS related, NULL::pg_catalog.text[] AS more"
            + " FROM pg_catalog.pg_roles AS a WHERE a.rolname = CURRENT_USER "
            + "UNION ALL SELECT 'database', d.oid::pg_catalog.int8, d.datname::pg_catalog.text, m.description, "
            + "pg_catalog.pg_get_userbyid(d.datdba)::pg_catalog.text, d.datallowconn, d.datconnlimit::pg_catalog.int8, "
            + "pg_catalog.pg_encoding_to_char(d.encoding)::pg_catalog.text, d.datcollate::pg_catalog.text, d.datctype::pg_catalog.text, "
            + "(SELECT pg_catalog.array_agg(x.privilege_type || ' ' || CASE x.grantee WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(x.grantee) END)"
            + " FROM pg_catalog.aclexplode(COALESCE(d.datacl, pg_catalog.acldefault('d', d.datdba))) AS x WHERE x.grantee <> d.datdba), "
            + "(SELECT s.setconfig FROM pg_catalog.pg_db_role_setting AS s WHERE s.setdatabase = d.oid AND s.setrole = 0), o.v, d.obstinate"
            + " FROM base AS d LEFT JOIN owned AS o ON o.dbid = d.oid LEFT JOIN pg_catalog.pg_shdescription AS m"
            + " ON m.objoid = d.oid AND m.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass "
            + "UNION ALL SELECT 'role', r.oid::pg_catalog.int8, r.rolname::pg_catalog.text, r.description, NULL, r.rolcanlogin, "
            + "r.rolconnlimit::pg_catalog.int8, NULL, NULL, NULL, "
            + "(SELECT pg_catalog.array_agg(DISTINCT pg_catalog.pg_get_userbyid(g.roleid)::pg_catalog.text) FROM pg_catalog.pg_auth_members AS g"
            + " WHERE g.member = r.oid), r.rolconfig, "
            + "(SELECT pg_catalog.array_agg(DISTINCT pg_catalog.pg_get_userbyid(g.member)::pg_catalog.text) FROM pg_catalog.pg_auth_members AS g"
            + " WHERE g.roleid = r.oid AND pg_catalog.pg_get_userbyid(g.member) <> CURRENT_USER), "
            + "(SELECT q.v FROM residue AS q WHERE q.role = r.oid)"
            + " FROM role AS r";

    public ServerPicture {
        databases = Map.copyOf(databases);
        roles = Map.copyOf(roles);
    }

    /** The same picture with every mark read as {@code adoption} would have it for the object of {@code mark}. */
    public ServerPicture adopting(OwnershipMark mark, Adoption adoption) {
        if (adoption.equals(Adoption.NONE)) {
            return this;
        }
        var adoptedDatabases = new LinkedHashMap<String, DatabaseFacts>();
        databases.forEach((name, facts) ->
                adoptedDatabases.put(name, facts.withMark(facts.mark().map(found -> mark.adopting(found, adoption)))));
        var adoptedRoles = new LinkedHashMap<String, RoleFacts>();
        roles.forEach((name, facts) ->
                adoptedRoles.put(name, facts.withMark(facts.mark().map(found -> mark.adopting(found, adoption)))));
        return new ServerPicture(server, adoptedDatabases, adoptedRoles);
    }

    /** The look at everything: all databases, all marked roles. */
    public static SqlStatement whole() {
        return SqlStatement.of("picture", WITH_ALL + SELECT);
    }

    /** The look at one tenant: its database, its scratch and previous ones, its roles, all marked or not, with residue and the sessions that stand in the way of a drop. */
    public static SqlStatement of(TenantNames names) {
        var roles = names.roles().stream().map(SqlIdentifier::value).toList();
        return SqlStatement.of("look", WITH_TENANT + SELECT)
                .withTexts(roles)
                .withTexts(List.of(names.database().value()))
                .withTexts(names.copyPrefixes());
    }

    /** What either look returned: one row of the server, then one for each database and role. */
    public static ServerPicture read(Collection<Row> rows) {
        var databases = new LinkedHashMap<String, DatabaseFacts>();
        var roles = new LinkedHashMap<String, RoleFacts>();
        Optional<ServerFacts> server = Optional.empty();
        for (var row : rows) {
            switch (row.requiredText("kind")) {
                case "server" -> server = Optional.of(server(row));
                case "database" -> databases.put(row.requiredText("name"), database(row));
                case "role" -> roles.put(row.requiredText("name"), role(row));
                default -> throw new IllegalStateException("cannot read picture: unknown kind of row");
            }
        }
        return new ServerPicture(server.orElseThrow(), databases, roles);
    }

    private static ServerFacts server(Row row) {
        return new ServerFacts(
                row.requiredText("owner"),
                (int) row.number("number"),
                row.requiredText("name"),
                row.flag("flag"),
                row.requiredText("encoding").equals("true"),
                row.requiredText("collate").equals("true"),
                sorted(row, "list"));
    }

    private static DatabaseFacts database(Row row) {
        return new DatabaseFacts(
                row.number("oid"),
                row.requiredText("name"),
                OwnershipMark.parse(row.text("mark")),
                row.text("mark") != null,
                row.requiredText("owner"),
                row.flag("flag"),
                (int) row.number("number"),
                row.requiredText("encoding"),
                row.requiredText("collate"),
                row.requiredText("ctype"),
                sorted(row, "list"),
                sorted(row, "settings"),
                sorted(row, "related"),
                sorted(row, "more"));
    }

    private static RoleFacts role(Row row) {
        return new RoleFacts(
                row.number("oid"),
                row.requiredText("name"),
                OwnershipMark.parse(row.text("mark")),
                row.flag("flag"),
                (int) row.number("number"),
                sorted(row, "settings"),
                sorted(row, "list"),
                sorted(row, "related"),
                sorted(row, "more"));
    }

    private static List<String> sorted(Row row, String column) {
        return row.texts(column).stream().sorted().toList();
    }

    /** The part of it that is about one tenant. */
    public ServerPicture only(TenantNames names) {
        var roles = new TreeMap<String, RoleFacts>();
        names.roles().forEach(role -> role(role).ifPresent(facts -> roles.put(role.value(), facts)));
        var own = new TreeMap<String, DatabaseFacts>();
        databases.forEach((name, facts) -> {
            if (name.equals(names.database().value()) || names.isCopy(name)) {
                own.put(name, facts);
            }
        });
        return new ServerPicture(server, own, roles);
    }

    /** Scratch and previous databases of one tenant, by name, whosever mark they bear. */
    public List<DatabaseFacts> copies(TenantNames names) {
        return databases.values().stream()
                .filter(facts -> names.isCopy(facts.name()))
                .sorted(Comparator.comparing(DatabaseFacts::name))
                .toList();
    }

    public Optional<DatabaseFacts> database(SqlIdentifier name) {
        return Optional.ofNullable(databases.get(name.value()));
    }

    public Optional<RoleFacts> role(SqlIdentifier name) {
        return Optional.ofNullable(roles.get(name.value()));
    }
}
