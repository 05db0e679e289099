package dev.ocean.operator.database;

import dev.ocean.operator.dump.ToolSettings;
import java.time.Duration;

/**
 * What the operator's configuration says about databases.
 *
 * @param overlap how long a login that a rotation replaced goes on
 * @param tools settings of the Jobs that restore what a database is born from
 */
record Terms(Duration overlap, ToolSettings tools) {}
