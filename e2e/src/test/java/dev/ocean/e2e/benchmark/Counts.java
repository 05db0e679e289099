package dev.ocean.e2e.benchmark;

import dev.ocean.sandbox.controlplane.Metrics;
import java.util.List;
import java.util.Map;

/**
 * Counters at one moment.
 *
 * @param statements SQL round trips, counted at the driver
 * @param connections opened to PostgreSQL
 * @param writes to the API server: our kinds with their finalizers and statuses, Secrets, events; not leases. A user's own apply is one of them, deletions are none
 */
record Counts(double statements, double connections, double writes) {

    private static final String REQUESTS = "apiserver_request_total";

    static Counts of(String operator, Metrics apiServer) {
        return new Counts(
                sum(operator, "ocean_sql_duration_seconds_count"),
                sum(operator, "ocean_postgres_connections_opened_total"),
                writes(apiServer));
    }

    private static double sum(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static double writes(Metrics metrics) {
        var sum = 0.0;
        for (var verb : List.of("POST", "PUT", "PATCH", "APPLY")) {
            for (var resource : List.of("manageddatabases", "projects", "postgresinstances", "secrets", "events")) {
                sum += metrics.sum(REQUESTS, Map.of("verb", verb, "resource", resource));
            }
        }
        return sum;
    }

    Counts since(Counts before) {
        return new Counts(statements - before.statements, connections - before.connections, writes - before.writes);
    }
}
