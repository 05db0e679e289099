package dev.ocean.operator.api.v1beta1;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Immutable copies for record components; absent becomes empty. */
final class Copies {

    private Copies() {}

    static <T> List<T> ofList(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /** Sorted by key: {@code Map.copyOf} iterates in another order in every process, and what we derive from a specification must not. */
    static Map<String, String> ofMap(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
