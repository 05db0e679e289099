package dev.ocean.operator.connection;

import dev.ocean.operator.postgres.Password;

/** A login as a Secret holds it. */
public record Credentials(String username, Password password) {}
