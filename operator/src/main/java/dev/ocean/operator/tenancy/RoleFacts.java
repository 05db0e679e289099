package dev.ocean.operator.tenancy;

import java.util.List;
import java.util.Optional;

/**
 * One role as the catalogs have it.
 *
 * @param mark empty for no comment and for a foreign one
 * @param login whether it may log in
 * @param connectionLimit -1 for none
 * @param settings {@code name=value} of the role in all databases, sorted
 * @param memberOf roles it is a member of, sorted
 * @param members roles that are members of it but the admin, sorted
 * @param residue databases in which it owns or is granted something, sorted; only looked for by a look at one tenant
 */
public record RoleFacts(
        long oid,
        String name,
        Optional<OwnershipMark> mark,
        boolean login,
        int connectionLimit,
        List<String> settings,
        List<String> memberOf,
        List<String> members,
        List<String> residue) {

    public RoleFacts {
        settings = List.copyOf(settings);
        memberOf = List.copyOf(memberOf);
        members = List.copyOf(members);
        residue = List.copyOf(residue);
    }

    /** As a look at the whole server sees it. */
    RoleFacts withoutResidue() {
        return new RoleFacts(oid, name, mark, login, connectionLimit, settings, memberOf, members, List.of());
    }

    RoleFacts withMark(Optional<OwnershipMark> other) {
        return new RoleFacts(oid, name, other, login, connectionLimit, settings, memberOf, members, residue);
    }
}
