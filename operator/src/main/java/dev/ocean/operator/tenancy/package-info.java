/** A tenant on a server: its names, its mark, what the catalogs say of it, and each statement that changes it. Pure: statements are values. */
@NullMarked
package dev.ocean.operator.tenancy;

import org.jspecify.annotations.NullMarked;
