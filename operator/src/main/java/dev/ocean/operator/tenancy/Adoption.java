package dev.ocean.operator.tenancy;

import java.util.Set;

/**
 * Whose marks count as ours, by the word of an instance's owner.
 *
 * @param installations of clusters that were lost
 * @param namespaces by name, that were deleted and made again
 */
public record Adoption(Set<String> installations, Set<String> namespaces) {

    public static final Adoption NONE = new Adoption(Set.of(), Set.of());

    public Adoption {
        installations = Set.copyOf(installations);
        namespaces = Set.copyOf(namespaces);
    }
}
