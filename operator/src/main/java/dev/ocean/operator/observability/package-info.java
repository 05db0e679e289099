/** Metrics and the endpoints that report them. */
@NullMarked
package dev.ocean.operator.observability;

import org.jspecify.annotations.NullMarked;
