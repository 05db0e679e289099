package dev.ocean.e2e.benchmark;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Deletes databases by Ocean and, just before and just after, drops like ones by one {@code psql} session; then both once more beside a tenant at work. Prints a table for
 * docs/benchmarks.md. Run from the root of the repository; {@code -Dn=} sets the number of databases, {@code -Dneighbour=} the tenant's transactions per second, 0 leaves
 * it out; {@code -Dundisturbed=} the seconds for which it works alone; {@code -Dpaced=} adds a session that drops so many databases per second.
 */
public final class DeletionBenchmark {

    private static final int N = Integer.getInteger("n", 200);
    private static final int NEIGHBOUR = Integer.getInteger("neighbour", 400);
    private static final Duration UNDISTURBED = Duration.ofSeconds(Integer.getInteger("undisturbed", 30));
    private static final int PACED = Integer.getInteger("paced", 0);
    private static final int WARM_UP = 10;

    private final Bench bench;
    private final PlainTools plain;
    private final Report report = new Report();

    private DeletionBenchmark(Bench bench) {
        this.bench = bench;
        this.plain = new PlainTools(bench);
    }

    public static void main(String[] arguments) throws Exception {
        try (var bench = Bench.start()) {
            new DeletionBenchmark(bench).run();
        }
    }

    private void run() throws Exception {
        var load = Report.load();
        bench.startOperator();
        Awaitility.await("leader").atMost(Duration.ofSeconds(60)).until(bench::leads);
        report.row("measure", "Ocean", "goal");
        report.row("---", "---", "---");
        warmUp();
        alone();
        if (NEIGHBOUR > 0) {
            besideNeighbour();
        }
        report.row("load average before and after", load + "; " + Report.load(), "");
        report.print();
    }

    /** The way of a deletion through a fresh JVM, as an installed operator has gone it. */
    private void warmUp() throws Exception {
        make("w", WARM_UP);
        delete("w", WARM_UP);
    }

    // ---- with the server to itself

    private void alone() throws Exception {
        var before = dropPlainly("plain_before");
        make("d", N);
        var counts = bench.counts();
        var seconds = delete("d", N);
        settle();
        var used = bench.counts().since(counts);
        var after = dropPlainly("plain_after");
        report.row(N + " deleted at once, all gone", each(seconds), "");
        report.row("the same by one psql session", each(before) + " before, " + each(after) + " after", "");
        report.row("ratio", "%.2f".formatted(seconds / ((before + after) / 2)), "≤ 1.1");
        report.row(
                "round trips, connections, API writes per delete, at once",
                "%.2f, %.2f, %.2f".formatted(used.statements() / N, used.connections() / N, used.writes() / N),
                "≤ 3, –, ≤ 2");
    }

    private static String each(double seconds) {
        return "%.2f s (%.0f ms each)".formatted(seconds, seconds * 1000 / N);
    }

    /** Ready, with a table each, and nothing left to be told or written. */
    private void make(String prefix, int count) throws Exception {
        bench.createAll(prefix, count);
        for (var i = 0; i < count; i++) {
            bench.awaitReady(prefix + i);
            try (var session = bench.login(prefix + i);
                    var statement = session.createStatement()) {
                statement.execute("CREATE TABLE t AS SELECT g AS n FROM generate_series(1, 1000) AS g");
            }
        }
        settle();
    }

    /** Events and the counts of the project follow a pass; what was written for the test is not written while something is measured. */
    private void settle() throws Exception {
        TimeUnit.SECONDS.sleep(6);
        plain.superuser("CHECKPOINT");
    }

    /** {@return seconds from the first request to the end of the last object} */
    private double delete(String prefix, int count) throws Exception {
        var databases = databases();
        var begin = System.nanoTime();
        bench.deleteAll(prefix, count);
        var end = IntStream.range(0, count)
                .mapToLong(i -> bench.awaitGone(prefix + i))
                .max()
                .orElseThrow();
        if (databases() != databases - count) {
            throw new IllegalStateException("objects are gone, but not all of their databases");
        }
        return (end - begin) / 1e9;
    }

    private int databases() throws SQLException {
        try (var session = bench.postgres().superuser("postgres");
                var statement = session.createStatement();
                var answer = statement.executeQuery("SELECT count(*) FROM pg_catalog.pg_database")) {
            answer.next();
            return answer.getInt(1);
        }
    }

    // ---- by psql

    private double dropPlainly(String prefix) throws Exception {
        makePlainly(prefix);
        return seconds(dropScript(prefix, ""));
    }

