/** Scripts of Jobs as plain processes on a real server, and the values around them. */
@NullMarked
package dev.ocean.operator.dump;

import org.jspecify.annotations.NullMarked;
