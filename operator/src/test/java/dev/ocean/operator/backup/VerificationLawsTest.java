package dev.ocean.operator.backup;

import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.Boundaries;
import dev.ocean.operator.testkit.Boundaries.Interruption;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** A backup that is to be verified by a restore: wherever we are cut off it ends alike, the live database is never touched, and no scratch database is left. */
class VerificationLawsTest {

    enum Scenario {
        VERIFY,
        VERIFY_WHAT_WAS_TAKEN_OVER,
        VERIFY_AT_THE_SECOND_ATTEMPT,
        FAIL_FOR_GOOD,
        RESTORED_IN_PLACE_MEANWHILE,
        CONDEMNED_MEANWHILE,
        DELETE_AMID_THE_VERIFICATION,
        DELETE_A_VERIFIED_ONE;

        void happens(Bench bench) {
            switch (this) {
                case VERIFY_AT_THE_SECOND_ATTEMPT -> bench.exits.add(10);
                case FAIL_FOR_GOOD -> bench.exits.add(42);
                default -> {}
            }
            bench.backUp(this == VERIFY_WHAT_WAS_TAKEN_OVER ? "20261122T090000Z-9a2b3c4d" : null);
            switch (this) {
                case RESTORED_IN_PLACE_MEANWHILE -> {
                    begin(bench);
                    bench.restoredInPlace(ConditionType.COMPLETE, Reason.COMPLETE);
                }
                case CONDEMNED_MEANWHILE -> {
                    begin(bench);
                    bench.restoredInPlace(ConditionType.FAILED, Reason.CHECKSUM_MISMATCH);
                }
                case DELETE_AMID_THE_VERIFICATION -> {
                    begin(bench);
                    bench.delete();
                }
                case DELETE_A_VERIFIED_ONE -> {
                    bench.converge();
                    bench.delete();
                }
                default -> {}
            }
        }

        /** Up to the Job that fills the scratch database. */
        private static void begin(Bench bench) {
            bench.pass();
            bench.runJobs();
            bench.pass();
            bench.pass();
        }

        /** What the user had not done yet when the process died, he does now. */
        void goesOn(Bench bench) {
            switch (this) {
                case RESTORED_IN_PLACE_MEANWHILE -> bench.restoredInPlace(ConditionType.COMPLETE, Reason.COMPLETE);
                case CONDEMNED_MEANWHILE -> bench.restoredInPlace(ConditionType.FAILED, Reason.CHECKSUM_MISMATCH);
                case DELETE_AMID_THE_VERIFICATION, DELETE_A_VERIFIED_ONE -> {
                    if (!bench.isGone()) {
                        bench.delete();
                    }
                }
                default -> {}
            }
        }
    }

    private static final Map<Scenario, Map<String, Object>> UNDISTURBED = new EnumMap<>(Scenario.class);

    @ParameterizedTest
    @EnumSource
    void whatWasCarriedOutLeavesNothingToDo(Scenario scenario) {
        var bench = new Bench();
        scenario.happens(bench);

        bench.converge();

        assertThat(bench.scratch()).as("scratch database").isEmpty();
        assertThat(bench.world.server.knownDatabase("neighbour").contents).containsKey("table theirs");
        switch (scenario) {
            case VERIFY, VERIFY_WHAT_WAS_TAKEN_OVER, VERIFY_AT_THE_SECOND_ATTEMPT ->
                verified(bench, "True", Reason.RESTORED_TO_SCRATCH);
            case FAIL_FOR_GOOD -> verified(bench, "False", Reason.VERIFICATION_FAILED);
            case RESTORED_IN_PLACE_MEANWHILE -> verified(bench, "True", Reason.RESTORED_IN_PLACE);
            case CONDEMNED_MEANWHILE -> verified(bench, "False", Reason.CHECKSUM_MISMATCH);
            case DELETE_AMID_THE_VERIFICATION, DELETE_A_VERIFIED_ONE ->
                assertThat(bench.isGone()).isTrue();
        }
    }

