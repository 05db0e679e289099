package dev.ocean.operator.tenancy;

import java.util.List;
import java.util.Optional;

/**
 * How a database is to be on the server.
 *
 * @param encoding fixed at creation
 * @param locale fixed at creation; empty for the server's own
 * @param loginLimit connections of one login: the application's and a few for dumps and probes
 * @param parameters sorted by name
 */
public record DatabaseSettings(
        String encoding, Optional<String> locale, int loginLimit, List<DatabaseParameter> parameters) {

    /** A dump takes 2 connections, a restore 3, a probe 1: the application must not starve them. */
    public static final int RESERVED_CONNECTIONS = 4;

    public DatabaseSettings {
        parameters = List.copyOf(parameters);
    }
}
