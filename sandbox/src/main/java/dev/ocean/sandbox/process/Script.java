package dev.ocean.sandbox.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The shell scripts of this package; they are passed to {@code sh} as text, so no file of ours has to be found at run time. */
enum Script {
    /** Runs a command that dies with the JVM. */
    GUARD("guard.sh"),
    /** Removes a directory when the JVM is gone. */
    SWEEP("sweep.sh");

    private final String resource;

    Script(String resource) {
        this.resource = resource;
    }

    String text() {
        try (var stream = Objects.requireNonNull(Script.class.getResourceAsStream(resource), resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read script \"" + resource + "\"", e);
        }
    }
}
