package dev.ocean.operator;

import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What the probes ask: of this process and its informers, never of PostgreSQL. */
final class Health {

    /** A watch reconnects within seconds; an informer that is down for longer than this stays down. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Operator operator;
    private final InstantSource clock;
    private final AtomicReference<Optional<Instant>> unwell = new AtomicReference<>(Optional.empty());

    Health(Operator operator, InstantSource clock) {
        this.operator = operator;
        this.clock = clock;
    }

    /** Why the process should be restarted: an informer that has not run for a minute. */
    Optional<String> dead() {
        var stopped =
                informers().stream().filter(informer -> !informer.isRunning()).findFirst();
        if (stopped.isEmpty()) {
            unwell.set(Optional.empty());
            return Optional.empty();
        }
        var now = clock.instant();
        var since = unwell.updateAndGet(before -> before.isPresent() ? before : Optional.of(now))
                .orElse(now);
        return since.plus(PATIENCE).isBefore(now) ? Optional.of("an informer has stopped") : Optional.empty();
    }

    /** Why it could not take over: not started, or a cache that is not filled. A standby is ready too. */
    Optional<String> unready() {
        if (!operator.getRuntimeInfo().isStarted()) {
            return Optional.of("not started");
        }
        return informers().stream().allMatch(informer -> informer.isRunning() && informer.hasSynced())
                ? Optional.empty()
                : Optional.of("a cache is not filled");
    }

    private List<InformerHealthIndicator> informers() {
        var informers = new ArrayList<InformerHealthIndicator>();
        for (RegisteredController<?> controller : operator.getRegisteredControllers()) {
            for (InformerWrappingEventSourceHealthIndicator<?> source : controller
                    .getControllerHealthInfo()
                    .informerEventSourceHealthIndicators()
                    .values()) {
                informers.addAll(source.informerHealthIndicators().values());
            }
        }
        return informers;
    }
}
