package dev.ocean.operator.testkit;

import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.Row;
import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.TenantNames;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The catalogs of a PostgreSQL server and the few commands that our steps consist of, with their refusals. What a command does not know how to refuse it does; a test
 * may reach in as a DBA would.
 */
public final class SimulatedServer {

    public static final String IDENTIFIER = "7400000000000000001";
    public static final String ADMIN = "ocean_admin";

    private static final Map<String, Boolean> VERIFIED = new ConcurrentHashMap<>();

    /** A database; public fields, because a DBA may change anything. */
    public static final class Database {
        public final long oid;
        public final String name;
        public String owner = ADMIN;
        public @Nullable String comment;
        public boolean accepting;
        public int limit = -1;
        public String encoding = "UTF8";
        public String collate = "C.UTF-8";
        public final Set<String> grants = new TreeSet<>(Set.of("CONNECT ", "TEMPORARY "));
        public final Map<String, String> settings = new TreeMap<>();
        /** What is in it, by description, with its owner. */
        public final Map<String, String> contents = new TreeMap<>(Map.of("schema public", "pg_database_owner"));
        /** Roles that are granted something inside. */
        public final Set<String> grantedInside = new TreeSet<>();

        public final Map<String, String> extensions = new TreeMap<>();
        public final List<Session> sessions = new ArrayList<>();

        Database(long oid, String name) {
            this.oid = oid;
            this.name = name;
        }

        Database copy() {
            return named(name);
        }

        Database named(String newName) {
            var copy = new Database(oid, newName);
            copy.owner = owner;
            copy.comment = comment;
            copy.accepting = accepting;
            copy.limit = limit;
            copy.encoding = encoding;
            copy.collate = collate;
            copy.grants.clear();
            copy.grants.addAll(grants);
            copy.settings.putAll(settings);
            copy.contents.clear();
            copy.contents.putAll(contents);
            copy.grantedInside.addAll(grantedInside);
            copy.extensions.putAll(extensions);
            copy.sessions.addAll(sessions);
            return copy;
        }

        /** Without what two runs may differ in. */
        @Override
        public String toString() {
            return name + " owner=" + owner + " comment=" + comment + " accepting=" + accepting + " limit=" + limit
                    + " grants=" + grants + " settings=" + settings + " contents=" + contents + " granted="
                    + grantedInside + " extensions=" + extensions + " sessions=" + sessions;
        }
    }

    /** A role; public fields, because a DBA may change anything. */
    public static final class Role {
        public final long oid;
        public final String name;
        public @Nullable String comment;
        public boolean login;
        public int limit = -1;
        public @Nullable String verifier;
        public final Map<String, String> settings = new TreeMap<>();
        /** Settings in one database, which no picture shows. */
        public final Map<String, String> inDatabase = new TreeMap<>();

        public final Set<String> memberOf = new TreeSet<>();
        public boolean adminIsMember;
        /** Memberships that another role granted: from 16 on our REVOKE does not end them. */
        public final Set<String> grantedByOthers = new TreeSet<>();

        Role(long oid, String name) {
            this.oid = oid;
            this.name = name;
        }

        Role copy() {
            var copy = new Role(oid, name);
            copy.comment = comment;
            copy.login = login;
            copy.limit = limit;
            copy.verifier = verifier;
            copy.settings.putAll(settings);
            copy.inDatabase.putAll(inDatabase);
            copy.memberOf.addAll(memberOf);
            copy.adminIsMember = adminIsMember;
            copy.grantedByOthers.addAll(grantedByOthers);
            return copy;
        }

        /** Without what two runs may differ in. */
        @Override
        public String toString() {
            return name + " comment=" + comment + " login=" + login + " limit=" + limit + " password="
                    + (verifier != null) + " settings=" + settings + inDatabase + " memberOf=" + memberOf
                    + " adminIsMember=" + adminIsMember;
        }
    }

    /** @param obstinate not the admin's to end: a superuser's, an autovacuum worker's */
    public record Session(String user, boolean obstinate) {}

    /** A version of an extension that the server has files for. */
    public record Offer(String name, String version, boolean trusted) {}

    public final Map<String, Database> databases = new TreeMap<>();
    public final Map<String, Role> roles = new TreeMap<>();
    public final List<Offer> offers = new ArrayList<>();
    public int version = 170_012;
    public boolean superuser;
    public String systemIdentifier = IDENTIFIER;
    private long oids = 16_384;

