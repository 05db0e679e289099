package dev.ocean.operator.postgres;

/** A login of a tenant, to be proved by logging in. */
public record TenantLogin(SqlIdentifier username, Password password, SqlIdentifier database) {}
