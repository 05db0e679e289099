package dev.ocean.e2e.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The checkout that the scenarios belong to. */
public final class Repository {

    private Repository() {}

    /** Its root, whatever module the JVM was started in. */
    public static Path root() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("helm"))) {
            directory = Objects.requireNonNull(directory.getParent(), "not in a checkout");
        }
        return directory;
    }

    /** The text of one of its files. */
    public static String read(String path) {
        try {
            return Files.readString(root().resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + path + "\"", e);
        }
    }
}
