package dev.ocean.sandbox.process;

import dev.ocean.sandbox.process.Command.Inherited;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A child process that ends with the JVM, also after {@code kill -9}: a shell guards it, holds a pipe to the JVM and kills it at
 * the end of that pipe. What it started itself ends with it, at the latest.
 */
public final class LocalProcess implements AutoCloseable {

    private static final Duration LAST_SIGNAL_GRACE = Duration.ofSeconds(5);
    private static final int LINES_SHOWN = 20;

    private final Command command;
    private final Process guard;
    private final BufferedWriter signals;

    private LocalProcess(Command command, Process guard) {
        this.command = command;
        this.guard = guard;
        this.signals = guard.outputWriter(StandardCharsets.US_ASCII);
    }

    /**
     * Starts and does not wait.
     *
     * @throws ProcessFailure if there is no shell; a command that cannot be run is seen as a process that has ended
     */
    public static LocalProcess start(Command command) {
        var line = new ArrayList<>(List.of("sh", "-c", Script.GUARD.text(), "guard"));
        line.add(command.user().orElse(""));
        line.add(command.lastSignal().name());
        line.addAll(command.line());
        var builder = new ProcessBuilder(line)
                .directory(Objects.requireNonNull(command.log().toAbsolutePath().getParent())
                        .toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(command.log().toFile()));
        if (command.inherited() == Inherited.NOTHING) {
            builder.environment().clear();
        }
        builder.environment().putAll(command.environment());
        try {
            return new LocalProcess(command, builder.start());
        } catch (IOException e) {
            throw new ProcessFailure("cannot start " + command.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a command to its end.
     *
     * @throws ProcessFailure if it ends with another code than 0 or takes longer than the limit; it is gone then
     */
    public static void run(Command command, Duration limit) {
        try (var process = start(command)) {
            if (!process.awaitEnd(limit)) {
                throw process.failure("not done after " + limit.toSeconds() + " s");
            }
            if (process.exitCode() != 0) {
                throw process.failure("exit code " + process.exitCode());
            }
        }
    }

    /** Does nothing if the process has ended. */
    public void signal(Signal signal) {
        try {
            signals.write(signal.name());
            signals.newLine();
            signals.flush();
        } catch (IOException e) {
            // A broken pipe is how a process looks that has ended, or is just ending.
            if (!awaitEnd(LAST_SIGNAL_GRACE)) {
                throw new UncheckedIOException("cannot signal " + command.name(), e);
            }
        }
    }

    /** Sends the signal and waits; a process that is still there after the grace period is killed. */
    public void stop(Signal signal, Duration grace) {
        signal(signal);
        if (!awaitEnd(grace)) {
            signal(Signal.KILL);
            awaitEnd(LAST_SIGNAL_GRACE);
        }
    }

    public boolean isAlive() {
        return guard.isAlive();
    }

    /** {@return the code of the ended process, 128 and the signal's number added if a signal ended it} */
    public int exitCode() {
        return guard.exitValue();
    }

    /** {@return whether it has ended} */
    public boolean awaitEnd(Duration limit) {
        try {
            return guard.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessFailure("interrupted while waiting for " + command.name(), e);
        }
    }

    /**
     * Tells an early end from a slow start.
     *
     * @throws ProcessFailure if it has ended, with the end of its log
     */
    public void requireAlive() {
        if (!isAlive()) {
            throw failure("exit code " + exitCode());
        }
    }

    /** {@return all that it wrote, bytes that are no UTF-8 replaced} */
    public String log() {
        try {
            return new String(Files.readAllBytes(command.log()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the log of " + command.name(), e);
        }
    }

    /** {@return where it writes} */
    public Path logFile() {
        return command.log();
    }

    /** Ends it with its last signal. */
    @Override
    public void close() {
        stop(command.lastSignal(), LAST_SIGNAL_GRACE);
        try {
            signals.close();
        } catch (IOException e) {
            // Nobody reads the pipe of an ended process.
        }
    }

    /** {@return a failure with this cause and the end of the log} */
    public ProcessFailure failure(String cause) {
        var lines = log().lines().toList();
        var end = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
        return new ProcessFailure("cannot run " + command.name() + ": " + cause + "\n  " + String.join("\n  ", end));
    }
}
