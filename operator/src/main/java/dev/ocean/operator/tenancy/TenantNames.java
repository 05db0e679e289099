package dev.ocean.operator.tenancy;

import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.postgres.SqlIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names of one database and of the roles around it. {@code __} separates what we derive: no tenant can choose a name with it, so none can take or foresee one.
 *
 * @param database at most 63 bytes, without {@code __}
 */
public record TenantNames(SqlIdentifier database) {

    private static final int MAX = 63;
    private static final int HASH = 9;
    private static final int SHORT = 8;
    private static final String SCRATCH = "r_";
    private static final String VERIFICATION = "v_";
    private static final String PREVIOUS = "p_";

    public SqlIdentifier owner() {
        return derived("owner");
    }

    public SqlIdentifier readOnly() {
        return derived("ro");
    }

    public SqlIdentifier readWrite() {
        return derived("rw");
    }

    public SqlIdentifier login(Slot slot) {
        return derived(slot.suffix());
    }

    /** The database that an operation fills before it takes the live one's place. */
    public SqlIdentifier scratch(String operation) {
        return derived(SCRATCH + shortened(operation));
    }

    /** The database that a verification fills and drops. */
    public SqlIdentifier verification(String backup) {
        return derived(VERIFICATION + shortened(backup));
    }

    /** What was live before an operation took its place. */
    public SqlIdentifier previous(String operation) {
        return derived(PREVIOUS + shortened(operation));
    }

    /** How the names of all scratch, verification and previous databases of this one begin. */
    List<String> copyPrefixes() {
        return Stream.of(SCRATCH, VERIFICATION, PREVIOUS)
                .map(kind -> derived(kind + "0".repeat(SHORT)).value())
                .map(name -> name.substring(0, name.length() - SHORT))
                .toList();
    }

    /** Whether {@code name} is that of a scratch, verification or previous database of this one. */
    public boolean isCopy(String name) {
        return copyPrefixes().stream().anyMatch(name::startsWith);
    }

    private static String shortened(String uid) {
        return uid.substring(0, Math.min(SHORT, uid.length()));
    }

    /** Which slot {@code role} is; empty if it is none of this database. */
    public Optional<Slot> slotOf(String role) {
        return Stream.of(Slot.values())
                .filter(slot -> login(slot).value().equals(role))
                .findFirst();
    }

    /** The roles that hold privileges and never log in: owner, read-only, read-write. */
    public List<SqlIdentifier> groups() {
        return List.of(owner(), readOnly(), readWrite());
    }

    public List<SqlIdentifier> logins() {
        return List.of(login(Slot.A), login(Slot.B));
    }

    /** All five roles, in the order in which they can be dropped: members before the roles that they are members of. */
    public List<SqlIdentifier> roles() {
        var roles = new ArrayList<>(logins());
        roles.addAll(groups());
        return List.copyOf(roles);
    }

    /** PostgreSQL cuts names silently at 63 bytes, and two databases would share one role: so we cut, and a hash keeps them apart. */
    private SqlIdentifier derived(String what) {
        var suffix = "__" + what;
        var name = database.value();
        if (name.length() + suffix.length() <= MAX) {
            return new SqlIdentifier(name + suffix);
        }
        return new SqlIdentifier(
                name.substring(0, MAX - suffix.length() - HASH) + "_" + ResourceNames.hash(name) + suffix);
    }
}
