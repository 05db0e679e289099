/** Every label, annotation and derived name of a Kubernetes object, in one place: they are API. */
@NullMarked
package dev.ocean.operator.naming;

import org.jspecify.annotations.NullMarked;
