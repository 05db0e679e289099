package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.ProcessFailure;
import dev.ocean.sandbox.process.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one binary that holds all programs of the control plane, compiled once from the Go sources in our jar and kept in the user's
 * cache under the hash of those sources. Builders of other processes wait for the one that is at it.
 */
final class ComponentBuild {

    private static final List<String> SOURCES = List.of("main.go", "go.mod", "go.sum");
    private static final Pattern KUBERNETES_VERSION = Pattern.compile("k8s\\.io/kubernetes (v(\\d+)\\.(\\d+)\\S*)");
    private static final Duration PROGRESS = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofMinutes(40);
    // A file lock is held for the whole JVM, so threads need one of their own.
    private static final Object LOCK = new Object();

    private final Path cache;
    private final Path binary;

    private ComponentBuild(Path cache) {
        this.cache = cache;
        this.binary = cache.resolve("control-plane-" + sourceHash());
    }

    static ComponentBuild of(Map<String, String> environment) {
        var home = Path.of(System.getProperty("user.home"), ".cache");
        var caches = Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
                .map(Path::of)
                // "All paths must be absolute", else they are to be ignored (XDG Base Directory Specification).
                .filter(Path::isAbsolute)
                .orElse(home);
        return new ComponentBuild(caches.resolve("kube-sandbox"));
    }

    /**
     * The binary, built if need be.
     *
     * @throws ProcessFailure if it has to be built and Go is missing or fails
     */
    Path binary() {
        if (Files.isExecutable(binary)) {
            return binary;
        }
        requireGo();
        try {
            Files.createDirectories(cache);
            synchronized (LOCK) {
                try (var channel = FileChannel.open(
                                cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        var lock = channel.lock()) {
                    if (!Files.isExecutable(binary) && lock.isValid()) {
                        build();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build the Kubernetes components", e);
        }
        return binary;
    }

    private void build() throws IOException {
        try (var workspace = Workspace.create("kube-build")) {
            for (var source : SOURCES) {
                Files.write(workspace.resolve(source), content(source));
            }
            // Beside its final place, so that the move is atomic: nobody ever sees half a binary.
            var unfinished = binary.resolveSibling("." + binary.getFileName() + ".unfinished");
            var line = List.of("go", "build", "-trimpath", "-ldflags", linkerFlags(), "-o", unfinished.toString(), ".");
            var command = Command.of("go build of the Kubernetes components", line, workspace.resolve("build.log"))
                    .with("CGO_ENABLED", "0");
            runWithProgress(command);
            Files.move(unfinished, binary, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void runWithProgress(Command command) {
        report("compiling Kubernetes, once on this machine; it takes about five minutes on two cores");
        var begin = System.nanoTime();
        try (var process = LocalProcess.start(command)) {
            while (!process.awaitEnd(PROGRESS)) {
                var elapsed = Duration.ofNanos(System.nanoTime() - begin);
                if (elapsed.compareTo(LIMIT) > 0) {
                    throw new ProcessFailure("cannot build the Kubernetes components: not done after " + LIMIT);
                }
                report("still compiling Kubernetes after " + elapsed.toSeconds() + " s");
            }
            if (process.exitCode() != 0) {
                throw new ProcessFailure("cannot build the Kubernetes components:\n" + process.log());
            }
        }
    }

    private static void report(String line) {
        System.err.println("sandbox: " + line);
    }

    private static void requireGo() {
        try (var workspace = Workspace.create("kube-build")) {
            LocalProcess.run(
                    Command.of("go", List.of("go", "version"), workspace.resolve("go.log")), Duration.ofSeconds(30));
        } catch (ProcessFailure e) {
            throw new ProcessFailure(
                    "cannot start Kubernetes: install Go (https://go.dev/dl) to have its components built once, or set "
                            + Binaries.DIRECTORY_VARIABLE + " to a directory with etcd, kube-apiserver,"
                            + " kube-controller-manager and kube-scheduler",
                    e);
        }
    }

    /** What the components report as their version; they would call themselves v0.0.0-master+$Format else. */
    private static String linkerFlags() {
        var version = KUBERNETES_VERSION.matcher(new String(content("go.mod"), StandardCharsets.UTF_8));
        if (!version.find()) {
            throw new IllegalStateException("go.mod requires no k8s.io/kubernetes");
        }
        var flags = new StringBuilder("-s -w");
        for (var holder : List.of("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")) {
            flags.append(" -X ").append(holder).append(".gitVersion=").append(version.group(1));
            flags.append(" -X ").append(holder).append(".gitMajor=").append(version.group(2));
            flags.append(" -X ").append(holder).append(".gitMinor=").append(version.group(3));
            flags.append(" -X ").append(holder).append(".gitTreeState=clean");
        }
        return flags.toString();
    }

    private static String sourceHash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            SOURCES.forEach(source -> digest.update(content(source)));
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] content(String source) {
        try (var stream =
                Objects.requireNonNull(ComponentBuild.class.getResourceAsStream("source/" + source), source)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read Go source \"" + source + "\"", e);
        }
    }
}
