/** The Secret that an application reads: its keys, its template, and how a change of it is made. Pure. */
@NullMarked
package dev.ocean.operator.connection;

import org.jspecify.annotations.NullMarked;
