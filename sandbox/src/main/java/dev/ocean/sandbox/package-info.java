/**
 * The demo: an operator, as it is shipped, beside a control plane and a PostgreSQL server on a machine that has no cluster. It
 * learns from its arguments what to install and to show, and knows nothing of a particular operator.
 */
@NullMarked
package dev.ocean.sandbox;

import org.jspecify.annotations.NullMarked;