    /** Databases like Ocean's, with as many roles and the same grants. */
    private void makePlainly(String prefix) throws Exception {
        var script = new StringBuilder();
        for (var i = 0; i < N; i++) {
            script.append("""
                    CREATE ROLE NAME__owner;
                    CREATE ROLE NAME__ro;
                    CREATE ROLE NAME__rw;
                    CREATE DATABASE NAME TEMPLATE template0;
                    REVOKE ALL ON DATABASE NAME FROM PUBLIC;
                    GRANT CONNECT, CREATE, TEMPORARY ON DATABASE NAME TO NAME__owner;
                    GRANT CONNECT ON DATABASE NAME TO NAME__ro;
                    GRANT CONNECT, TEMPORARY ON DATABASE NAME TO NAME__rw;
                    CREATE ROLE NAME__a LOGIN PASSWORD 'secret-enough' IN ROLE NAME__owner;
                    \\c NAME
                    CREATE TABLE t AS SELECT g AS n FROM generate_series(1, 1000) AS g;
                    GRANT ALL ON TABLE t TO NAME__owner;
                    \\c postgres
                    """.replace("NAME", prefix + i));
        }
        plain.psql(script.toString());
        settle();
    }

    /** What the operator's DropTenant does; psql has no pipeline, so the roles take a round trip of their own, in one transaction too. */
    private static String dropScript(String prefix, String between) {
        var script = new StringBuilder();
        for (var i = 0; i < N; i++) {
            script.append("""
                    DROP DATABASE IF EXISTS NAME WITH (FORCE);
                    DROP ROLE IF EXISTS NAME__a, NAME__owner, NAME__ro, NAME__rw;
                    """.replace("NAME", prefix + i)).append(between);
        }
        return script.toString();
    }

    private double seconds(String script) throws IOException, InterruptedException {
        var begin = System.nanoTime();
        plain.psql(script);
        return (System.nanoTime() - begin) / 1e9;
    }

    // ---- beside a tenant at work

    private void besideNeighbour() throws Exception {
        var neighbour = Neighbour.moveIn(bench, plain, NEIGHBOUR);
        var before = watched(neighbour, "undisturbed, before", DeletionBenchmark::nothing);
        make("n", N);
        var ocean = watched(
                neighbour,
                "beside Ocean",
                () -> report.row(N + " deleted beside the neighbour", each(delete("n", N)), ""));
        makePlainly("plain_beside");
        var psql = watched(
                neighbour,
                "beside psql",
                () -> report.row("the same by one psql session", each(seconds(dropScript("plain_beside", ""))), ""));
        var paced = PACED > 0 ? Optional.of(paced(neighbour)) : Optional.<Double>empty();
        var undisturbed = (before + watched(neighbour, "undisturbed, after", DeletionBenchmark::nothing)) / 2;
        report.row("p99 beside Ocean, to undisturbed", "%.2f".formatted(ocean / undisturbed), "≤ 1.25");
        report.row("p99 beside psql, to undisturbed", "%.2f".formatted(psql / undisturbed), "");
        paced.ifPresent(p99 -> report.row(
                "p99 beside psql at %d drops/s, to undisturbed".formatted(PACED),
                "%.2f".formatted(p99 / undisturbed),
                ""));
    }

    /** {@return the neighbour's p99 in milliseconds} */
    private double watched(Neighbour neighbour, String when, Neighbour.Disturbance disturbance) throws Exception {
        var millis = neighbour.during(disturbance);
        var p99 = Report.quantile(millis, 0.99);
        report.row(
                "%d transactions/s by %d clients, %s".formatted(NEIGHBOUR, Neighbour.CLIENTS, when),
                "p50 %.1f ms, p99 %.1f ms, max %.0f ms (of %d)"
                        .formatted(Report.quantile(millis, 0.5), p99, Report.quantile(millis, 1), millis.size()),
                "");
        return p99;
    }

    private static void nothing() throws InterruptedException {
        TimeUnit.SECONDS.sleep(UNDISTURBED.toSeconds());
    }

    private double paced(Neighbour neighbour) throws Exception {
        makePlainly("plain_paced");
        var pause = "SELECT pg_catalog.pg_sleep(%.3f) \\g /dev/null%n".formatted(1.0 / PACED);
        return watched(
                neighbour,
                "beside psql at %d drops/s".formatted(PACED),
                () -> plain.psql(dropScript("plain_paced", pause)));
    }
}