    SimulatedServer() {
        databases.put("postgres", database("postgres"));
    }

    void takeOver(SimulatedServer other) {
        databases.clear();
        other.databases.forEach((name, database) -> databases.put(name, database.copy()));
        roles.clear();
        other.roles.forEach((name, role) -> roles.put(name, role.copy()));
        offers.clear();
        offers.addAll(other.offers);
        version = other.version;
        superuser = other.superuser;
        systemIdentifier = other.systemIdentifier;
        oids = other.oids;
    }

    // ---- what a DBA makes

    /** Open, unmarked, everybody may enter; owned by {@code owner}. */
    public Database database(String name) {
        var database = new Database(++oids, name);
        database.accepting = true;
        databases.put(name, database);
        return database;
    }

    public Role role(String name) {
        var role = new Role(++oids, name);
        roles.put(name, role);
        return role;
    }

    public Database knownDatabase(String name) {
        return findDatabase(name).orElseThrow();
    }

    public Role knownRole(String name) {
        return findRole(name).orElseThrow();
    }

    public Optional<Database> findDatabase(String name) {
        return Optional.ofNullable(databases.get(name));
    }

    public Optional<Role> findRole(String name) {
        return Optional.ofNullable(roles.get(name));
    }

    // ---- transactions

    /** All of it or nothing. */
    void transaction(Runnable commands) {
        var savedDatabases = new TreeMap<String, Database>();
        databases.forEach((name, database) -> savedDatabases.put(name, database.copy()));
        var savedRoles = new TreeMap<String, Role>();
        roles.forEach((name, role) -> savedRoles.put(name, role.copy()));
        try {
            commands.run();
        } catch (Blocked refused) {
            databases.clear();
            databases.putAll(savedDatabases);
            roles.clear();
            roles.putAll(savedRoles);
            throw refused;
        }
    }

    // ---- commands on roles

    void createRole(SqlIdentifier name, boolean login) {
        if (roles.containsKey(name.value())) {
            throw conflict("role " + name + " exists");
        }
        role(name.value()).login = login;
    }

    Role role(SqlIdentifier name) {
        return findRole(name.value()).orElseThrow(() -> conflict("role " + name + " is gone"));
    }

    void commentOnRole(SqlIdentifier name, OwnershipMark mark) {
        role(name).comment = mark.literal().value();
    }

    void grant(SqlIdentifier role, SqlIdentifier member) {
        role(role);
        role(member).memberOf.add(role.value());
    }

    void dropRole(SqlIdentifier name) {
        if (!roles.containsKey(name.value())) {
            return;
        }
        var holds = databases.values().stream()
                .anyMatch(database -> database.owner.equals(name.value())
                        || database.contents.containsValue(name.value())
                        || database.grantedInside.contains(name.value())
                        || database.grants.stream().anyMatch(grant -> grant.endsWith(" " + name.value())));
        if (holds) {
            throw conflict("something depends on role " + name);
        }
        roles.remove(name.value());
        roles.values().forEach(role -> role.memberOf.remove(name.value()));
    }

    void endSessions(Collection<String> users) {
        databases
                .values()
                .forEach(database ->
                        database.sessions.removeIf(session -> users.contains(session.user()) && !session.obstinate()));
    }

    // ---- commands on databases

    /** Closed. */
    Database created(SqlIdentifier name) {
        if (databases.containsKey(name.value())) {
            throw conflict("database " + name + " exists");
        }
        var database = database(name.value());
        database.accepting = false;
        return database;
    }

    /** Our logins' sessions are ended by a second session meanwhile; anybody else's stays, and is in the way. */
    void rename(SqlIdentifier from, SqlIdentifier to, TenantNames names) {
        var database = altered(from);
        if (databases.containsKey(to.value())) {
            throw conflict("database " + to + " exists");
        }
        var logins = names.logins().stream().map(SqlIdentifier::value).toList();
        database.sessions.removeIf(session -> logins.contains(session.user()) && !session.obstinate());
        if (!database.sessions.isEmpty()) {
            throw Blocked.by(ProblemKind.TRANSIENT, Reason.SWAP_BLOCKED, "the database is in use");
        }
        databases.remove(from.value());
        databases.put(to.value(), database.named(to.value()));
    }

