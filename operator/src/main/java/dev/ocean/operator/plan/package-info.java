/** Steps as values, and the one class that carries them out: a plan is made from what was seen, run until the first problem, and looked at again. */
@NullMarked
package dev.ocean.operator.plan;

import org.jspecify.annotations.NullMarked;
