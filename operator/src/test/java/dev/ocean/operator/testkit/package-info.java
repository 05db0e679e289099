/** What pure tests share: a hand-written server and API server with state, fixtures, AssertJ types, a port of kstatus, seeds. */
@NullMarked
package dev.ocean.operator.testkit;

import org.jspecify.annotations.NullMarked;
