package dev.ocean.e2e.benchmark;

import dev.ocean.sandbox.postgres.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import static java.nio.charset.StandardCharsets.UTF_8;

/** PostgreSQL's own tools as a person calls them, with the flags of our scripts. */
record PlainTools(Bench bench) {

    private static final long GLANCE_NANOS = 50_000_000;
    private static final int ZSTD_SINCE = 16;

    /** For how long a file was written, in seconds: a tool makes its archive before it connects, and its last block is its last word. */
    static double seconds(Path archive) throws IOException {
        var times = Files.readAttributes(archive, BasicFileAttributes.class);
        return Duration.between(
                                times.creationTime().toInstant(),
                                times.lastModifiedTime().toInstant())
                        .toNanos()
                / 1e9;
    }

    /** Runs a script in one session of the admin, and ends with its first error. */
    void psql(String script) throws IOException, InterruptedException {
        var admin = bench.postgres().admin();
        var builder = builder(List.of("psql", "-Xqv", "ON_ERROR_STOP=1"), "postgres", admin.user(), admin.password());
        var process = builder.redirectInput(ProcessBuilder.Redirect.PIPE).start();
        try (var input = process.outputWriter(UTF_8)) {
            input.write(script);
        }
        succeed(process);
    }

    /** Dumps to the same volume; {@return in seconds, as {@link #seconds} has it} */
    double dump(String database) throws Exception {
        var file = bench.volume().resolve("plain.dump");
        Files.deleteIfExists(file);
        try {
            var process = start(
                    database,
                    bench.secretValue(database, "database"),
                    List.of(
                            "pg_dump",
                            "-Fc",
                            "-Z",
                            bench.postgres().major() >= ZSTD_SINCE ? "zstd:1" : "1",
                            "--no-password",
                            "-f",
                            file.toString()));
            succeed(process);
            return seconds(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Restores into an empty database beside it, which it drops afterwards; {@return in seconds, as {@link #watch} has it} */
    double restore(String database, Path archive) throws Exception {
        var name = "plain_restore";
        superuser("CREATE DATABASE " + name + " TEMPLATE template0 OWNER " + owner(database));
        try {
            var process = start(
                    database,
                    name,
                    List.of(
                            "pg_restore",
                            "--exit-on-error",
                            "-j",
                            "2",
                            "--no-owner",
                            "--no-acl",
                            "--no-password",
                            "-d",
                            name,
                            archive.toString()));
            var seconds = watch("pg_restore", () -> !process.isAlive());
            succeed(process);
            return seconds;
        } finally {
            superuser("DROP DATABASE " + name);
        }
    }

    private String owner(String database) {
        return "\"" + bench.secretValue(database, "database") + "__owner\"";
    }

    void superuser(String statement) throws SQLException {
        try (var connection = bench.postgres().superuser("postgres");
                var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    /** Starts a tool in a database that Ocean made, as its login. */
    Process startIn(String database, List<String> line) throws IOException {
        return start(database, bench.secretValue(database, "database"), line);
    }

    private Process start(String database, String target, List<String> line) throws IOException {
        return builder(line, target, bench.secretValue(database, "username"), bench.secretValue(database, "password"))
                .start();
    }

    /** @param line begins with the name of a tool of the server's major */
    private ProcessBuilder builder(List<String> line, String target, String user, String password) {
        var words = new ArrayList<>(line);
        var major = bench.postgres().major();
        var installation =
                Objects.requireNonNull(Installation.all(System.getenv()).get(major));
        // Not by PATH: what is there may be a wrapper that chooses a version.
        words.set(0, installation.directory().resolve(line.getFirst()).toString());
        var builder = new ProcessBuilder(words).inheritIO();
        var environment = builder.environment();
        environment.put("PGHOST", bench.postgres().host());
        environment.put("PGPORT", Integer.toString(bench.postgres().port()));
        environment.put("PGUSER", user);
        environment.put("PGPASSWORD", password);
        environment.put("PGDATABASE", target);
        environment.put("PGSSLMODE", "require");
        environment.put("LC_ALL", "C");
        return builder;
    }

    static void succeed(Process process) throws InterruptedException {
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a plain tool failed");
        }
    }

    /** {@return for how many seconds the server has seen a tool of this name, until told to look no more} */
    double watch(String tool, BooleanSupplier over) throws SQLException {
        var first = 0L;
        var last = 0L;
        try (var connection = bench.postgres().superuser("postgres");
                var question = connection.prepareStatement(
                        "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = ?")) {
            question.setString(1, tool);
            while (!over.getAsBoolean()) {
                try (var answer = question.executeQuery()) {
                    answer.next();
                    if (answer.getInt(1) > 0) {
                        last = System.nanoTime();
                        first = first == 0 ? last : first;
                    }
                }
                LockSupport.parkNanos(GLANCE_NANOS);
            }
        }
        return (last - first) / 1e9;
    }
}
