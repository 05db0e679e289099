package dev.ocean.sandbox.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A fresh temporary directory that is removed when it is closed or when the JVM is gone, whatever ended it. */
public final class Workspace implements AutoCloseable {

    private final Path directory;
    private final Process sweeper;

    private Workspace(Path directory, Process sweeper) {
        this.directory = directory;
        this.sweeper = sweeper;
    }

    /** Others may pass through the directory, as servers of another user do, but see nothing of it. */
    public static Workspace create(String prefix) {
        // Nobody can guess the name, so nobody can be there first with a directory that is then removed as ours.
        var directory = Path.of(System.getProperty("java.io.tmpdir"), prefix + "-" + UUID.randomUUID());
        try {
            // Before there is a directory: else one is left behind if the JVM is killed between these lines.
            var sweeper = new ProcessBuilder("sh", "-c", Script.SWEEP.text(), "sweep", directory.toString())
                    .redirectErrorStream(true)
                    .start();
            Files.createDirectory(directory);
            // Not as an attribute of its creation: the user's umask would take from it.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            return new Workspace(directory, sweeper);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary directory", e);
        }
    }

    public Path path() {
        return directory;
    }

    public Path resolve(String name) {
        return directory.resolve(name);
    }

    /** Makes a directory that only its owner can enter. */
    public Path privateDirectory(String name) {
        try {
            return Files.createDirectory(
                    resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make directory \"" + name + "\"", e);
        }
    }

    /** Writes a file that only its owner can read. */
    public Path privateFile(String name, String content) {
        return PrivateFile.write(resolve(name), content);
    }

    /** Returns when the directory is gone. */
    @Override
    public void close() {
        try (OutputStream pipe = sweeper.getOutputStream()) {
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove \"" + directory + "\"", e);
        }
        try {
            sweeper.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
