package dev.ocean.operator.tenancy;

import java.util.List;

/**
 * The server and our admin on it.
 *
 * @param systemIdentifier of its data directory: another one means another server, whatever its address
 * @param version {@code server_version_num}, for example 170012
 * @param admin the role that we are logged in as
 * @param superuser whether the admin is one
 * @param createDatabase whether the admin may create databases
 * @param createRole whether the admin may create roles
 * @param openShared shared databases ({@code postgres}, {@code template1}) that PUBLIC may connect to, sorted
 */
public record ServerFacts(
        String systemIdentifier,
        int version,
        String admin,
        boolean superuser,
        boolean createDatabase,
        boolean createRole,
        List<String> openShared) {

    /** From 16 on, who creates a role gets only ADMIN on it, and membership options have to be said. */
    private static final int MEMBERSHIP_OPTIONS = 160000;

    public ServerFacts {
        openShared = List.copyOf(openShared);
    }

    public int major() {
        return version / 10000;
    }

    public boolean hasMembershipOptions() {
        return version >= MEMBERSHIP_OPTIONS;
    }
}
