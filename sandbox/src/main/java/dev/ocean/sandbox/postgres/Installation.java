package dev.ocean.sandbox.postgres;

import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.ProcessFailure;
import dev.ocean.sandbox.process.Workspace;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL of one major on this machine.
 *
 * @param directory has at least {@code postgres} and {@code initdb}
 */
public record Installation(int major, Path directory) {

    /** Directories of binaries, separated like those of {@code PATH}; they win over all others. */
    static final String DIRECTORIES_VARIABLE = "OCEAN_PG_BIN";

    private static final List<String> PROGRAMS = List.of("postgres", "initdb");
    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "postgres (PostgreSQL) 19devel"
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    /** {@return by major; the first place wins where several have it} */
    public static NavigableMap<Integer, Installation> all(Map<String, String> environment) {
        var found = new TreeMap<Integer, Installation>();
        for (var directory : candidates(environment)) {
            var installation = in(directory);
            installation.ifPresent(one -> found.putIfAbsent(one.major(), one));
        }
        return found;
    }

    /**
     * Finds one major, or the newest.
     *
     * @throws ProcessFailure if it is not installed, or if there is none at all
     */
    static Installation find(Optional<Integer> major, Map<String, String> environment) {
        var all = all(environment);
        if (all.isEmpty()) {
            throw new ProcessFailure("cannot start PostgreSQL: install the server (package postgresql) or set "
                    + DIRECTORIES_VARIABLE + " to the directory of its binaries");
        }
        var wanted = major.orElseGet(all::lastKey);
        return Optional.ofNullable(all.get(wanted))
                .orElseThrow(() -> new ProcessFailure(
                        "cannot start PostgreSQL " + wanted + ": not installed, there is " + all.keySet()));
    }

    String program(String name) {
        return directory.resolve(name).toString();
    }

    private static LinkedHashSet<Path> candidates(Map<String, String> environment) {
        var directories = new LinkedHashSet<Path>(paths(environment.get(DIRECTORIES_VARIABLE)));
        // Where Debian and Red Hat put servers of several majors side by side.
        directories.addAll(matching(Path.of("/usr/lib/postgresql"), "*", "bin"));
        directories.addAll(matching(Path.of("/usr"), "pgsql-*", "bin"));
        directories.addAll(paths(environment.get("PATH")));
        return directories;
    }

    private static List<Path> paths(@Nullable String list) {
        if (list == null) {
            return List.of();
        }
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(list)
                .filter(entry -> !entry.isBlank())
                .map(Path::of)
                .toList();
    }

    private static List<Path> matching(Path parent, String pattern, String child) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (var entries = Files.newDirectoryStream(parent, pattern)) {
            var matches = new ArrayList<Path>();
            entries.forEach(entry -> matches.add(entry.resolve(child)));
            return matches;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list \"" + parent + "\"", e);
        }
    }

    private static Optional<Installation> in(Path directory) {
        if (!PROGRAMS.stream().allMatch(program -> Files.isExecutable(directory.resolve(program)))) {
            return Optional.empty();
        }
        try (var workspace = Workspace.create("sandbox-postgres")) {
            var log = workspace.resolve("version.log");
            var command =
                    Command.of("postgres", List.of(directory.resolve("postgres").toString(), "--version"), log);
            LocalProcess.run(command, Duration.ofSeconds(10));
            var version = VERSION.matcher(Files.readString(log));
            return version.find()
                    ? Optional.of(new Installation(Integer.parseInt(version.group(1)), directory))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the version of PostgreSQL in \"" + directory + "\"", e);
        }
    }
}
