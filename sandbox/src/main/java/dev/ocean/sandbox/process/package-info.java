/**
 * Local processes and directories that never outlive the JVM, whatever ends it. The only package that starts processes; it knows
 * neither Kubernetes nor PostgreSQL.
 */
@NullMarked
package dev.ocean.sandbox.process;

import org.jspecify.annotations.NullMarked;
