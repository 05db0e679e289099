/** Jobs that carry data: their scripts, what a script reports, why it ended, where a backup lies. Pure but for reading the scripts, which are resources. */
@NullMarked
package dev.ocean.operator.dump;

import org.jspecify.annotations.NullMarked;
