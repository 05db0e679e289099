package dev.ocean.operator.postgres;

/**
 * How the operator logs in.
 *
 * @param maintenanceDatabase where it works when no tenant's database is meant, mostly {@code postgres}
 */
public record AdminLogin(SqlIdentifier username, Password password, SqlIdentifier maintenanceDatabase) {}
