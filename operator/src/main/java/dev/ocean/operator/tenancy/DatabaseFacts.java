package dev.ocean.operator.tenancy;

import java.util.List;
import java.util.Optional;

/**
 * One database as the catalogs have it.
 *
 * @param mark empty for no comment and for one that is no mark
 * @param commented whether there is a comment at all
 * @param owner name of the owning role
 * @param accepting whether it accepts connections
 * @param connectionLimit -1 for none; -2 for a DROP that was cut off
 * @param grants {@code <PRIVILEGE> <grantee>}, sorted, the owner's own left out; PUBLIC is the empty grantee
 * @param settings {@code name=value} of the database for all roles, sorted
 * @param owners marked roles that own something in it, sorted; a login's default privileges and user mappings do not count, as nothing reassigns them
 * @param obstinate sessions and prepared transactions in it that its admin may not end ({@code pid user application}, {@code prepared user name}), at most five; only looked for by a look at one tenant
 */
public record DatabaseFacts(
        long oid,
        String name,
        Optional<OwnershipMark> mark,
        boolean commented,
        String owner,
        boolean accepting,
        int connectionLimit,
        String encoding,
        String collate,
        String ctype,
        List<String> grants,
        List<String> settings,
        List<String> owners,
        List<String> obstinate) {

    /** What {@code datconnlimit} says of a database whose DROP was cut off: nobody can connect, and only DROP helps. */
    public static final int DROP_CUT_OFF = -2;

    public DatabaseFacts {
        grants = List.copyOf(grants);
        settings = List.copyOf(settings);
        owners = List.copyOf(owners);
        obstinate = List.copyOf(obstinate);
    }

    /** {@return the roles that have a privilege on it, PUBLIC left out} */
    public List<String> grantees() {
        return grants.stream()
                .map(grant -> grant.substring(grant.indexOf(' ') + 1))
                .filter(grantee -> !grantee.isEmpty())
                .distinct()
                .toList();
    }

    /** Whether PUBLIC has a privilege on it. */
    public boolean isOpenToAll() {
        return grants.stream().anyMatch(grant -> grant.endsWith(" "));
    }

    /** As a look at the whole server sees it. */
    DatabaseFacts withoutSessions() {
        return new DatabaseFacts(
                oid,
                name,
                mark,
                commented,
                owner,
                accepting,
                connectionLimit,
                encoding,
                collate,
                ctype,
                grants,
                settings,
                owners,
                List.of());
    }

    DatabaseFacts withMark(Optional<OwnershipMark> other) {
        return new DatabaseFacts(
                oid,
                name,
                other,
                commented,
                owner,
                accepting,
                connectionLimit,
                encoding,
                collate,
                ctype,
                grants,
                settings,
                owners,
                obstinate);
    }
}
