package dev.ocean.operator.instance;

import dev.ocean.operator.tenancy.ServerFacts;

/**
 * A server as its look told.
 *
 * @param version as the server writes it
 * @param databases how many on it bear a mark of this installation
 */
record ObservedInstance(ServerFacts server, String version, int databases) {}
