@NullMarked
package dev.ocean.sandbox.node;

import org.jspecify.annotations.NullMarked;
