/** Throw-away PostgreSQL servers as local processes, one fresh data directory each. */
@NullMarked
package dev.ocean.sandbox.postgres;

import org.jspecify.annotations.NullMarked;
