package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class CircuitTest {

    private static final Problem DOWN = Problem.of(ProblemKind.TRANSIENT, Reason.INSTANCE_UNREACHABLE, "down");
    private static final Problem WRONG_PASSWORD = Problem.of(ProblemKind.REFUSED, Reason.ADMIN_AUTH_FAILED, "wrong");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Circuit circuit = new Circuit(() -> now, new Random(1));

    @Test
    void letsEverybodyInAtFirst() {
        assertThat(circuit.admission()).isEmpty();
        assertThat(circuit.admission()).isEmpty();
        assertThat(circuit.isOpen()).isFalse();
    }

    @Test
    void answersWithTheProblemAndTheRestOfTheBackOff() {
        var delay = circuit.failed(DOWN).delay().orElseThrow();
        pass(Duration.ofSeconds(1));

        assertThat(circuit.admission()).contains(DOWN.after(delay.minusSeconds(1)));
    }

    @Test
    void letsOneCallerInWhenTheBackOffIsOver() {
        pass(circuit.failed(DOWN).delay().orElseThrow());

        assertThat(circuit.refusal()).isEmpty();
        assertThat(circuit.admission()).isEmpty();
        assertThat(circuit.admission()).isPresent();
    }

    @Test
    void letsTheNextInWhenTheFirstNeverTried() {
        pass(circuit.failed(DOWN).delay().orElseThrow());
        circuit.admission();
        pass(Duration.ofSeconds(15));

        assertThat(circuit.admission()).isEmpty();
    }

    @Test
    void closesWithASuccess() {
        pass(circuit.failed(DOWN).delay().orElseThrow());
        circuit.admission();
        circuit.succeeded();

        assertThat(circuit.admission()).isEmpty();
        assertThat(circuit.admission()).isEmpty();
        assertThat(circuit.failed(DOWN).delay().orElseThrow())
                .isBetween(Duration.ofMillis(3750), Duration.ofMillis(6250));
    }

    @Test
    void doublesFrom5SecondsTo1Minute() {
        assertThat(delays(DOWN, 7)).zipSatisfy(List.of(5, 10, 20, 40, 60, 60, 60), CircuitTest::isWithinAQuarter);
    }

    @Test
    void asksSeldomWhereAPersonMustAct() {
        assertThat(delays(WRONG_PASSWORD, 5))
                .zipSatisfy(List.of(60, 120, 240, 300, 300), CircuitTest::isWithinAQuarter);
    }

    @Test
    void countsFailuresOfOneMomentOnce() {
        var first = circuit.failed(DOWN);
        circuit.failed(DOWN);

        assertThat(circuit.failed(DOWN)).isEqualTo(first);
    }

    @Test
    void tellsTheNewestProblem() {
        circuit.failed(DOWN);
        pass(Duration.ofMinutes(1));
        circuit.admission();
        circuit.failed(WRONG_PASSWORD);

        assertThat(circuit.admission()).get().extracting(Problem::reason).isEqualTo(Reason.ADMIN_AUTH_FAILED);
    }

    private List<Duration> delays(Problem problem, int count) {
        var delays = new ArrayList<Duration>();
        while (delays.size() < count) {
            circuit.admission();
            var delay = circuit.failed(problem).delay().orElseThrow();
            delays.add(delay);
            pass(delay);
        }
        return delays;
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private static void isWithinAQuarter(Duration delay, int seconds) {
        assertThat(delay).isBetween(Duration.ofMillis(seconds * 750L), Duration.ofMillis(seconds * 1250L));
    }
}
