@NullMarked
package dev.ocean.sandbox.process;

import org.jspecify.annotations.NullMarked;
