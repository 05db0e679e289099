/** The fabric8 client: create, patch, live read, events; HTTP answers become problems here. */
@NullMarked
package dev.ocean.operator.kube;

import org.jspecify.annotations.NullMarked;