    private static void verified(Bench bench, String status, Reason reason) {
        assertThat(bench.condition(ConditionType.VERIFIED)).hasValueSatisfying(condition -> {
            assertThat(condition.getStatus()).isEqualTo(status);
            assertThat(condition.getReason()).isEqualTo(reason.code());
        });
        assertThat(bench.condition(ConditionType.COMPLETE).map(Condition::getStatus))
                .contains("True");
        assertThat(bench.condition(ConditionType.READY).map(Condition::getStatus))
                .contains(status);
        assertThat(bench.status().map(found -> found.verifiedTime() != null)).contains(status.equals("True"));
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
    void cutOffAnywhereItEndsAlikeAndTheLiveDatabaseIsUntouched(Cut cut) {
        var bench = new Bench();
        var live = bench.world.server.knownDatabase("shop_orders").toString();
        bench.world.boundaries.watch(
                () -> assertThat(bench.world.server.knownDatabase("shop_orders").toString())
                        .isEqualTo(live));
        bench.world.boundaries.interrupt(cut.at(), cut.how());

        try {
            cut.scenario().happens(bench);
            bench.converge();
        } catch (Boundaries.Crash crash) {
            bench.restart();
            cut.scenario().goesOn(bench);
            bench.converge();
            cut.scenario().goesOn(bench);
            bench.converge();
        }

        assertThat(ends(bench)).isEqualTo(UNDISTURBED.get(cut.scenario()));
    }

    /** All that two runs must agree on: not times. */
    private static Map<String, Object> ends(Bench bench) {
        var ends = new TreeMap<String, Object>();
        bench.world.server.databases.forEach((name, database) -> ends.put("database " + name, database.toString()));
        for (var type : ConditionType.values()) {
            bench.condition(type).ifPresent(condition -> ends.put("condition " + type.code(), condition.getStatus()));
        }
        return ends;
    }

    @Test
    void waitsForWhatElseWorksOnTheDatabaseAndTheBackupCountsMeanwhile() {
        var bench = new Bench();
        bench.before = Optional.of("DatabaseRestore 'back'");
        bench.backUp("20261122T090000Z-9a2b3c4d");
        bench.before = Optional.empty();
        bench.pass();
        bench.runJobs();
        bench.pass();
        bench.before = Optional.of("DatabaseRestore 'back'");

        bench.pass();

        assertThat(bench.scratch()).isEmpty();
        assertThat(bench.condition(ConditionType.VERIFIED).map(Condition::getReason))
                .contains(Reason.OPERATION_IN_PROGRESS.code());
        assertThat(bench.condition(ConditionType.READY).map(Condition::getStatus))
                .contains("True");
        bench.before = Optional.empty();
        bench.converge();
        assertThat(bench.condition(ConditionType.VERIFIED).map(Condition::getStatus))
                .contains("True");
    }

    @Test
    void somebodyElsesDatabaseOfThatNameStays() {
        var bench = new Bench();
        bench.world
                .server
                .database(Bench.NAMES.verification(Bench.BACKUP).value())
                .contents
                .put("table x", "somebody");
        bench.backUp(null);

        bench.converge();

        assertThat(bench.condition(ConditionType.VERIFIED).map(Condition::getReason))
                .contains(Reason.NAME_CONFLICT.code());
        assertThat(bench.scratch().orElseThrow().contents).containsKey("table x");
        bench.delete();
        bench.converge();
        assertThat(bench.scratch()).isPresent();
        assertThat(bench.isGone()).isTrue();
    }

    @Test
    void theJobThatToldStaysUntilTheVerificationIsOver() {
        var bench = new Bench();
        bench.backUp(null);
        bench.pass();
        bench.runJobs();
        bench.pass();
        bench.pass();

        assertThat(bench.jobs())
                .anyMatch(name -> name.endsWith("-dump-1"))
                .anyMatch(name -> name.endsWith("-restore-1"));
        bench.converge();
        assertThat(bench.jobs()).isEmpty();
    }
}
