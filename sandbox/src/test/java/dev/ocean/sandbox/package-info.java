@NullMarked
package dev.ocean.sandbox;

import org.jspecify.annotations.NullMarked;
