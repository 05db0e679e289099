package dev.ocean.sandbox.node;

import dev.ocean.sandbox.postgres.Installation;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What images stand for: programs of this machine.
 *
 * @param postgres directories of programs by major
 */
record ToolSets(Map<Integer, Installation> postgres) {

    private static final String MACHINE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    // [registry[:port]/][path/]name[:tag][@digest]; of PostgreSQL the tag begins with the major: 15, 15.4, 15-bookworm
    private static final Pattern IMAGE =
            Pattern.compile("(?:.*/)?(?:(busybox|debian)(?::[\\w.-]+)?|postgres:(\\d{1,4})(?:[.-][\\w.-]*)?)(?:@.+)?");

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
        if (reference.matches() && reference.group(1) != null) {
            return MACHINE;
        }
        return Optional.of(reference)
                .filter(Matcher::matches)
                .map(parts -> postgres.get(Integer.valueOf(parts.group(2))))
                .map(installation -> installation.directory() + ":" + MACHINE)
                .orElseThrow(() -> Obstacle.image(
                        "Failed to pull image \"%s\": the sandbox has [busybox, debian] and postgres:<major> of %s"
                                .formatted(image, new TreeSet<>(postgres.keySet()))));
    }
}
