package dev.ocean.operator.pass;

import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.testkit.Seeds;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

class BackoffTest {

    private final Backoff backoff = new Backoff(Seeds.generator(1));

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "3, 20", "6, 160", "7, 300", "8, 300", "1000000, 300"})
    void doublesUpToFiveMinutesAndAQuarterMore(int failures, int seconds) {
        assertThat(backoff.after(failures))
                .isBetween(
                        Duration.ofSeconds(seconds), Duration.ofSeconds(seconds).plusMillis(seconds * 250L));
    }

    static LongStream seeds() {
        return Seeds.of(50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsOnlyBusyComesBackInAMoment(long seed) {
        var moments = new Backoff(Seeds.generator(seed));

        assertThat(moments.moment(1)).isBetween(Duration.ofMillis(200), Duration.ofMillis(500));
        assertThat(moments.moment(1_000_000)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void countsInARowPerObjectAndKind() {
        backoff.failed("a", ProblemKind.BUSY);
        backoff.failed("b", ProblemKind.BUSY);

        assertThat(backoff.failed("a", ProblemKind.BUSY)).isEqualTo(2);
        assertThat(backoff.failed("a", ProblemKind.TRANSIENT)).isEqualTo(1);
        assertThat(backoff.count("b", ProblemKind.BUSY)).isEqualTo(1);
        assertThat(backoff.count("a", ProblemKind.BUSY)).isEqualTo(2);
        backoff.succeeded("a");
        assertThat(backoff.count("a", ProblemKind.TRANSIENT)).isZero();
        assertThat(backoff.failed("a", ProblemKind.BUSY)).isEqualTo(1);
    }
}
