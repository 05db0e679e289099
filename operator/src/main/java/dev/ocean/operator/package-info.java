/** Wiring: the only place that builds adapters, reads the environment and the real clock. */
@NullMarked
package dev.ocean.operator;

import org.jspecify.annotations.NullMarked;
