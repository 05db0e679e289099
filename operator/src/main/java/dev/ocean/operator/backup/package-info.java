/** DatabaseBackup: one dump, from its start to the deletion of its files. */
@NullMarked
package dev.ocean.operator.backup;

import org.jspecify.annotations.NullMarked;
