/**
 * Throw-away certificates, made in memory: the JDK verifies X.509 but has no API that makes it, and neither openssl nor another
 * library should be needed for a dozen fields. No I/O.
 */
@NullMarked
package dev.ocean.sandbox.certificate;

import org.jspecify.annotations.NullMarked;
