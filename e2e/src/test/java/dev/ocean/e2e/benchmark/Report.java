package dev.ocean.e2e.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table for docs/benchmarks.md; each row is printed when it is known, and all of them at the end. */
final class Report {

    private final List<String> table = new ArrayList<>();

    void row(String measure, String value, String goal) {
        table.add("| " + measure + " | " + value + " | " + goal + " |");
        System.out.println(table.getLast());
    }

    void print() {
        table.forEach(System.out::println);
    }

    /** The load of the machine, over 1, 5 and 15 minutes, and its processes. */
    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    static double quantile(List<Double> values, double q) {
        var sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(q * (sorted.size() - 1))));
    }

    static String quantiles(List<Double> millis) {
        return "p50 %.0f ms, p95 %.0f ms".formatted(quantile(millis, 0.5), quantile(millis, 0.95));
    }
}
