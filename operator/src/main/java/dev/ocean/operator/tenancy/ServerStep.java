package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;

/**
 * One atomic effect on a server, as a value: one round trip in which all takes effect or nothing, but for a first CREATE or DROP DATABASE, which commits alone.
 * Every step may be run twice. Its text comes from {@link TenantSql}.
 */
public sealed interface ServerStep
        permits DestructiveStep,
                RestoreStep,
                ServerStep.CreateGroups,
                ServerStep.AlignGroups,
                ServerStep.CreateDatabase,
                ServerStep.AlignDatabase,
                ServerStep.FurnishDatabase,
                ServerStep.CreateLogin,
                ServerStep.AlignLogin,
                ServerStep.RevokeMembers,
                ServerStep.ReassignStrays,
                ServerStep.LockLogins,
                ServerStep.EndSessions {

    TenantNames names();

    /** @param server what the last look said: versions differ in words */
    SqlStatement sql(ServerFacts server);

    /** The database to run it in; empty for the maintenance database. */
    default Optional<SqlIdentifier> inside() {
        return Optional.empty();
    }

    /** To be repeated over a second connection while the step waits; empty for most. */
    default Optional<SqlStatement> meanwhile() {
        return Optional.empty();
    }

    /** Makes the missing ones of the roles that hold privileges, marked. The mark on the owner is the intent: it stands before the database does. */
    record CreateGroups(TenantNames names, List<SqlIdentifier> missing, OwnershipMark mark) implements ServerStep {
        public CreateGroups {
            missing = List.copyOf(missing);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.createGroups(this, server);
        }
    }

    /** Brings existing roles to our mark, also over a predecessor's, and locks them: those that hold privileges stay so, a login is let in by {@link AlignLogin}. */
    record AlignGroups(TenantNames names, List<SqlIdentifier> roles, OwnershipMark mark) implements ServerStep {
        public AlignGroups {
            roles = List.copyOf(roles);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.alignGroups(this);
        }
    }

    /** Makes the database closed, marks it, shuts PUBLIC out, grants, opens it: there is no moment in which PUBLIC could enter. */
    record CreateDatabase(TenantNames names, OwnershipMark mark, DatabaseSettings settings) implements ServerStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.createDatabase(this, server);
        }
    }

    /**
     * Brings mark, owner, grants, limit and parameters of an existing database to what is specified: after a crash in its creation, when it is taken back, on
     * drift.
     *
     * @param logins how many logins share it: its limit is the sum of theirs
     * @param strangers grantees that nobody asked for
     * @param resets parameters that nobody asked for
     */
    record AlignDatabase(
            TenantNames names,
            OwnershipMark mark,
            DatabaseSettings settings,
            int logins,
            List<String> strangers,
            List<String> resets)
            implements ServerStep {
        public AlignDatabase {
            strangers = List.copyOf(strangers);
            resets = List.copyOf(resets);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.alignDatabase(this, server);
        }
    }

    /**
     * Inside the empty database: schema {@code public}, default privileges, extensions that only a superuser may make, and in the same transaction the first
     * login. So a database in which the owner role owns anything has been furnished, and the look at the catalogs tells: default privileges are objects too.
     *
     * @param login to be made with it; empty where one has outlived an earlier database
     * @param adminExtensions not trusted ones, made by a superuser admin; else empty
     */
    record FurnishDatabase(
            TenantNames names, OwnershipMark mark, Optional<Login> login, List<Extension> adminExtensions)
            implements ServerStep {
        public FurnishDatabase(TenantNames names, OwnershipMark mark, Login login, List<Extension> adminExtensions) {
            this(names, mark, Optional.of(login), adminExtensions);
        }

        public FurnishDatabase {
            adminExtensions = List.copyOf(adminExtensions);
        }

        @Override
        public Optional<SqlIdentifier> inside() {
            return Optional.of(names.database());
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.furnishDatabase(this, server);
        }
    }

    /** Makes a login beside an existing one. */
    record CreateLogin(TenantNames names, OwnershipMark mark, Login login) implements ServerStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.createLogin(this, server);
        }
    }

    /**
     * Brings an existing login to what is specified: it may log in, its limit, its {@code SET role}, its membership; with a verifier also its password.
     *
     * @param hasDatabase whether there is a database in which the login may have settings of its own
     */
    record AlignLogin(
            TenantNames names,
            OwnershipMark mark,
            Slot slot,
            int limit,
            Optional<ScramVerifier> verifier,
            boolean hasDatabase)
            implements ServerStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.alignLogin(this, server);
        }
    }

    /** Takes members out of a role that nobody asked for. */
    record RevokeMembers(TenantNames names, SqlIdentifier role, List<String> members) implements ServerStep {
        public RevokeMembers {
            members = List.copyOf(members);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.revokeMembers(this);
        }
    }

    /** Gives the owner role what a login made after {@code SET ROLE NONE}. */
    record ReassignStrays(TenantNames names, Slot slot) implements ServerStep {
        @Override
        public Optional<SqlIdentifier> inside() {
            return Optional.of(names.database());
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.reassignStrays(this);
        }
    }

    /** Ends the chance to log in; sessions stay. */
    record LockLogins(TenantNames names, List<Slot> slots) implements ServerStep {
        public LockLogins {
            slots = List.copyOf(slots);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.lockLogins(this);
        }
    }

    /** Ends the sessions of our own logins, and no other. */
    record EndSessions(TenantNames names, List<Slot> slots) implements ServerStep {
        public EndSessions {
            slots = List.copyOf(slots);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.endSessions(this);
        }
    }

    /** In one database: what a retired login owns goes to the owner role, what it was granted goes. */
    record ReleaseOwned(TenantNames names, OwnershipMark sighted, Slot slot, SqlIdentifier database)
            implements DestructiveStep {
        @Override
        public Ground ground() {
            return Ground.ROTATION;
        }

        @Override
        public Optional<SqlIdentifier> inside() {
            return Optional.of(database);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.releaseOwned(this);
        }
    }

    /** Removes a retired login that owns nothing any more. */
    record DropIdleLogin(TenantNames names, OwnershipMark sighted, Slot slot) implements DestructiveStep {
        @Override
        public Ground ground() {
            return Ground.ROTATION;
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.dropRoles("drop-login", List.of(names.login(slot)));
        }
    }

    /** Locks these logins, closes the database under a mark that says why, and leaves everything in it. */
    record RetainDatabase(TenantNames names, OwnershipMark sighted, OwnershipMark mark, List<Slot> slots)
            implements DestructiveStep {
        public RetainDatabase {
            slots = List.copyOf(slots);
        }

        @Override
        public Ground ground() {
            return Ground.DELETION;
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.retainDatabase(this);
        }
    }

    /**
     * Locks logins for a last backup, and says so in the mark, in one transaction. The database itself stays open, for the owner role alone: the backup's own login comes next.
     *
     * @param mark what the database says from now on
     * @param slots to be locked
     * @param grantees roles that have a privilege on the database, PUBLIC and the owner role left out
     * @param limit of connections to the database
     */
    record CloseDatabase(
            TenantNames names,
            OwnershipMark sighted,
            OwnershipMark mark,
            List<Slot> slots,
            List<String> grantees,
            int limit)
            implements DestructiveStep {
        public CloseDatabase {
            slots = List.copyOf(slots);
            grantees = List.copyOf(grantees);
        }

        @Override
        public Ground ground() {
            return Ground.DELETION;
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return FinalBackupSql.closeDatabase(this);
        }
    }

    /**
     * Drops the database, then its roles, in one round trip. {@code DROP DATABASE} locks the database's name before it ends sessions, so a reconnecting
     * client waits and finds it gone.
     *
     * @param roles those that exist, members first
     */
    record DropTenant(TenantNames names, OwnershipMark sighted, Sessions sessions, List<SqlIdentifier> roles)
            implements DestructiveStep {
        public DropTenant {
            roles = List.copyOf(roles);
        }

        @Override
        public Ground ground() {
            return Ground.DELETION;
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.dropTenant(this);
        }
    }

    /** Drops roles whose database is gone already. */
    record DropRoles(TenantNames names, OwnershipMark sighted, List<SqlIdentifier> roles) implements DestructiveStep {
        public DropRoles {
            roles = List.copyOf(roles);
        }

        @Override
        public Ground ground() {
            return Ground.DELETION;
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return TenantSql.dropRoles("drop-roles", roles);
        }
    }

    /** What {@code DROP DATABASE} does about open sessions. */
    enum Sessions {
        /** Ends them: {@code WITH (FORCE)}. Fails at once where one is not ours to end. */
        END,
        /** Waits for them up to five seconds: the way that succeeds beside an autovacuum worker. */
        WAIT
    }

    /** A login to be made, with the verifier of what its Secret holds. */
    record Login(Slot slot, ScramVerifier verifier, int limit) {}
}
