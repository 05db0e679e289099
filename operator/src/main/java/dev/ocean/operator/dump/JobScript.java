package dev.ocean.operator.dump;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The bash scripts that run in Jobs. They are passed as text in the Job's arguments, so nobody can edit what runs and any {@code postgres:<major>} image does.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/">Arguments</a>: the kubelet expands {@code $(NAME)} and
 *     {@code $$} in them, so no script has either
 */
public enum JobScript {
    /** Dumps, proves and commits one backup; a finished one is only reported again. */
    DUMP,
    /** Proves that a backup still is what was written. */
    CHECK,
    /** Restores into an empty database, whose name the operator chose, and counts. */
    RESTORE,
    /** Removes a backup. */
    DELETE;

    private static final String OPENING = "job";

    /** {@return the whole text for {@code bash -c}, about 25 kB; the kernel takes 128 KiB in one argument} */
    public String text() {
        return resource(OPENING) + "\n" + resource(name().toLowerCase(Locale.ROOT));
    }

    private static String resource(String name) {
        try (var stream = JobScript.class.getResourceAsStream("/jobs/" + name + ".sh")) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks the script " + name);
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the script " + name, e);
        }
    }
}
