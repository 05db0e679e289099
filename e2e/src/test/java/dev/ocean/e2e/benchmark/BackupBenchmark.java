package dev.ocean.e2e.benchmark;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Makes and restores backups by Ocean and, just before and just after, by the plain tools with the same flags, and prints a table for docs/benchmarks.md. Run from the root of
 * the repository; {@code -Dmebibytes=} sets the size of the large database, 0 leaves it out; {@code -Drestores=} the number of swaps under load.
 */
public final class BackupBenchmark {

    private static final int MEBIBYTES = Integer.getInteger("mebibytes", 1024);
    private static final int RESTORES = Integer.getInteger("restores", 20);
    private static final int BACKUPS = 10;
    private static final int OFTEN = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final int ROWS_PER_MEBIBYTE = 6_900;

    private final Bench bench;
    private final PlainTools plain;
    private final Report report = new Report();

    private BackupBenchmark(Bench bench) {
        this.bench = bench;
        this.plain = new PlainTools(bench);
    }

    public static void main(String[] arguments) throws Exception {
        try (var bench = Bench.start()) {
            new BackupBenchmark(bench).run();
        }
    }

    private void run() throws Exception {
        var load = Report.load();
        bench.startNode();
        bench.startOperator();
        Awaitility.await("leader").atMost(Duration.ofSeconds(60)).until(bench::leads);
        report.row("measure", "Ocean", "goal");
        report.row("---", "---", "---");
        smallBackups();
        swapsUnderLoad();
        if (MEBIBYTES > 0) {
            fill();
            var backup = dump();
            restore(backup);
        }
        report.row("load average before and after", load + "; " + Report.load(), "");
        report.print();
    }

    // ---- one small database

