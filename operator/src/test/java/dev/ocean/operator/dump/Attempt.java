package dev.ocean.operator.dump;

import dev.ocean.sandbox.process.ServiceUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import static java.nio.charset.StandardCharsets.UTF_8;

/** One run of a script as a plain process, with the environment of its Job and nothing of ours. */
final class Attempt {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final JobScript script;
    private final Path directory;
    private final Map<String, String> environment;

    Attempt(JobScript script, Path directory, Map<String, String> environment) {
        this.script = script;
        this.directory = directory;
        this.environment = new LinkedHashMap<>(environment);
    }

    Attempt with(String variable, String value) {
        var changed = new Attempt(script, directory, environment);
        changed.environment.put(variable, value);
        return changed;
    }

    /** Programs of {@code directory} are found before PostgreSQL's. */
    Attempt withProgramsOf(Path programs) {
        return with("PATH", programs + ":" + environment.get("PATH"));
    }

    /** Without any program that is not in {@code directory}. */
    Attempt withOnlyProgramsOf(Path programs) {
        return with("PATH", programs.toString());
    }

    Outcome run() {
        return start().await(LIMIT);
    }

    Running start() {
        try {
            Files.createDirectories(directory.resolve("work"));
            Files.deleteIfExists(directory.resolve("result"));
            Files.createFile(directory.resolve("result"));
            ServiceUser.instead().ifPresent(user -> ServiceUser.own(directory, user));
            var builder = new ProcessBuilder(line())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            builder.environment().put("WORK", directory.resolve("work").toString());
            builder.environment().put("RESULT_FILE", directory.resolve("result").toString());
            return new Running(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> line() {
        var line = new ArrayList<String>();
        ServiceUser.instead()
                .ifPresent(user ->
                        line.addAll(List.of("/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups")));
        line.addAll(List.of("/bin/bash", "-c", script.text(), "job"));
        return line;
    }

    /** How it ended. */
    record Outcome(JobScript script, int exitCode, String message, String log) {

        ExitReason reason() {
            return ExitReason.of(exitCode);
        }

        JobResult result() {
            return JobResult.parse(script, message)
                    .orElseThrow(() -> new AssertionError("no result: " + exitCode + " " + message + log));
        }

        @Override
        public String toString() {
            return "exit code " + exitCode + "\n" + message + log;
        }
    }

    final class Running {

        private final Process process;

        private Running(Process process) {
            this.process = process;
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** As a kubelet at the end of a pod. */
        void terminate() {
            process.destroy();
        }

        /** As the kernel, to all processes of a container at once. */
        void kill() throws IOException, InterruptedException {
            // Stopped, it starts no further child between our look and the signal.
            new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            var descendants = process.descendants().toList();
            process.destroyForcibly();
            descendants.forEach(ProcessHandle::destroyForcibly);
        }

        List<ProcessHandle> descendants() {
            return process.descendants().toList();
        }

        Outcome await(Duration limit) {
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError("not done after " + limit + ": " + read("log"));
                }
                return new Outcome(script, process.exitValue(), read("result"), read("log"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        private String read(String file) {
            try {
                return new String(Files.readAllBytes(directory.resolve(file)), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
