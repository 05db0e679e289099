package dev.ocean.operator.tenancy;

import java.util.Optional;

/**
 * An extension that a database is to have.
 *
 * @param version empty for the server's default one
 * @param schema always said: the pinned search path would choose {@code pg_catalog}
 */
public record Extension(String name, Optional<String> version, String schema) {}
