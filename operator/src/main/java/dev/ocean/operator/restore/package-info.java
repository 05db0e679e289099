/** DatabaseRestore: a backup in the place of a live database, and back. */
@NullMarked
package dev.ocean.operator.restore;

import org.jspecify.annotations.NullMarked;
