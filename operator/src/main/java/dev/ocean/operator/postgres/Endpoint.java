package dev.ocean.operator.postgres;

/** All that decides where and as whom the admin connects; another value means other connections. */
record Endpoint(String displayName, ServerAddress address, AdminLogin login, String applicationName) {}
