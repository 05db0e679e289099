/** Documents and program say the same: every promise that can be compared is compared. */
@NullMarked
package dev.ocean.operator.docs;

import org.jspecify.annotations.NullMarked;