    Database altered(SqlIdentifier name) {
        var database = findDatabase(name.value()).orElseThrow(() -> conflict("database " + name + " is gone"));
        if (database.limit == DatabaseFacts.DROP_CUT_OFF) {
            throw conflict("database " + name + " is invalid");
        }
        return database;
    }

    /** Inside of it, as the admin. */
    Database entered(SqlIdentifier name) {
        var database = altered(name);
        if (!database.accepting) {
            throw conflict("database " + name + " accepts no connections");
        }
        return database;
    }

    /** As the catalog stores it: the parameter in the server's spelling, a list with each element quoted where it must be. */
    void set(Database database, String parameter, String value) {
        database.settings.keySet().removeIf(name -> name.equalsIgnoreCase(parameter));
        var spelled = Map.of("timezone", "TimeZone", "datestyle", "DateStyle", "intervalstyle", "IntervalStyle")
                .getOrDefault(parameter, parameter);
        database.settings.put(spelled, value);
    }

    void dropDatabase(SqlIdentifier name, boolean force) {
        var database = databases.get(name.value());
        if (database == null) {
            return;
        }
        if (force && !superuser && database.sessions.stream().anyMatch(Session::obstinate)) {
            throw Blocked.by(ProblemKind.REFUSED, Reason.INSUFFICIENT_PRIVILEGE, "a session is not ours to end");
        }
        if (!force && !database.sessions.isEmpty()) {
            throw Blocked.by(ProblemKind.TRANSIENT, Reason.WAITING_FOR_SESSIONS, "the database is in use");
        }
        databases.remove(name.value());
    }

    // ---- logging in

    /** Why a login fails. */
    public enum Refusal {
        PASSWORD,
        DATABASE,
        PRIVILEGE,
        FULL
    }

    /** Empty if the login succeeds. */
    public Optional<Refusal> login(String user, Password password, String databaseName) {
        var role = roles.get(user);
        if (role == null || !role.login || role.verifier == null || !verifies(role.verifier, password)) {
            return Optional.of(Refusal.PASSWORD);
        }
        var database = databases.get(databaseName);
        if (database == null || !database.accepting || database.limit == DatabaseFacts.DROP_CUT_OFF) {
            return Optional.of(Refusal.DATABASE);
        }
        var groups = new TreeSet<>(role.memberOf);
        groups.add("");
        groups.add(user);
        if (groups.stream().noneMatch(group -> database.grants.contains("CONNECT " + group))) {
            return Optional.of(Refusal.PRIVILEGE);
        }
        var full = database.sessions.stream()
                                .filter(session -> session.user().equals(user))
                                .count()
                        >= role.limit
                && role.limit >= 0;
        return full ? Optional.of(Refusal.FULL) : Optional.empty();
    }

    /** Whether the server would accept {@code password}: the salt is in the verifier. */
    private static boolean verifies(String verifier, Password password) {
        return VERIFIED.computeIfAbsent(verifier + "\n" + password.reveal(), unused -> {
            var salt = Base64.getDecoder()
                    .decode(verifier.substring(
                            verifier.indexOf(':') + 1, verifier.indexOf('$', verifier.indexOf(':'))));
            return ScramVerifier.of(password, salt).literal().value().equals(verifier);
        });
    }

    // ---- catalogs

    /** The rows of {@code ServerPicture.whole()}. */
    public List<Row> everything() {
        return rows(database -> true, role -> role.comment != null && role.comment.startsWith("ocean/1 "), false);
    }

    /** The rows of {@code ServerPicture.of(names)}. */
    public List<Row> tenant(TenantNames names) {
        var known = names.roles().stream().map(SqlIdentifier::value).toList();
        return rows(
                database -> database.name.equals(names.database().value()) || names.isCopy(database.name),
                role -> known.contains(role.name),
                true);
    }

    /** The row of {@code RestoreSql.locale} for the live database. */
    List<Row> locale(TenantNames names) {
        var row = new HashMap<String, @Nullable Object>();
        return findDatabase(names.database().value())
                .map(database -> {
                    row.putAll(Map.of(
                            "encoding",
                            database.encoding,
                            "collate",
                            database.collate,
                            "ctype",
                            database.collate,
                            "provider",
                            "c"));
                    row.put("locale", null);
                    return List.of(Row.of(row));
                })
                .orElse(List.of());
    }

