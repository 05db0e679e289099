package dev.ocean.operator.database;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class TimetableTest {

    private static Bench ready() {
        var bench = new Bench();
        bench.create(Fixtures.wish().spec());
        bench.converge();
        return bench;
    }

    private static Duration next(Bench bench) {
        return Timetable.next(bench.request(), bench.look(), bench.now, Bench.OVERLAP);
    }

    @Test
    void nothingIsDueButTheNet() {
        assertThat(next(ready())).isEqualTo(Timetable.NET);
    }

    @Test
    void aRotationIsDue() {
        var bench = ready();
        bench.change(
                Fixtures.wish().withRotationAfter(bench.now.plusSeconds(30)).spec());

        assertThat(next(bench)).isEqualTo(Duration.ofSeconds(31));
    }

    @Test
    void aRotationThatWasDueIsNot() {
        var bench = ready();
        bench.change(
                Fixtures.wish().withRotationAfter(bench.now.minusSeconds(30)).spec());

        assertThat(next(bench)).isEqualTo(Timetable.NET);
    }

    @Test
    void theProofRunsOutSoon() {
        var bench = ready();
        bench.wait(Duration.ofMinutes(59));

        assertThat(next(bench)).isLessThanOrEqualTo(Timetable.NET);
    }

    @Test
    void theEndOfAnOverlap() {
        var bench = ready();
        bench.wait(Duration.ofMinutes(1));
        bench.change(Fixtures.wish().withRotationAfter(bench.now).spec());
        bench.converge();
        bench.wait(Bench.OVERLAP.minusMinutes(2));
        bench.pass();

        assertThat(next(bench)).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(121));
    }

    /** A login that is not used any more is not proved any more: its last proof must not ask for a pass every second. */
    @Test
    void aProofOfTheOldLoginThatRanOutIsNothing() {
        var bench = ready();
        bench.wait(Duration.ofMinutes(1));
        bench.change(Fixtures.wish().withRotationAfter(bench.now).spec());
        bench.converge();
        bench.wait(Duration.ofHours(3));
        bench.pass();

        assertThat(next(bench)).isEqualTo(Timetable.NET);
    }

    @Test
    void afterARestartTheInheritanceRunsOut() {
        var bench = ready();
        bench.restart();

        assertThat(next(bench)).isBetween(Duration.ofSeconds(1), Timetable.NET);
    }
}
