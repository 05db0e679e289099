@NullMarked
package dev.ocean.sandbox.controlplane;

import org.jspecify.annotations.NullMarked;
