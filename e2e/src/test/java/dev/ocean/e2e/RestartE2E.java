package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import dev.ocean.e2e.platform.SecretWatch;
import dev.ocean.e2e.platform.Seen;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** An operator that dies in the middle of its work is no event for anybody. */
@ExtendWith(OnPlatform.class)
class RestartE2E {

    private static final int DATABASES = 30;

    /** The lease of the dead process has to run out, and its successor asks every two seconds. */
    private static final Duration LEASE = Duration.ofSeconds(17);

    private static final Duration WORK = Duration.ofSeconds(10);

    @Test
    void burstGoesOnAfterTheOperatorWasKilledInIt(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        try (var watch = SecretWatch.start(scene)) {
            scene.developer()
                    .apply(IntStream.range(0, DATABASES)
                            .mapToObj(number -> Scene.database("burst-" + number, "deletionPolicy: Delete"))
                            .collect(Collectors.joining("---\n")));
            Awaitility.await("a few are Ready")
                    .atMost(Scene.PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> ready(scene) >= 3);
            var readyBefore = ready(scene);

            var limit = limit();

            // When
            scene.platform().killOperator();

            // Then
            var killed = Instant.now();
            Awaitility.await("all are Ready")
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(ready(scene)).isEqualTo(DATABASES));
            System.out.printf(
                    "killed with %d of %d Ready, all Ready %d ms later (at most %d), %d logins meanwhile%n",
                    readyBefore,
                    DATABASES,
                    Duration.between(killed, Instant.now()).toMillis(),
                    limit.toMillis(),
                    watch.logins());
            assertThat(watch.failures()).isEmpty();
            assertThat(watch.logins()).isPositive();
        }
    }

    /** What is promised, and on a machine that has more to do than processors as much longer. */
    private static Duration limit() {
        var machine = ManagementFactory.getOperatingSystemMXBean();
        var share = Math.max(1, machine.getSystemLoadAverage() / machine.getAvailableProcessors());
        return Duration.ofMillis((long) (LEASE.plus(WORK).toMillis() * share));
    }

    private static long ready(Scene scene) {
        return scene.databases().stream()
                .filter(database -> database.condition("Ready")
                        .map(Seen.Condition::status)
                        .filter("True"::equals)
                        .isPresent())
                .count();
    }
}
