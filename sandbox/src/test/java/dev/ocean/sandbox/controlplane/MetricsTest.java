package dev.ocean.sandbox.controlplane;

import java.util.Map;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class MetricsTest {

    private static final Metrics METRICS = new Metrics("""
            # HELP requests_total Requests.
            # TYPE requests_total counter
            requests_total{verb="POST",resource="pods"} 3
            requests_total{verb="POST",resource="secrets"} 1.2e+01
            requests_total{verb="GET",resource="pods"} 100
            requests_total_created{verb="POST"} 7
            escaped_total{text="a \\"quoted\\", word"} 5
            up 1
            """);

    @Test
    void addsUpAllSamplesThatHaveTheLabels() {
        assertThat(METRICS.sum("requests_total", Map.of("verb", "POST"))).isEqualTo(15);
    }

    @Test
    void addsUpAllSamplesOfTheNameWithoutLabels() {
        assertThat(METRICS.sum("requests_total", Map.of())).isEqualTo(115);
    }

    @Test
    void readsSamplesThatHaveNoLabels() {
        assertThat(METRICS.sum("up", Map.of())).isEqualTo(1);
    }

    @Test
    void readsValuesWithQuotes() {
        assertThat(METRICS.sum("escaped_total", Map.of("text", "a \\\"quoted\\\", word")))
                .isEqualTo(5);
    }

    @Test
    void isZeroForACounterThatHasNotBegun() {
        assertThat(METRICS.sum("requests_total", Map.of("verb", "DELETE"))).isZero();
    }
}
