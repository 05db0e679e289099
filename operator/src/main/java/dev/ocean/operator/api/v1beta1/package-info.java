/**
 * The kinds of {@code ocean.dev/v1beta1} as Java types: data only, no behaviour. The CRDs in {@code crds/} are generated from them by {@code CrdFiles}
 * (test scope), so an annotation here is a line of the contract that users see.
 *
 * <p>These records are the one place where {@code null} is allowed: an optional component is {@code @Nullable} and is parsed once, by a capability's request.
 * Lists and maps are never null (absent reads as empty) except where absence has a meaning of its own; components with a static default are filled
 * with the same value that the schema gives, so an object that never went through an API server reads the same.
 */
@NullMarked
package dev.ocean.operator.api.v1beta1;

import org.jspecify.annotations.NullMarked;
