/** The Helm chart, rendered by Helm in the JVM: no cluster, no process. */
@NullMarked
package dev.ocean.operator.chart;

import org.jspecify.annotations.NullMarked;
