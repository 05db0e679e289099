package dev.ocean.operator.database;

import dev.ocean.operator.testkit.Boundaries;
import dev.ocean.operator.testkit.Boundaries.Interruption;
import dev.ocean.operator.testkit.SimulatedServer.Database;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** The product's promise: whatever happened, and wherever we were cut off, it ends as if nothing had, and nobody else notices. */
class PlannerLawsTest {

    private static final Map<Scenario, Map<String, Object>> UNDISTURBED = new EnumMap<>(Scenario.class);

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void whatWasCarriedOutLeavesNothingToDo(Scenario scenario) {
        var bench = scenario.prepared();
        scenario.happens(bench);

        bench.converge();

        if (bench.isGone()) {
            return;
        }
        assertThat(bench.lastProblem).isEmpty();
        assertThat(bench.plan(bench.look()).steps()).isEmpty();
        assertThat(bench.plan(bench.look()).isSettled()).isTrue();
        assertThat(bench.world.server.knownDatabase("shop_orders").contents)
                .as("furnished")
                .containsKey("default privileges of shop_orders__owner");
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void onePassIsEnough(Scenario scenario) {
        var bench = scenario.prepared();
        scenario.happens(bench);

        bench.pass();

        assertThat(bench.lastProblem).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void atRestAGlanceFindsNothingToDoAndCostsTheServerNothing(Scenario scenario) {
        var bench = scenario.prepared();
        scenario.happens(bench);
        bench.converge();
        bench.lookAtServer();
        var statements = bench.world.statements();
        var effects = bench.world.boundaries.count();

        bench.pass();

        var sent = bench.world.statements() - statements;
        assertThat(bench.world.boundaries.count()).isEqualTo(effects);
        if (!bench.isGone()
                && bench.look().logins().values().stream()
                        .allMatch(login -> login.residue().stream().allMatch("shop_orders"::equals))) {
            assertThat(sent).isZero();
        }
    }

    record Cut(Scenario scenario, int at, Interruption how) {
        @Override
        public String toString() {
            return scenario + ", " + how + " at " + at;
        }
    }

    static Stream<Cut> cuts() {
        return Stream.of(Scenario.values()).flatMap(scenario -> {
            var bench = scenario.prepared();
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
    void cutOffAnywhereItEndsAlikeAndNobodyElseNotices(Cut cut) {
        var bench = cut.scenario().prepared();
        var foreign = foreign(bench.world);
        bench.world.boundaries.watch(() -> whatAlwaysHolds(bench, cut.scenario()));
        bench.world.boundaries.interrupt(cut.at(), cut.how());

        try {
            cut.scenario().happens(bench);
            bench.pass();
        } catch (Boundaries.Crash crash) {
            bench.restart();
        }
        resume(bench, cut.scenario());

        assertThat(ends(bench)).isEqualTo(UNDISTURBED.get(cut.scenario()));
        assertThat(foreign(bench.world)).isEqualTo(foreign);
        if (!bench.isGone()) {
            assertThat(bench.lastProblem).isEmpty();
            assertThat(secrets(bench)).isNotEmpty().allSatisfy(secret -> assertThat(bench.world.logsIn(secret))
                    .isTrue());
        }
    }

    /** What the scenario did before the cut need not be done again, but time that was to pass passes. */
    private static void resume(Bench bench, Scenario scenario) {
        bench.converge();
        if (scenario == Scenario.TAKE_BACK_AMID_A_ROTATION) {
            bench.wait(Bench.OVERLAP.plusHours(1));
            bench.converge();
        }
        if (scenario == Scenario.REPAIR_A_PASSWORD_CHANGED_BY_ITS_TENANT) {
            // No catalog shows it, so a new process believes its predecessor for a few minutes.
            bench.wait(Duration.ofMinutes(10));
            bench.converge();
        }
    }

    private static void whatAlwaysHolds(Bench bench, Scenario scenario) {
        var database = bench.world.server.findDatabase("shop_orders");
        if (scenario != Scenario.REPAIR_DRIFT) {
            assertThat(database.filter(found -> found.accepting && found.grants.contains("CONNECT ")))
                    .as("open to everybody")
                    .isEmpty();
        }
        var published = !bench.isGone()
                && bench.status().map(status -> status.firstReadyTime() != null).orElse(false);
        if (published && !scenario.breaksLogin()) {
            assertThat(secrets(bench)).isNotEmpty().allSatisfy(secret -> assertThat(bench.world.logsIn(secret))
                    .isTrue());
        }
    }

    private static List<Secret> secrets(Bench bench) {
        return bench.world.api.list(Secret.class, "shop").stream()
                .filter(secret -> !secret.getMetadata().getName().equals("somebody-elses"))
                .toList();
    }

    /** All that two runs must agree on: not UIDs, times and passwords. */
    private static Map<String, Object> ends(Bench bench) {
        var ends = new TreeMap<String, Object>();
        bench.world.server.databases.forEach(
                (name, database) -> ends.put("database " + name, timeless(database.toString())));
        bench.world.server.roles.forEach((name, role) -> ends.put("role " + name, role.toString()));
        bench.world.api.list(Secret.class, "shop").forEach(secret -> {
            var values = new TreeMap<>(SimulatedWorld.decoded(secret));
            values.replaceAll((key, value) -> value.replaceAll("[A-Za-z0-9]{32}", "***"));
            ends.put("secret " + secret.getMetadata().getName(), values);
        });
        bench.status().ifPresent(status -> status.conditions()
                .forEach(condition -> ends.put(
                        "condition " + condition.getType(), condition.getStatus() + " " + condition.getReason())));
        return ends;
    }

    private static String timeless(String text) {
        return text.replaceAll("since=\\S+", "since=…");
    }

    private static Map<String, String> foreign(SimulatedWorld world) {
        var foreign = new TreeMap<String, String>();
        world.server.databases.values().stream()
                .filter(database -> !database.name.equals("shop_orders"))
                .forEach(database -> foreign.put(database.name, withoutOurs(database)));
        world.server.roles.values().stream()
                .filter(role -> !role.name.startsWith("shop_orders__") && !role.name.equals("neighbour__a"))
                .forEach(role -> foreign.put("role " + role.name, role.oid + role.toString()));
        world.api.list(Secret.class, "shop").stream()
                .filter(secret -> secret.getMetadata().getName().equals("somebody-elses"))
                .forEach(secret -> foreign.put("secret", secret.toString()));
        return foreign;
    }

    private static String withoutOurs(Database database) {
        return database.oid + database.toString();
    }
}
