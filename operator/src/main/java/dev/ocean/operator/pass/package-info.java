/** One run for one CR: catches what blocks it, writes the status once, backs off, tells. All that knows the framework but no capability. */
@NullMarked
package dev.ocean.operator.pass;

import org.jspecify.annotations.NullMarked;
