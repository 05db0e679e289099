package dev.ocean.e2e.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A tenant on the same server that works at a fixed rate, by {@code pgbench -R}: how long does it wait for its answers? */
final class Neighbour {

    static final int CLIENTS = 4;

    private static final String DATABASE = "neighbour";
    private static final int SCALE = 10;
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    /** Two clients' answers may come in another order than they were due, and pgbench writes its log in blocks. */
    private static final Duration ECHO = Duration.ofSeconds(2);

    /** In which what was due is made up for, once nothing disturbs any more. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final PlainTools plain;
    private final int perSecond;

    private Neighbour(PlainTools plain, int perSecond) {
        this.plain = plain;
        this.perSecond = perSecond;
    }

    /** What the neighbour lives through. */
    interface Disturbance {
        void run() throws Exception;
    }

    /** Makes its database by Ocean, and its tables. */
    static Neighbour moveIn(Bench bench, PlainTools plain, int perSecond) throws Exception {
        bench.create(DATABASE);
        bench.awaitReady(DATABASE);
        var neighbour = new Neighbour(plain, perSecond);
        PlainTools.succeed(neighbour.pgbench(List.of("pgbench", "-q", "-i", "-s", Integer.toString(SCALE))));
        return neighbour;
    }

    /**
     * Works while something else happens.
     *
     * @return of each transaction that was due meanwhile, the milliseconds from when it was due to its end
     * @see <a href="https://www.postgresql.org/docs/15/pgbench.html">pgbench</a>: with {@code -R} its latency counts from the scheduled start
     */
    List<Double> during(Disturbance disturbance) throws Exception {
        var directory = Files.createTempDirectory("ocean-neighbour");
        // What earlier phases left dirty is not written in this one.
        plain.superuser("CHECKPOINT");
        var process = pgbench(List.of(
                "pgbench",
                "-n",
                "-c",
                Integer.toString(CLIENTS),
                "-R",
                Integer.toString(perSecond),
                "-T",
                Long.toString(TimeUnit.HOURS.toSeconds(1)),
                "-l",
                "--log-prefix=" + directory.resolve("log")));
        try {
            TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
            var begin = Instant.now();
            disturbance.run();
            var end = Instant.now();
            var log = directory.resolve("log." + process.pid());
            Awaitility.await("answers that are late").atMost(PATIENCE).until(() -> caughtUp(process, log, end));
            return transactions(log).stream()
                    .filter(transaction -> transaction.due().isAfter(begin)
                            && transaction.due().isBefore(end))
                    .map(Transaction::millis)
                    .toList();
        } finally {
            process.destroy();
            process.waitFor();
            remove(directory);
        }
    }

    private Process pgbench(List<String> line) throws IOException {
        return plain.startIn(DATABASE, line);
    }

    private static boolean caughtUp(Process process, Path log, Instant end) throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("pgbench ended too early");
        }
        return transactions(log).stream()
                .anyMatch(transaction -> transaction.due().isAfter(end.plus(ECHO)));
    }

    /** The last line of the log may be cut. */
    private static List<Transaction> transactions(Path log) throws IOException {
        return Files.readString(log)
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length >= Transaction.FIELDS)
                .map(Transaction::of)
                .toList();
    }

    /**
     * A line of the log: client, number, microseconds, script, seconds and microseconds of its end, schedule lag.
     *
     * @param millis from when it was due to its end
     */
    private record Transaction(Instant due, double millis) {

        static final int FIELDS = 7;

        static Transaction of(String[] fields) {
            var micros = Long.parseLong(fields[2]);
            var end = Instant.ofEpochSecond(Long.parseLong(fields[4])).plusNanos(Long.parseLong(fields[5]) * 1000);
            return new Transaction(end.minusNanos(micros * 1000), micros / 1000.0);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
