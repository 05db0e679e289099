@NullMarked
package dev.ocean.sandbox.certificate;

import org.jspecify.annotations.NullMarked;
