/** PostgresInstance: the named checks that make a server usable, and the minute's look at it. */
@NullMarked
package dev.ocean.operator.instance;

import org.jspecify.annotations.NullMarked;
