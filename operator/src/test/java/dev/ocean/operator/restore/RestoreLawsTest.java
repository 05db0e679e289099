package dev.ocean.operator.restore;

import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.testkit.Boundaries;
import dev.ocean.operator.testkit.Boundaries.Interruption;
import dev.ocean.operator.testkit.SimulatedServer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Wherever we are cut off, a restore ends as if nothing had happened; and at no moment is there a live database that is neither the old nor the new one, whole. */
class RestoreLawsTest {

    /** What the user does, with the rests between. */
    enum Scenario {
        RESTORE,
        RESTORE_AND_KEEP_NOTHING,
        RESTORE_WITH_AN_EXTENSION,
        RESTORE_WHAT_WAS_DROPPED,
        CHECK_ONLY,
        RESTORE_AT_THE_SECOND_ATTEMPT,
        FAIL_FOR_GOOD,
        UNDO,
        UNDO_WHAT_WAS_DROPPED,
        UNDO_AT_ONCE,
        EXPIRE,
        UNDO_AND_EXPIRE,
        DELETE_AMID_THE_RESTORE,
        DELETE_A_COMPLETE_ONE;

        void happens(Bench bench) {
            begins(bench);
            switch (this) {
                case UNDO -> undo(bench);
                case UNDO_WHAT_WAS_DROPPED -> {
                    bench.converge();
                    bench.world.server.databases.remove("shop_orders");
                    bench.rollBack();
                }
                case UNDO_AT_ONCE -> {
                    bench.pass();
                    bench.rollBack();
                }
                case UNDO_AND_EXPIRE -> {
                    undo(bench);
                    bench.converge();
                    bench.wait(Duration.ofHours(25));
                }
                case EXPIRE -> {
                    bench.converge();
                    bench.wait(Duration.ofHours(25));
                }
                case DELETE_AMID_THE_RESTORE -> {
                    bench.pass();
                    bench.runJobs();
                    bench.pass();
                    bench.delete();
                }
                case DELETE_A_COMPLETE_ONE -> {
                    bench.converge();
                    bench.delete();
                }
                default -> {}
            }
        }

        private void begins(Bench bench) {
            switch (this) {
                case RESTORE_AND_KEEP_NOTHING -> bench.restore(0, false, "shop_orders");
                case CHECK_ONLY -> bench.restore(24, true, "shop_orders");
                case RESTORE_WITH_AN_EXTENSION -> {
                    bench.world.server.offers.add(new SimulatedServer.Offer("citext", "1.6", true));
                    bench.extensions = CITEXT;
                    bench.restore();
                }
                case RESTORE_WHAT_WAS_DROPPED -> {
                    bench.world.server.databases.remove("shop_orders");
                    bench.restore();
                }
                case RESTORE_AT_THE_SECOND_ATTEMPT -> {
                    bench.exits.add(10);
                    bench.restore();
                }
                case FAIL_FOR_GOOD -> {
                    bench.exits.add(50);
                    bench.restore();
                }
                default -> bench.restore();
            }
        }

        private static void undo(Bench bench) {
            bench.converge();
            bench.rollBack();
        }

        boolean dropsTheLiveDatabase() {
            return this == RESTORE_WHAT_WAS_DROPPED || this == UNDO_WHAT_WAS_DROPPED;
        }
    }

    private static final String CITEXT =
            "{\"name\":\"citext\",\"version\":\"1.6\",\"schema\":\"public\",\"trusted\":true}";

    private static final Map<Scenario, Map<String, Object>> UNDISTURBED = new EnumMap<>(Scenario.class);

    @ParameterizedTest
    @EnumSource
    void whatWasCarriedOutLeavesNothingToDo(Scenario scenario) {
        var bench = new Bench();
        scenario.happens(bench);

        bench.converge();

        if (!bench.isGone()) {
            assertThat(bench.plan().steps()).isEmpty();
        }
        assertThat(bench.scratch()).as("scratch database").isEmpty();
        assertThat(bench.world.server.knownDatabase("neighbour").contents).containsKey("table theirs");
    }

    record Cut(Scenario scenario, int at, Interruption how) {
        @Override
        public String toString() {
            return scenario + ", " + how + " at " + at;
        }
    }

    static Stream<Cut> cuts() {
        return Stream.of(Scenario.values()).flatMap(scenario -> {
            var bench = new Bench();
            var before = bench.world.boundaries.count();
            scenario.happens(bench);
            bench.converge();
            UNDISTURBED.put(scenario, ends(bench));
            return IntStream.rangeClosed(1, bench.world.boundaries.count() - before)
                    .boxed()
                    .flatMap(at -> Stream.of(Interruption.values()).map(how -> new Cut(scenario, at, how)));
        });
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void cutOffAnywhereItEndsAlikeAndTheLiveDatabaseIsAlwaysWhole(Cut cut) {
        var bench = new Bench();
        bench.world.boundaries.watch(() -> assertWhole(bench, cut.scenario()));
        bench.world.boundaries.interrupt(cut.at(), cut.how());

        try {
            cut.scenario().happens(bench);
            bench.converge();
        } catch (Boundaries.Crash crash) {
            bench.restart();
            resume(bench, cut.scenario());
        }

        assertThat(ends(bench)).isEqualTo(UNDISTURBED.get(cut.scenario()));
    }

    /** What the user had not done yet when the process died, he does now. */
    private static void resume(Bench bench, Scenario scenario) {
        if (scenario == Scenario.DELETE_AMID_THE_RESTORE && !bench.isGone()) {
            bench.delete();
        }
        if (scenario == Scenario.UNDO_AT_ONCE) {
            bench.rollBack();
        }
        bench.converge();
        switch (scenario) {
            case UNDO_WHAT_WAS_DROPPED -> {
                if (bench.has("shop_orders", "table restored")) {
                    bench.world.server.databases.remove("shop_orders");
                }
                bench.rollBack();
            }
            case UNDO, UNDO_AND_EXPIRE -> {
                bench.rollBack();
                bench.converge();
            }
            case DELETE_A_COMPLETE_ONE -> {
                if (!bench.isGone()) {
                    bench.delete();
                }
            }
            default -> {}
        }
        if (scenario == Scenario.EXPIRE || scenario == Scenario.UNDO_AND_EXPIRE) {
            bench.wait(Duration.ofHours(25));
        }
        bench.converge();
    }

    private static void assertWhole(Bench bench, Scenario scenario) {
        var live = bench.world.server.findDatabase("shop_orders");
        if (live.isEmpty()) {
            assertThat(scenario.dropsTheLiveDatabase()).as("no live database").isTrue();
            return;
        }
        assertThat(live.get().accepting).isTrue();
        assertThat(live.get().contents.keySet())
                .as("live data")
                .containsAnyOf("table live", "table restored")
                .doesNotContain("half of a table");
        assertThat(live.get().grants).contains("CONNECT shop_orders__owner", "CONNECT shop_orders__ro");
        if (scenario != Scenario.RESTORE_WHAT_WAS_DROPPED) {
            assertThat(live.get().settings).as("parameters").hasSize(1);
        }
    }

    /** All that two runs must agree on: not times. */
    private static Map<String, Object> ends(Bench bench) {
        var ends = new TreeMap<String, Object>();
        bench.world.server.databases.forEach((name, database) ->
                ends.put("database " + name, database.toString().replaceAll("until=\\S+", "until=…")));
        for (var type : ConditionType.values()) {
            bench.holds(type).ifPresent(reason -> ends.put("condition " + type.code(), reason));
        }
        return ends;
    }
}
