/** The promises of the README, each lived through as a user does; the same classes on the sandbox and on a real cluster. */
@NullMarked
package dev.ocean.e2e;

import org.jspecify.annotations.NullMarked;
