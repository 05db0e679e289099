/** Faults of the network, made on purpose between a client and a server on this machine. */
@NullMarked
package dev.ocean.sandbox.fault;

import org.jspecify.annotations.NullMarked;
