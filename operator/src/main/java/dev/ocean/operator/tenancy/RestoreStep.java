package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The effects of which a restore consists. It fills a scratch database, and only when that is complete do the two change places, in one transaction: up to then the live
 * database is untouched, and after it the old one is still there.
 */
public sealed interface RestoreStep extends ServerStep
        permits RestoreStep.CreateScratch,
                RestoreStep.ClaimScratch,
                RestoreStep.PrepareScratch,
                RestoreStep.OpenScratch,
                RestoreStep.DressCopy,
                RestoreStep.MarkCopy {

    /** Makes an empty database that nobody but the admin may enter, marked as this operation's. */
    record CreateScratch(
            TenantNames names, SqlIdentifier scratch, OwnershipMark mark, DatabaseLocale locale, int connectionLimit)
            implements RestoreStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.createScratch(this, server);
        }
    }

    /** The second half of {@link CreateScratch}, where we were cut off before the mark. */
    record ClaimScratch(TenantNames names, SqlIdentifier scratch, OwnershipMark mark) implements RestoreStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.claimScratch(this);
        }
    }

    /**
     * Inside the empty scratch database: schema {@code public} to the owner role, and the extensions that only a superuser may make. Mostly without default privileges, which come
     * from the dump: a table that its owner had hidden stays hidden.
     */
    record PrepareScratch(
            TenantNames names, SqlIdentifier scratch, List<Extension> adminExtensions, Privileges privileges)
            implements RestoreStep {
        public PrepareScratch {
            adminExtensions = List.copyOf(adminExtensions);
        }

        @Override
        public Optional<SqlIdentifier> inside() {
            return Optional.of(scratch);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.prepareScratch(this, server);
        }
    }

    /** Where the privileges inside come from. */
    enum Privileges {
        DUMP,
        /** The dump's name roles of another database: every table is readable for this one's users. */
        DEFAULT
    }

    /** Lets the owner role in, and nobody else. */
    record OpenScratch(TenantNames names, SqlIdentifier scratch) implements RestoreStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.openScratch(this);
        }
    }

    /**
     * Gives a scratch or previous database what hangs on a database's OID and not on its name, before it becomes the live one: grants, limit, parameters, and what its logins
     * have set in it.
     *
     * @param resets parameters that it has and is not to have
     * @param logins whose settings in it are no longer to hold
     * @param settings of these logins that are
     */
    record DressCopy(
            TenantNames names,
            SqlIdentifier copy,
            int connectionLimit,
            List<DatabaseParameter> parameters,
            List<String> resets,
            List<SqlIdentifier> logins,
            List<LoginSetting> settings)
            implements RestoreStep {
        public DressCopy {
            logins = List.copyOf(logins);
            settings = List.copyOf(settings);
            parameters = List.copyOf(parameters);
            resets = List.copyOf(resets);
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.dressCopy(this);
        }
    }

    /** Makes a predecessor's scratch or previous database this object's own, as it is: under a mark of which nobody is in charge it would hold the roles for ever. */
    record MarkCopy(TenantNames names, SqlIdentifier copy, OwnershipMark mark) implements RestoreStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.markCopy(this);
        }
    }

    /**
     * Which database makes room.
     *
     * @param oid by which its sessions are ended while the transaction waits: the name is another's the moment it commits
     * @param aside what it is called from then on
     * @param mark what it says from then on
     */
    record Outgoing(long oid, SqlIdentifier aside, OwnershipMark mark) {}

    /**
     * Which database becomes the live one.
     *
     * @param oid by which its sessions are ended: whoever can enter it holds its name too
     * @param name until then
     * @param mark what it says from then on
     */
    record Incoming(long oid, SqlIdentifier name, OwnershipMark mark) {}

    private static SqlStatement endSessions(TenantNames names, Incoming incoming, Optional<Outgoing> outgoing) {
        return RestoreSql.endSessionsIn(
                Stream.concat(Stream.of(incoming.oid()), outgoing.map(Outgoing::oid).stream())
                        .toList(),
                names);
    }

    /**
     * Puts the scratch database into the live one's place, in one transaction.
     *
     * @param sighted the mark on the scratch database
     * @param incoming which database comes
     * @param outgoing empty where there is no live database
     */
    record SwapIn(TenantNames names, OwnershipMark sighted, Incoming incoming, Optional<Outgoing> outgoing)
            implements DestructiveStep {
        @Override
        public Ground ground() {
            return Ground.OPERATION;
        }

        @Override
        public Optional<SqlStatement> meanwhile() {
            return Optional.of(endSessions(names, incoming, outgoing));
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.swapIn(this);
        }
    }

    /**
     * Puts the previous database back into its place, in one transaction.
     *
     * @param sighted the mark on the previous database
     * @param incoming which database comes back
     * @param between a free name
     * @param outgoing which takes the name of the one that comes back; empty where there is no live database
     */
    record SwapBack(
            TenantNames names,
            OwnershipMark sighted,
            Incoming incoming,
            SqlIdentifier between,
            Optional<Outgoing> outgoing)
            implements DestructiveStep {
        @Override
        public Ground ground() {
            return Ground.OPERATION;
        }

        @Override
        public Optional<SqlStatement> meanwhile() {
            return Optional.of(endSessions(names, incoming, outgoing));
        }

        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.swapBack(this);
        }
    }

    /**
     * Drops a scratch or previous database.
     *
     * @param sighted its mark
     * @param ground its operation made it and is done with it, its time is over, or its database is being deleted
     */
    record DropCopy(TenantNames names, OwnershipMark sighted, SqlIdentifier copy, Sessions sessions, Ground ground)
            implements DestructiveStep {
        @Override
        public SqlStatement sql(ServerFacts server) {
            return RestoreSql.dropCopy(this);
        }
    }
}
