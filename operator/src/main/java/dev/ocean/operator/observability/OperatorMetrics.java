package dev.ocean.operator.observability;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.pass.OrphanListener;
import dev.ocean.operator.pass.PassListener;
import dev.ocean.operator.postgres.ConnectionKind;
import dev.ocean.operator.postgres.SqlListener;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** All metrics; bounded labels only: kinds, reasons, ids of statements, names of PostgresInstances; never a name that a tenant chose. */
public final class OperatorMetrics implements SqlListener, PassListener, OrphanListener {

    private static final String ORPHANS = "ocean.instance.orphans";

    /** Counters of runs that came to their end, by kind. */
    private static final Map<String, String> RUNS =
            Map.of("DatabaseBackup", "ocean.backups", "DatabaseRestore", "ocean.restores");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean leader = new AtomicBoolean();
    private final Map<Tags, AtomicInteger> orphans = new ConcurrentHashMap<>();

    public OperatorMetrics(String version) {
        Gauge.builder("ocean.leader", () -> leader.get() ? 1 : 0)
                .description("1 on the process that leads")
                .register(registry);
        Gauge.builder("ocean.build.info", () -> 1)
                .description("Always 1")
                .tags("version", version)
                .register(registry);
        // There from the start: an increase from nothing to one is none to Prometheus.
        RUNS.values().forEach(name -> List.of("Complete", "Failed")
                .forEach(result -> registry.counter(name, Tags.of("result", result))));
    }

    /** From now on this process leads. */
    public void leads() {
        leader.set(true);
    }

    /** The text that Prometheus reads. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void onPass(ObjectId id, Optional<Problem> problem, Duration duration) {
        var outcome = problem.map(found -> found.kind().name().toLowerCase(Locale.ROOT))
                .orElse("settled");
        registry.timer("ocean.reconcile.duration", Tags.of("kind", id.kind(), "outcome", outcome))
                .record(duration);
        problem.map(Problem::reason).map(Reason::code).ifPresent(reason -> registry.counter(
                        "ocean.problems", Tags.of("kind", id.kind(), "problem", reason))
                .increment());
    }

    @Override
    public void onOutcome(ObjectId id, String result) {
        Optional.ofNullable(RUNS.get(id.kind())).ifPresent(name -> registry.counter(name, Tags.of("result", result))
                .increment());
    }

    @Override
    public void onOrphans(ObjectId instance, int retained, int left) {
        orphans(instance, "retained").set(retained);
        orphans(instance, "left").set(left);
    }

    private AtomicInteger orphans(ObjectId instance, String state) {
        return orphans.computeIfAbsent(orphanTags(instance, state), tags -> {
            var count = new AtomicInteger();
            Gauge.builder(ORPHANS, count, AtomicInteger::get)
                    .description("Databases and roles on the server that no object speaks for")
                    .tags(tags)
                    .register(registry);
            return count;
        });
    }

    private static Tags orphanTags(ObjectId instance, String state) {
        return Tags.of("namespace", instance.namespace(), "name", instance.name(), "state", state);
    }

    @Override
    public void onInstanceGone(ObjectId instance) {
        for (var state : List.of("retained", "left")) {
            var tags = orphanTags(instance, state);
            orphans.remove(tags);
            registry.find(ORPHANS).tags(tags).meters().forEach(registry::remove);
        }
    }

    @Override
    public void onRoundTrip(String statementId, long nanos) {
        registry.timer("ocean.sql.duration", Tags.of("statement", statementId)).record(Duration.ofNanos(nanos));
    }

    @Override
    public void onConnectionOpened(ConnectionKind kind) {
        registry.counter(
                        "ocean.postgres.connections.opened",
                        Tags.of("kind", kind.name().toLowerCase(Locale.ROOT)))
                .increment();
    }

    @Override
    public void onError(String statementId, String sqlStateClass) {
        registry.counter("ocean.sql.errors", Tags.of("statement", statementId, "sqlstate_class", sqlStateClass))
                .increment();
    }
}
