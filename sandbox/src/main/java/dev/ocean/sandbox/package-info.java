/** A Kubernetes control plane and PostgreSQL servers as local processes; knows nothing of what is tested on it. */
@NullMarked
package dev.ocean.sandbox;

import org.jspecify.annotations.NullMarked;
