/** What the names in a specification resolve to, from the informers' caches. */
@NullMarked
package dev.ocean.operator.reference;

import org.jspecify.annotations.NullMarked;
