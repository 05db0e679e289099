@NullMarked
package dev.ocean.sandbox.postgres;

import org.jspecify.annotations.NullMarked;
