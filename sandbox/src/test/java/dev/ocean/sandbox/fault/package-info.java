@NullMarked
package dev.ocean.sandbox.fault;

import org.jspecify.annotations.NullMarked;
