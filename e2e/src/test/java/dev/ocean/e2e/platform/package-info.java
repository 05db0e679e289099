/** Where scenarios play, and who acts in them. Only what a user could type, and what an administrator of the machines could do to them. */
@NullMarked
package dev.ocean.e2e.platform;

import org.jspecify.annotations.NullMarked;
