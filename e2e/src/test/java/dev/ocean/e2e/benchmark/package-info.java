/** What Ocean costs, side by side with plain {@code psql} in the same run. Not a test: it prints, and a person reads. */
@NullMarked
package dev.ocean.e2e.benchmark;

import org.jspecify.annotations.NullMarked;
