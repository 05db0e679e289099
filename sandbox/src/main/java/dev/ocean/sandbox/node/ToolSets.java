package dev.ocean.sandbox.node;

import dev.ocean.sandbox.postgres.Installation;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What images stand for: programs of this machine.
 *
 * @param postgres directories of programs by major
 */
record ToolSets(Map<Integer, Installation> postgres) {

    private static final String MACHINE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Set<String> PLAIN = Set.of("busybox", "debian");
    // [registry[:port]/][path/]name[:tag][@digest]
    private static final Pattern IMAGE = Pattern.compile("(?:.*/)?([^/:@]+)(?::([\\w.-]+))?(?:@.+)?");
    // 15, 15.4, 15-bookworm, 15.4-bookworm
    private static final Pattern MAJOR = Pattern.compile("(\\d{1,4})(?:[.-].*)?");

    ToolSets {
        postgres = Map.copyOf(postgres);
    }

    /**
     * Finds the tools of an image.
     *
     * @return directories as in {@code PATH}
     * @throws Obstacle if there are none
     */
    String path(String image) {
        var reference = IMAGE.matcher(image);
        if (reference.matches() && PLAIN.contains(reference.group(1))) {
            return MACHINE;
        }
        return Optional.of(reference)
                .filter(parts -> parts.matches() && parts.group(1).equals("postgres") && parts.group(2) != null)
                .map(parts -> MAJOR.matcher(parts.group(2)))
                .filter(Matcher::matches)
                .map(tag -> postgres.get(Integer.valueOf(tag.group(1))))
                .map(installation -> installation.directory() + ":" + MACHINE)
                .orElseThrow(() -> Obstacle.image("Failed to pull image \"%s\": %s".formatted(image, offer())));
    }

    private String offer() {
        return "the sandbox has %s and postgres:<major> of %s"
                .formatted(
                        PLAIN.stream().sorted().toList(),
                        postgres.keySet().stream().sorted().toList());
    }
}
