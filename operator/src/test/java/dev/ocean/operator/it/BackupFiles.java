package dev.ocean.operator.it;

import dev.ocean.sandbox.process.ServiceUser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What a volume holds of one database, and what may happen to it.
 *
 * @param directory with one directory for each backup
 */
record BackupFiles(Path directory) {

    /** How it comes into order again. */
    interface Healing {
        void heal() throws Exception;
    }

    /** What was begun, or lost its name, and not cleared away. */
    List<Path> halves() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    /** Puts a file system of this size in its place, as root; to the scripts it is the same directory. */
    Healing small(String size) throws IOException {
        Assumptions.assumeTrue(ServiceUser.instead().isPresent(), "only root can mount a small volume");
        run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + size, "tmpfs", directory.toString());
        ServiceUser.own(directory, ServiceUser.instead().orElseThrow());
        return () -> run("umount", directory.toString());
    }

    private static void run(String... command) throws IOException {
        try {
            var process = new ProcessBuilder(command).inheritIO().start();
            Assumptions.assumeTrue(process.waitFor() == 0, String.join(" ", command));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Somebody else's file takes all the room that is left. */
    void fill() throws IOException {
        try (OutputStream file = Files.newOutputStream(directory.resolve("somebody-elses"))) {
            var block = new byte[4096];
            while (true) {
                file.write(block);
            }
        } catch (IOException full) {
            if (Files.getFileStore(directory).getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    /** Nobody may write. */
    Healing closed() throws IOException {
        var before = Files.getPosixFilePermissions(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
        return () -> Files.setPosixFilePermissions(directory, before);
    }

    // ---- one backup

    private Path backup() throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().findFirst().orElseThrow();
        }
    }

    private interface Change {
        byte[] of(byte[] content);
    }

    /** Changes a file of the oldest backup and, if {@code sums}, the list of hashes with it. */
    private Healing changed(String name, boolean sums, Change change) throws IOException {
        var backup = backup();
        var list = backup.resolve("SHA256SUMS");
        var file = backup.resolve(name);
        var content = Files.readAllBytes(file);
        var listed = Files.readAllBytes(list);
        Files.write(file, change.of(content.clone()));
        if (sums) {
            Files.writeString(list, sums(backup));
        }
        return () -> {
            Files.write(file, content);
            Files.write(list, listed);
        };
    }

    private static String sums(Path backup) {
        return Stream.of("data.dump", "toc.txt", "manifest.json")
                .map(name -> sha256(backup.resolve(name)) + "  " + name + "\n")
                .collect(Collectors.joining());
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    Healing truncated() throws IOException {
        return changed("data.dump", false, content -> java.util.Arrays.copyOf(content, content.length - 50));
    }

    Healing flipped() throws IOException {
        return changed("data.dump", false, BackupFiles::flip);
    }

    /** With sums that fit: only who remembers the hash can tell. */
    Healing exchanged() throws IOException {
        return changed("data.dump", true, BackupFiles::flip);
    }

    private static byte[] flip(byte[] content) {
        content[content.length / 2] ^= 1;
        return content;
    }

    Healing edited(String from, String to) throws IOException {
        return changed("manifest.json", false, content -> replaced(content, from, to));
    }

    /** With sums that fit. */
    Healing forged(String from, String to) throws IOException {
        return changed("manifest.json", true, content -> replaced(content, from, to));
    }

    private static byte[] replaced(byte[] content, String from, String to) {
        var text = new String(content, UTF_8);
        if (!text.contains(from)) {
            throw new AssertionError("the manifest has no " + from + ": " + text);
        }
        return text.replace(from, to).getBytes(UTF_8);
    }

    Healing withoutContents() throws IOException {
        var file = backup().resolve("toc.txt");
        var aside = directory.resolveSibling("aside");
        Files.move(file, aside);
        return () -> Files.move(aside, file);
    }
}
