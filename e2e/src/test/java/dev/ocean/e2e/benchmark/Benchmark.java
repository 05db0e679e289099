package dev.ocean.e2e.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Makes and drops databases by Ocean and, just before and just after, by one {@code psql} session, and prints the ratios as a table for docs/benchmarks.md. Run from the
 * root of the repository; {@code -Dn=} sets the size of the burst, {@code -Drest=} the seconds of rest; 0 for the burst alone.
 */
public final class Benchmark {

    private static final int N = Integer.getInteger("n", 100);
    private static final int ONE_BY_ONE = Integer.getInteger("ones", 40);
    private static final int WARM_UP = 10;
    private static final int KILLED = 30;
    private static final Duration REST = Duration.ofSeconds(Integer.getInteger("rest", 180));

    private final Bench bench;
    private final PlainTools plain;
    private final Report report = new Report();

    private Benchmark(Bench bench) {
        this.bench = bench;
        this.plain = new PlainTools(bench);
    }

    public static void main(String[] arguments) throws Exception {
        try (var bench = Bench.start()) {
            new Benchmark(bench).run();
        }
    }

    private void run() throws Exception {
        bench.startOperator();
        Awaitility.await("leader").atMost(Duration.ofSeconds(60)).until(bench::leads);
        report.row("measure", "Ocean", "goal");
        report.row("---", "---", "---");
        burst();
        if (REST.isPositive()) {
            rest();
            oneByOne();
            openSession();
            killedInABurst();
        }
        System.out.println("Load average: " + Report.load());
        report.print();
    }

    private void burst() throws Exception {
        // The first database warms the path up to the server, as an installed operator is warm.
        bench.create("first");
        bench.awaitReady("first");
        var before = psql("psql_before");
        var counts = bench.counts();
        var cpu = bench.cpuSeconds();
        var begin = System.nanoTime();
        bench.createAll("d", N);
        var end = IntStream.range(0, N)
                .mapToLong(i -> bench.awaitReady("d" + i))
                .max()
                .orElseThrow();
        var seconds = (end - begin) / 1e9;
        // Events and the counts of the project follow.
        TimeUnit.SECONDS.sleep(6);
        var used = bench.counts().since(counts);
        var spent = bench.cpuSeconds() - cpu;
        var after = psql("psql_after");
        var plain = (before + after) / 2;
        report.row(N + " at once, all Ready", "%.2f s (%.0f ms each)".formatted(seconds, seconds * 1000 / N), "");
        report.row("the same by one psql session", "%.2f s before, %.2f s after".formatted(before, after), "");
        report.row("ratio", "%.2f".formatted(seconds / plain), "≤ 0.8 (best of four peers: 1.8)");
        report.row("round trips per create, at once", "%.2f".formatted(used.statements() / N), "≤ 6 (9)");
        report.row("new connections per create, at once", "%.2f".formatted(used.connections() / N), "≤ 2 (0)");
        // One of them is the user's own apply.
        report.row("API writes per create, at once", "%.2f".formatted(used.writes() / N - 1), "≤ 4 (4.6)");
        report.row("operator CPU for the first " + N, "%.1f s".formatted(spent), "≤ 5 s (10 in Java, 1.4 in Go)");
        report.row("operator RSS after " + N, bench.residentMebibytes() + " MiB", "≤ 150 MiB (322 in Java, 45 in Go)");
    }

    private void rest() throws InterruptedException {
        // A look may be under way.
        TimeUnit.SECONDS.sleep(5);
        var before = bench.counts();
        TimeUnit.SECONDS.sleep(REST.toSeconds());
        var used = bench.counts().since(before);
        report.row(
                REST.toSeconds() + " s of rest with " + N,
                "%.0f API writes, %.0f new connections, %.0f statements"
                        .formatted(used.writes(), used.connections(), used.statements()),
                "0, 0, ≤ 10");
    }

