package dev.ocean.operator.dump;

import dev.ocean.sandbox.postgres.Installation;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import dev.ocean.sandbox.process.ServiceUser;
import dev.ocean.sandbox.process.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A server, and volumes on which scripts leave backups; all of it ends with the test class. */
final class Lab implements AutoCloseable {

    static final String PROJECT = "shop";
    static final String DATABASE = "orders";

    private static final String PINS =
            "-c search_path=pg_catalog,pg_temp -c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0"
                    + " -c idle_in_transaction_session_timeout=0";

    private final PostgresServer server;
    private final Workspace workspace;
    private final Path certificate;
    private final AtomicInteger made = new AtomicInteger();

    private Lab(PostgresServer server, Workspace workspace) {
        this.server = server;
        this.workspace = workspace;
        this.certificate = workspace.resolve("ca.crt");
    }

    static Lab open() {
        return open(Options.defaults());
    }

    static Lab open(Options options) {
        if (!"required".equals(System.getProperty("tools"))) {
            Assumptions.assumeFalse(PostgresServer.installedMajors().isEmpty(), "PostgreSQL is not installed");
        }
        var server =
                PostgresServer.launch(options.limitedAdmin("lab_admin").setting("max_locks_per_transaction", "256"));
        var lab = new Lab(server, Workspace.create("job-scripts"));
        lab.write(lab.certificate, server.caCertificate());
        return lab;
    }

    PostgresServer server() {
        return server;
    }

    Tenant tenant(String database) throws SQLException {
        return Tenant.make(server, database);
    }

    /** A directory for the scripts' user. */
    Path directory(String name) {
        try {
            return owned(Files.createDirectory(workspace.resolve(name + made.incrementAndGet())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path owned(Path path) {
        ServiceUser.instead().ifPresent(user -> ServiceUser.own(path, user));
        return path;
    }

    Path write(Path file, String content) {
        try {
            Files.writeString(file, content, UTF_8);
            return owned(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Volume volume() {
        return new Volume(directory("volume"));
    }

    /** PostgreSQL's own programs, of the server's major. */
    Path programs() {
        return Objects.requireNonNull(Installation.all(System.getenv()).get(server.major()))
                .directory();
    }

    /** One of PostgreSQL's own programs, as a person would call it. */
    ProcessBuilder tool(String name, String user, String password, String database, String... arguments) {
        var line = new ArrayList<String>();
        line.add(programs().resolve(name).toString());
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line);
        builder.environment().put("PGHOST", server.host());
        builder.environment().put("PGPORT", Integer.toString(server.port()));
        builder.environment().put("PGUSER", user);
        builder.environment().put("PGPASSWORD", password);
        builder.environment().put("PGDATABASE", database);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /** All definitions, owners and privileges, as a superuser's {@code pg_dump} writes them. */
    List<String> definitions(String database) throws IOException, InterruptedException {
        var superuser = server.superuser();
        var process = tool("pg_dump", superuser.user(), superuser.password(), database, "-s")
                .start();
        var text = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("pg_dump failed");
        }
        // A random key in each dump.
        return text.lines()
                .filter(line -> !line.matches("\\\\(un)?restrict .*"))
                .toList();
    }

    /** The environment of the Job of {@code tenant}'s database, into or from {@code backup}. */
    Attempt attempt(JobScript script, Tenant tenant, Volume volume, Backup backup) {
        return new Attempt(
                script,
                directory("attempt"),
                Map.ofEntries(
                        Map.entry("PATH", programs() + ":/usr/bin:/bin"),
                        Map.entry("PGHOST", server.host()),
                        Map.entry("PGPORT", Integer.toString(server.port())),
                        Map.entry("PGUSER", tenant.login()),
                        Map.entry("PGDATABASE", tenant.database()),
                        Map.entry("PGPASSWORD", tenant.password()),
                        Map.entry("PGSSLMODE", "verify-full"),
                        Map.entry("PGSSLROOTCERT", certificate.toString()),
                        Map.entry("PGCONNECT_TIMEOUT", "5"),
                        Map.entry("PGOPTIONS", PINS + (server.major() >= 17 ? " -c transaction_timeout=0" : "")),
                        Map.entry("LC_ALL", "C"),
                        Map.entry("DATABASE_BACKUP_DIR", volume.root().toString()),
                        Map.entry("BACKUP_PATH", backup.location().path()),
                        Map.entry("BACKUP_UID", backup.uid()),
                        Map.entry("MANIFEST", backup.manifest(tenant)),
                        Map.entry("VERIFICATION", "RowCounts"),
                        Map.entry("PREVIOUS_BYTES", "0"),
                        Map.entry("EXPECTED_SHA256", ""),
                        Map.entry("FULL_DECODE", "false"),
                        Map.entry("PRIVILEGES", "replay"),
                        Map.entry("EXTENSION_SCHEMAS", "")));
    }

    /** A DatabaseBackup as far as scripts know it. */
    record Backup(BackupLocation location, String uid) {

        static Backup of(int number) {
            var uid = "%08x-0000-4000-8000-000000000000".formatted(number);
            return new Backup(new BackupLocation(PROJECT, DATABASE, "20261122T030000Z-%08x".formatted(number)), uid);
        }

        String manifest(Tenant tenant) {
            return """
                    {"format": 1, "backup": {"name": "nightly", "namespace": "shop", "uid": "%s"}, "project": "%s", "database": {"name": "%s", "uid": "u", "databaseName": "%s"},
                     "instance": {"namespace": "shop", "name": "main", "systemIdentifier": "7"}, "connectionLimit": 50, "parameters": {"work_mem": "4MB"}}""".formatted(uid, PROJECT, DATABASE, tenant.database());
        }
    }

    /** A volume, seen from outside of the scripts. */
    record Volume(Path root) {

        Path database() {
            return root.resolve(PROJECT).resolve(DATABASE);
        }

        Path of(Backup backup) {
            return root.resolve(backup.location().path());
        }

        Path partial(Backup backup) {
            return database().resolve(".partial-" + backup.uid());
        }

        /** Names in the database's directory, sorted; empty if there is no such directory. */
        List<String> names() throws IOException {
            if (!Files.isDirectory(database())) {
                return List.of();
            }
            try (Stream<Path> entries = Files.list(database())) {
                return entries.map(entry -> entry.getFileName().toString())
                        .sorted()
                        .toList();
            }
        }
    }

    @Override
    public void close() {
        server.close();
        workspace.close();
    }
}
