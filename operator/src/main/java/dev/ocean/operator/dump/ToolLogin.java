package dev.ocean.operator.dump;

import dev.ocean.operator.connection.Endpoint;

/**
 * The tenant's login that a Job uses. Host, user and database are plain values of ours; the password alone comes from the Secret, by reference.
 *
 * @param major of the server
 * @param secretName where key {@code password}, and {@code ca.crt} where the endpoint has a CA, are
 */
public record ToolLogin(Endpoint endpoint, int major, String database, String username, String secretName) {}
