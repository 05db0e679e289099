/** Project: counts its members and stays while it has any. */
@NullMarked
package dev.ocean.operator.project;

import org.jspecify.annotations.NullMarked;
