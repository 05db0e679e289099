/** The operator as a process, under its shipped roles, on a real control plane and real servers: what it does is looked at from outside only. */
@NullMarked
package dev.ocean.operator.it;

import org.jspecify.annotations.NullMarked;