    private void smallBackups() throws Exception {
        bench.create("small");
        bench.awaitReady("small");
        try (var session = bench.login("small");
                var statement = session.createStatement()) {
            statement.execute("CREATE TABLE t AS SELECT g AS n, md5(g::text) AS v FROM generate_series(1, 1000) AS g");
        }
        // The first makes the volume, too.
        backup("warm-up", "small");
        var firstByte = new ArrayList<Double>();
        var complete = new ArrayList<Double>();
        for (var i = 0; i < BACKUPS; i++) {
            var begun = Instant.now();
            var status = backup("small-" + i, "small");
            complete.add(millis(begun, Instant.now()));
            firstByte.add(millis(begun, began(status)));
        }
        report.row("small database, CR → first byte of the dump", Report.quantiles(firstByte), "< 1,500 ms");
        report.row("small database, CR → Complete", Report.quantiles(complete), "");
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    private Instant began(DatabaseBackupStatus status) throws IOException {
        return Files.readAttributes(file(status), BasicFileAttributes.class)
                .creationTime()
                .toInstant();
    }

    private Path file(DatabaseBackupStatus status) {
        return bench.volume()
                .resolve(Objects.requireNonNull(status.location()).path())
                .resolve("data.dump");
    }

    private DatabaseBackupStatus backup(String name, String database) {
        return backup(name, database, Verification.ROW_COUNTS);
    }

    private DatabaseBackupStatus backup(String name, String database, Verification verification) {
        bench.apply("""
                apiVersion: ocean.dev/v1beta1
                kind: DatabaseBackup
                metadata: {name: %s, namespace: bench}
                spec: {databaseRef: {name: %s}, verification: %s}
                """.formatted(name, database, verification == Verification.ARCHIVE ? "Archive" : "RowCounts"));
        return complete(DatabaseBackup.class, name);
    }

    private DatabaseRestoreStatus restore(String name, String backup, String database) {
        beginRestore(name, backup, database);
        return complete(DatabaseRestore.class, name);
    }

    private void beginRestore(String name, String backup, String database) {
        bench.apply("""
                apiVersion: ocean.dev/v1beta1
                kind: DatabaseRestore
                metadata: {name: %s, namespace: bench}
                spec: {backupRef: {name: %s}, databaseRef: {name: %s}, confirmDatabaseName: %s, keepPreviousHours: 0}
                """.formatted(name, backup, database, bench.secretValue(database, "database")));
    }

    private <S extends ConditionedStatus, T extends CustomResource<?, S>> S complete(Class<T> kind, String name) {
        Awaitility.await(name + " Complete")
                // Often at first, for what is small; who asks for as long as a large dump takes would slow it down.
                .pollInterval((asked, last) -> Duration.ofMillis(asked < OFTEN ? 10 : 500))
                .pollDelay(Duration.ZERO)
                .atMost(PATIENCE)
                .until(() -> holds(status(kind, name), "Complete"));
        return status(kind, name).orElseThrow();
    }

    private <S extends ConditionedStatus, T extends CustomResource<?, S>> Optional<S> status(
            Class<T> kind, String name) {
        return Optional.ofNullable(bench.client()
                .resources(kind)
                .inNamespace(Bench.NAMESPACE)
                .withName(name)
                .get()
                .getStatus());
    }

    private static boolean holds(Optional<? extends ConditionedStatus> status, String type) {
        var conditions = status.map(ConditionedStatus::conditions).orElse(List.of());
        if (conditions.stream()
                .anyMatch(condition -> condition.getType().equals("Failed")
                        && condition.getStatus().equals("True"))) {
            throw new IllegalStateException("failed: " + conditions);
        }
        return conditions.stream()
                .anyMatch(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals("True"));
    }

    // ---- the swap

    private void swapsUnderLoad() throws Exception {
        var seen = new ArrayList<Double>();
        var told = new ArrayList<Double>();
        try (var clients = Clients.start(bench, "small", "SELECT n FROM t LIMIT 1")) {
            for (var i = 0; i < RESTORES; i++) {
                clients.forget();
                var status = restore("swap-" + i, "small-0", "small");
                // The next answers end the gap.
                TimeUnit.MILLISECONDS.sleep(500);
                seen.add(clients.longestGap().toNanos() / 1e6);
                Optional.ofNullable(status.outageMillis()).ifPresent(millis -> told.add((double) millis));
            }
        }
        report.row(
                RESTORES + " restores under " + Clients.COUNT + " reconnecting clients: none of them served",
                "median %.0f ms, max %.0f ms".formatted(Report.quantile(seen, 0.5), Report.quantile(seen, 1)),
                "median < 200 ms");
        report.row(
                "the same, `status.outageMillis`",
                "median %.0f ms, max %.0f ms".formatted(Report.quantile(told, 0.5), Report.quantile(told, 1)),
                "");
    }

    // ---- a large database

    private void fill() throws SQLException {
        bench.create("large");
        bench.awaitReady("large");
        try (var session = bench.login("large");
                var statement = session.createStatement()) {
            for (var table : List.of("a", "b", "c", "d")) {
                statement.execute("CREATE TABLE %s (id bigint, at timestamptz, name text, note text)".formatted(table));
                statement.execute(
                        "INSERT INTO %s SELECT g, now() + g * interval '1 second', md5(g::text), md5((g * 7)::text) || ' ' || g FROM generate_series(1, %d) AS g"
                                .formatted(table, (long) MEBIBYTES * ROWS_PER_MEBIBYTE / 4));
                statement.execute("ALTER TABLE %s ADD PRIMARY KEY (id)".formatted(table));
            }
            statement.execute("VACUUM ANALYZE");
        }
        // What was written for the test is not written while something is measured.
        try (var session = bench.postgres().superuser("postgres");
                var statement = session.createStatement()) {
            statement.execute("CHECKPOINT");
        }
    }

    /** Twice: what counting the rows of the snapshot beside {@code pg_dump} costs is the verification's. */
    private DatabaseBackupStatus dump() throws Exception {
        var before = plain.dump("large");
        var bare = PlainTools.seconds(file(backup("bare", "large", Verification.ARCHIVE)));
        var between = plain.dump("large");
        var begun = Instant.now();
        var status = backup("large", "large");
        var total = millis(begun, Instant.now()) / 1000;
        var after = plain.dump("large");
        var counting = PlainTools.seconds(file(status));
        var mebibytes = Objects.requireNonNull(status.databaseSizeBytes()) / 1048576.0;
        report.row(
                "%.0f MiB, `pg_dump` in the Job".formatted(mebibytes),
                "%.1f s, %.0f MiB/s".formatted(bare, mebibytes / bare),
                "");
        report.row(
                "the same by plain `pg_dump`",
                "%.1f s before, %.1f s between, %.1f s after".formatted(before, between, after),
                "");
        report.row("throughput, Ocean to plain", "%.2f".formatted((before + between) / 2 / bare), "≥ 0.95");
        report.row(
                "the same while the rows of its snapshot are counted (`RowCounts`)",
                "%.1f s, %.2f of plain".formatted(counting, (between + after) / 2 / counting),
                "");
        report.row(
                "CR → Complete; start, decoding, comparing counts, hash and fsync apart",
                "%.1f s; %.1f s".formatted(total, total - counting),
                "");
        return status;
    }

    private void restore(DatabaseBackupStatus backup) throws Exception {
        var file = file(backup);
        var before = plain.restore("large", file);
        var begun = Instant.now();
        beginRestore("large", "large", "large");
        var restore = plain.watch("pg_restore", () -> holds(status(DatabaseRestore.class, "large"), "Complete"));
        complete(DatabaseRestore.class, "large");
        var total = millis(begun, Instant.now()) / 1000;
        var after = plain.restore("large", file);
        report.row("the same restored, `pg_restore` in the Job", "%.1f s".formatted(restore), "");
        report.row("the same by plain `pg_restore -j 2`", "%.1f s before, %.1f s after".formatted(before, after), "");
        report.row("throughput, Ocean to plain", "%.2f".formatted((before + after) / 2 / restore), "≥ 0.95");
        report.row(
                "CR → Complete; hash, ANALYZE, counts and swap apart",
                "%.1f s; %.1f s".formatted(total, total - restore),
                "");
    }
}