    /** The row of {@code RestoreSql.activity}. */
    List<Row> activity(TenantNames names) {
        var logins = names.logins().stream().map(SqlIdentifier::value).toList();
        var sessions = findDatabase(names.database().value())
                .map(database -> database.sessions)
                .orElse(List.of());
        var inTheWay = databases.values().stream()
                .filter(database -> database.name.equals(names.database().value()) || names.isCopy(database.name))
                .flatMap(database -> database.sessions.stream());
        return List.of(Row.of(Map.of(
                "sessions",
                sessions.size(),
                "blocking",
                inTheWay.filter(session -> session.obstinate() || !logins.contains(session.user()))
                        .map(session -> "1 " + session.user())
                        .toList(),
                "slots",
                List.of())));
    }

    private List<Row> rows(Predicate<Database> databaseFilter, Predicate<Role> roleFilter, boolean closely) {
        var seenRoles = roles.values().stream().filter(roleFilter).toList();
        var rows = new ArrayList<Row>();
        rows.add(row(Map.of(
                "kind",
                "server",
                "oid",
                0L,
                "name",
                ADMIN,
                "owner",
                systemIdentifier,
                "flag",
                superuser,
                "number",
                version,
                "encoding",
                "true",
                "collate",
                "true")));
        databases.values().stream()
                .filter(databaseFilter)
                .forEach(database -> rows.add(row(database, seenRoles, closely)));
        seenRoles.forEach(role -> rows.add(row(role, closely)));
        return rows;
    }

    private Row row(Database database, List<Role> seenRoles, boolean closely) {
        var columns = new HashMap<String, @Nullable Object>(
                Map.of("kind", "database", "oid", database.oid, "name", database.name, "owner", database.owner));
        columns.put("mark", database.comment);
        columns.put("flag", database.accepting);
        columns.put("number", database.limit);
        columns.put("encoding", database.encoding);
        columns.put("collate", database.collate);
        columns.put("ctype", database.collate);
        columns.put(
                "list",
                database.grants.stream()
                        .filter(grant -> !grant.endsWith(" " + database.owner))
                        .toList());
        columns.put(
                "settings",
                database.settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
        columns.put(
                "related",
                seenRoles.stream()
                        .map(role -> role.name)
                        .filter(role -> ownsIn(database, role))
                        .toList());
        columns.put(
                "more",
                closely && !superuser
                        ? database.sessions.stream()
                                .filter(Session::obstinate)
                                .map(session -> "1 " + session.user())
                                .limit(5)
                                .toList()
                        : null);
        return row(columns);
    }

    /** A login's default privileges are no strays: REASSIGN OWNED passes them over. */
    private static boolean ownsIn(Database database, String role) {
        return database.contents.entrySet().stream()
                .anyMatch(thing -> thing.getValue().equals(role)
                        && (!thing.getKey().startsWith("default privileges") || role.endsWith("__owner")));
    }

    private Row row(Role role, boolean closely) {
        var columns = new HashMap<String, @Nullable Object>(
                Map.of("kind", "role", "oid", role.oid, "name", role.name, "flag", role.login, "number", role.limit));
        columns.put("mark", role.comment);
        columns.put("list", List.copyOf(role.memberOf));
        columns.put(
                "settings",
                role.settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
        columns.put(
                "related",
                roles.values().stream()
                        .filter(other -> other.memberOf.contains(role.name))
                        .map(other -> other.name)
                        .toList());
        columns.put("more", closely ? residue(role) : null);
        return row(columns);
    }

    private List<String> residue(Role role) {
        return databases.values().stream()
                .filter(database ->
                        database.contents.containsValue(role.name) || database.grantedInside.contains(role.name))
                .map(database -> database.name)
                .toList();
    }

    private static Row row(Map<String, ? extends @Nullable Object> some) {
        var columns = new HashMap<String, @Nullable Object>();
        for (var label : List.of(
                "kind",
                "oid",
                "name",
                "mark",
                "owner",
                "flag",
                "number",
                "encoding",
                "collate",
                "ctype",
                "list",
                "settings",
                "related",
                "more")) {
            columns.put(label, some.get(label));
        }
        return Row.of(columns);
    }

    static Blocked conflict(String why) {
        return Blocked.by(ProblemKind.CONFLICT, Reason.STALE_READ, why);
    }
}