    private void oneByOne() {
        for (var i = 0; i < WARM_UP; i++) {
            createAndWait("w" + i);
        }
        var counts = bench.counts();
        var times = new ArrayList<Double>();
        for (var i = 0; i < ONE_BY_ONE; i++) {
            times.add(createAndWait("o" + i));
        }
        Awaitility.await().pollDelay(Duration.ofSeconds(6)).until(() -> true);
        var used = bench.counts().since(counts);
        report.row("one database, apply → Ready", Report.quantiles(times), "≤ 130, ≤ 200 ms (182, 224)");
        report.row("round trips, connections, API writes per create", per(used, ONE_BY_ONE), "≤ 6, ≤ 2, ≤ 4");
        var before = bench.counts();
        var gone = new ArrayList<Double>();
        for (var i = 0; i < ONE_BY_ONE; i++) {
            var begin = System.nanoTime();
            bench.delete("o" + i);
            bench.awaitGone("o" + i);
            gone.add((System.nanoTime() - begin) / 1e6);
        }
        Awaitility.await().pollDelay(Duration.ofSeconds(6)).until(() -> true);
        var dropped = bench.counts().since(before);
        report.row("delete → gone", Report.quantiles(gone), "");
        report.row(
                "round trips, connections, API writes per delete",
                "%.2f, %.2f, %.2f"
                        .formatted(
                                dropped.statements() / ONE_BY_ONE,
                                dropped.connections() / ONE_BY_ONE,
                                dropped.writes() / ONE_BY_ONE),
                "≤ 3, –, ≤ 2");
    }

    private static String per(Counts used, int count) {
        return "%.2f, %.2f, %.2f"
                .formatted(used.statements() / count, used.connections() / count, used.writes() / count - 1);
    }

    private double createAndWait(String name) {
        var begin = System.nanoTime();
        bench.create(name);
        return (bench.awaitReady(name) - begin) / 1e6;
    }

    private void openSession() throws Exception {
        bench.create("busy");
        bench.awaitReady("busy");
        try (var session = bench.login("busy");
                var statement = session.createStatement()) {
            statement.execute("CREATE TABLE t AS SELECT 1 AS a");
            var begin = System.nanoTime();
            bench.delete("busy");
            bench.awaitGone("busy");
            report.row(
                    "delete under an open session",
                    "%.0f ms".formatted((System.nanoTime() - begin) / 1e6),
                    "≤ 1,000 ms (200; three get stuck)");
        }
    }

    private void killedInABurst() throws Exception {
        for (var i = 0; i < KILLED; i++) {
            bench.create("k" + i);
        }
        bench.awaitReady("k0");
        bench.kill();
        var refused = refusedLogins();
        bench.startOperator();
        var restarted = System.nanoTime();
        Awaitility.await("leader").atMost(Duration.ofSeconds(60)).until(bench::leads);
        var leads = System.nanoTime();
        var end = IntStream.range(0, KILLED)
                .mapToLong(i -> bench.awaitReady("k" + i))
                .max()
                .orElseThrow();
        refused += refusedLogins();
        report.row(
                "after kill -9 in a burst of " + KILLED + ", all Ready",
                "%.1f s after the restart, %.1f s of it for the lease"
                        .formatted((end - restarted) / 1e9, (leads - restarted) / 1e9),
                "≤ 10 s plus the lease");
        report.row("published Secrets that did not log in", Integer.toString(refused), "0");
    }

    /** Of the databases that call themselves Ready. */
    private int refusedLogins() {
        var refused = 0;
        for (var database : bench.client()
                .resources(dev.ocean.operator.api.v1beta1.ManagedDatabase.class)
                .inNamespace(Bench.NAMESPACE)
                .list()
                .getItems()) {
            var name = database.getMetadata().getName();
            var ready = database.getStatus() != null
                    && database.getStatus().conditions().stream()
                            .anyMatch(c ->
                                    c.getType().equals("Ready") && c.getStatus().equals("True"));
            if (ready && name.startsWith("k")) {
                try (var session = bench.login(name)) {
                    session.isValid(1);
                } catch (java.sql.SQLException e) {
                    refused++;
                }
            }
        }
        return refused;
    }

    /** The same number of databases by one session: role, database, REVOKE. Their drop is not counted. */
    private double psql(String prefix) throws IOException, InterruptedException {
        var script = new StringBuilder();
        var cleanUp = new StringBuilder();
        for (var i = 0; i < N; i++) {
            var name = prefix + i;
            script.append("CREATE ROLE ").append(name).append(" LOGIN PASSWORD 'secret-enough';\n");
            script.append("CREATE DATABASE ").append(name).append(" TEMPLATE template0;\n");
            script.append("REVOKE ALL ON DATABASE ").append(name).append(" FROM PUBLIC;\n");
            cleanUp.append("DROP DATABASE ")
                    .append(name)
                    .append(";\nDROP ROLE ")
                    .append(name)
                    .append(";\n");
        }
        var begin = System.nanoTime();
        plain.psql(script.toString());
        var seconds = (System.nanoTime() - begin) / 1e9;
        plain.psql(cleanUp.toString());
        return seconds;
    }
}
