package dev.ocean.operator.postgres;

/** Where a connection leads and who it logs in as. */
public enum ConnectionKind {
    /** The admin, in the maintenance database; pooled. */
    MAINTENANCE,
    /** The admin, in a tenant's database; one use. */
    TENANT_DATABASE,
    /** A tenant; one use. */
    TENANT_LOGIN
}
