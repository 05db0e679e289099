/** A backup in a scratch database: what restores, verifications and births from a backup have in common. Works through plans; touches the API by its observer alone. */
@NullMarked
package dev.ocean.operator.scratch;

import org.jspecify.annotations.NullMarked;
