package dev.ocean.e2e.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A program of this machine, run to its end.
 *
 * @param line program and arguments; never a secret, as everybody on the machine can read them
 * @param environment added to that of the JVM
 * @param input what it reads from standard input
 */
record Program(List<String> line, Map<String, String> environment, String input) {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    Program {
        line = List.copyOf(line);
        environment = Map.copyOf(environment);
    }

    /** What a program said and how it ended. */
    record Ending(int exitCode, String output, String errors) {}

    /** Runs it; fails if it does not end. */
    Ending run() {
        var builder = new ProcessBuilder(line);
        builder.environment().putAll(environment);
        // Not in the common pool: the API client completes its requests there, and the sandbox's node would stand still
        // as long as the program runs.
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var process = builder.start();
            var errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), readers);
            var output = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), readers);
            try (var pipe = process.getOutputStream()) {
                pipe.write(input.getBytes(UTF_8));
            }
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(line.getFirst() + " has not ended after " + LIMIT);
            }
            return new Ending(process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run \"" + line.getFirst() + "\"", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + line.getFirst() + " ran", e);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
