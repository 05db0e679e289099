package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.Boundaries;
import dev.ocean.operator.testkit.Boundaries.Interruption;
import dev.ocean.operator.testkit.SimulatedServer;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.EnumMap;
import java.util.List;
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

/** A database that is born from a backup appears complete or not at all, wherever we are cut off. */
class BirthLawsTest {

    enum Scenario {
        BORN,
        BORN_AT_THE_SECOND_ATTEMPT,
        BORN_WITH_AN_EXTENSION,
        BORN_FROM_ANOTHER_DATABASE,
        TAKEN_BACK_INSTEAD,
        FAILED_FOR_GOOD,
        DELETED_UNDER_WAY,
        DELETED_UNDER_WAY_WITH_DELETE,
        DELETED_ONCE_BORN;

        void happens(Cradle cradle) {
            var bench = cradle.bench;
            switch (this) {
                case BORN_AT_THE_SECOND_ATTEMPT -> cradle.exits.add(11);
                case FAILED_FOR_GOOD -> cradle.exits.add(50);
                case BORN_WITH_AN_EXTENSION -> {
                    bench.world.server.offers.add(new SimulatedServer.Offer("citext", "1.6", true));
                    cradle.extensions =
                            "{\"name\":\"citext\",\"version\":\"1.6\",\"schema\":\"public\",\"trusted\":true}";
                }
                case BORN_FROM_ANOTHER_DATABASE -> cradle.dumpedName = "shop_gone";
                case TAKEN_BACK_INSTEAD -> {
                    bench.createAgain("cr-0", Fixtures.wish().spec());
                    bench.converge();
                    bench.world.server.knownDatabase("shop_orders").contents.put("table kept", "shop_orders__owner");
                    bench.delete();
                    bench.converge();
                }
                default -> {}
            }
            bench.create(Fixtures.bornSpec(policy()));
            switch (this) {
                case DELETED_UNDER_WAY, DELETED_UNDER_WAY_WITH_DELETE -> {
                    bench.pass();
                    cradle.runJobs();
                    bench.pass();
                    bench.delete();
                }
                case DELETED_ONCE_BORN -> {
                    cradle.converge();
                    bench.delete();
                }
                default -> {}
            }
        }

        boolean isBirth() {
            return this != TAKEN_BACK_INSTEAD;
        }

        private DeletionPolicy policy() {
            return this == DELETED_UNDER_WAY ? DeletionPolicy.RETAIN : DeletionPolicy.DELETE;
        }

        /** What the user had not done yet when the process died, he does now. */
        void goesOn(Cradle cradle) {
            if (cradle.bench.isGone()) {
                return;
            }
            switch (this) {
                case DELETED_UNDER_WAY, DELETED_UNDER_WAY_WITH_DELETE, DELETED_ONCE_BORN -> cradle.bench.delete();
                default -> {}
            }
        }
    }

    private static final Map<Scenario, Map<String, Object>> UNDISTURBED = new EnumMap<>(Scenario.class);

    @ParameterizedTest
    @EnumSource
    void whatWasCarriedOutLeavesNothingToDo(Scenario scenario) {
        var cradle = new Cradle();
        scenario.happens(cradle);

        cradle.converge();

        assertThat(cradle.scratch()).as("scratch database").isEmpty();
        switch (scenario) {
            case BORN, BORN_AT_THE_SECOND_ATTEMPT, BORN_WITH_AN_EXTENSION, BORN_FROM_ANOTHER_DATABASE -> {
                assertThat(cradle.database().orElseThrow().contents).containsKey("table restored");
                isReady(cradle);
                assertThat(cradle.bench.status().orElseThrow().restoredFrom()).satisfies(from -> {
                    assertThat(from.backupName()).isEqualTo("nightly");
                    assertThat(from.rows()).isEqualTo(7);
                    assertThat(from.skippedGrants()).isEqualTo(2);
                });
            }
            case TAKEN_BACK_INSTEAD -> {
                assertThat(cradle.database().orElseThrow().contents)
                        .containsKey("table kept")
                        .doesNotContainKey("table restored");
                isReady(cradle);
                assertThat(cradle.bench.status().orElseThrow().restoredFrom()).isNull();
            }
            case FAILED_FOR_GOOD -> {
                assertThat(cradle.database()).isEmpty();
                assertThat(cradle.reason(ConditionType.READY)).contains(Reason.RESTORE_FAILED.code());
                assertThat(cradle.reason(ConditionType.STALLED)).contains(Reason.RESTORE_FAILED.code());
                assertThat(cradle.bench.lastProblem.orElseThrow().message()).contains("make it again");
            }
            case DELETED_UNDER_WAY, DELETED_UNDER_WAY_WITH_DELETE, DELETED_ONCE_BORN -> {
                assertThat(cradle.bench.isGone()).isTrue();
                assertThat(cradle.database()).isEmpty();
                assertThat(cradle.bench.world.server.roles).isEmpty();
            }
        }
    }

    private static void isReady(Cradle cradle) {
        assertThat(cradle.reason(ConditionType.READY)).contains(Reason.READY.code());
        assertThat(cradle.jobs()).isEmpty();
        assertThat(cradle.database().orElseThrow().accepting).isTrue();
        assertThat(cradle.database().orElseThrow().settings).containsKey("statement_timeout");
        assertThat(cradle.bench.world.logsIn(secret(cradle))).isTrue();
        assertThat(cradle.bench.plan(cradle.bench.look()).isSettled()).isTrue();
    }

    private static Secret secret(Cradle cradle) {
        return cradle.bench.secret("orders-credentials").orElseThrow();
    }

    record Cut(Scenario scenario, int at, Interruption how) {
        @Override
        public String toString() {
            return scenario + ", " + how + " at " + at;
        }
    }

    static Stream<Cut> cuts() {
        // What is taken back is not born; PlannerLawsTest cuts that off.
        return Stream.of(Scenario.values()).filter(Scenario::isBirth).flatMap(scenario -> {
            var cradle = new Cradle();
            var before = cradle.bench.world.boundaries.count();
            scenario.happens(cradle);
            cradle.converge();
            UNDISTURBED.put(scenario, ends(cradle));
            return IntStream.rangeClosed(1, cradle.bench.world.boundaries.count() - before)
                    .boxed()
                    .flatMap(at -> Stream.of(Interruption.values()).map(how -> new Cut(scenario, at, how)));
        });
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void cutOffAnywhereItEndsAlikeAndIsNeverThereInPart(Cut cut) {
        var cradle = new Cradle();
        cradle.bench.world.boundaries.watch(() -> assertWhole(cradle));
        cradle.bench.world.boundaries.interrupt(cut.at(), cut.how());

        try {
            cut.scenario().happens(cradle);
            cradle.converge();
        } catch (Boundaries.Crash crash) {
            cradle.bench.restart();
            cut.scenario().goesOn(cradle);
            cradle.converge();
            cut.scenario().goesOn(cradle);
            cradle.converge();
        }

        assertThat(ends(cradle)).isEqualTo(UNDISTURBED.get(cut.scenario()));
    }

    private static void assertWhole(Cradle cradle) {
        cradle.database().ifPresent(database -> {
            assertThat(database.contents).containsKey("table restored").doesNotContainKey("half of a table");
            assertThat(database.comment).doesNotContain("scratch");
            assertThat(database.grants).contains("CONNECT shop_orders__owner", "CONNECT shop_orders__ro");
            assertThat(database.settings).containsKey("statement_timeout");
        });
    }

    /** All that two runs must agree on: not times and passwords. */
    private static Map<String, Object> ends(Cradle cradle) {
        var ends = new TreeMap<String, Object>();
        var world = cradle.bench.world;
        world.server.databases.forEach((name, database) -> ends.put("database " + name, database.toString()));
        world.server.roles.forEach((name, role) -> ends.put("role " + name, role.toString()));
        Stream.of(ConditionType.values())
                .forEach(type -> cradle.reason(type).ifPresent(reason -> ends.put("condition " + type.code(), reason)));
        return ends;
    }

    @Test
    void theBackupsLocaleIsTheDatabasesWhereTheSpecificationSaysNothing() {
        var cradle = new Cradle();
        cradle.bench.create(Fixtures.bornSpec(null));

        cradle.converge();

        assertThat(cradle.database().orElseThrow().encoding).isEqualTo("LATIN1");
        assertThat(cradle.database().orElseThrow().collate).isEqualTo("de_DE");
        assertThat(cradle.reason(ConditionType.DRIFT_DETECTED)).isEmpty();
    }

    @Test
    void nothingIsMadeWhereTheBackupIsMissingNotCompleteOrAnotherProjects() {
        for (var reason : List.of(Reason.REFERENCE_NOT_FOUND, Reason.BACKUP_NOT_READY, Reason.BACKUP_NOT_ALLOWED)) {
            var cradle = new Cradle();
            switch (reason) {
                case REFERENCE_NOT_FOUND ->
                    cradle.bench.world.api.remove(new ObjectName(DatabaseBackup.class, "shop", "nightly"));
                case BACKUP_NOT_READY -> cradle.backup("shop", false);
                default -> cradle.backup("shopping", true);
            }
            cradle.bench.create(Fixtures.bornSpec(null));

            cradle.converge();

            assertThat(cradle.reason(ConditionType.READY)).contains(reason.code());
            assertThat(cradle.bench.world.server.roles).isEmpty();
            assertThat(cradle.jobs()).isEmpty();
        }
    }

    @Test
    void somebodyElsesDatabaseUnderEitherNameStays() {
        for (var name : List.of("shop_orders", Cradle.SCRATCH)) {
            var cradle = new Cradle();
            var theirs = cradle.bench.world.server.database(name);
            // As the admin makes one by hand: closed, unmarked. A creation of ours that was cut off looks alike, but
            // there is none.
            theirs.accepting = false;
            theirs.contents.put("table theirs", "somebody");
            var before = theirs.toString();
            cradle.bench.create(Fixtures.bornSpec(DeletionPolicy.DELETE));

            cradle.converge();

            assertThat(cradle.reason(ConditionType.READY)).contains(Reason.NAME_CONFLICT.code());
            cradle.bench.delete();
            cradle.converge();
            assertThat(cradle.bench.world.server.knownDatabase(name).toString()).isEqualTo(before);
        }
    }

    @Test
    void anExtensionThatTheInstanceDoesNotAllowDoesNotComeByWayOfADump() {
        var cradle = new Cradle();
        cradle.bench.world.server.superuser = true;
        cradle.bench.world.server.offers.add(new SimulatedServer.Offer("dblink", "1.2", false));
        cradle.extensions = "{\"name\":\"dblink\",\"version\":\"1.2\",\"schema\":\"public\",\"trusted\":false}";
        cradle.bench.create(Fixtures.bornSpec(null));

        cradle.converge();

        assertThat(cradle.reason(ConditionType.READY)).contains(Reason.EXTENSION_NOT_ALLOWED.code());
        assertThat(cradle.scratch()).isEmpty();
        cradle.bench.references = Fixtures.withAllowedExtensions(List.of("dblink"));
        cradle.converge();
        assertThat(cradle.database().orElseThrow().extensions).containsKey("dblink");
    }

    @Test
    void whatIsLeftOutIsSaid() {
        var same = new Cradle();
        same.bench.create(Fixtures.bornSpec(null));
        var other = new Cradle();
        other.dumpedName = "shop_gone";
        other.bench.create(Fixtures.bornSpec(null));

        assertThat(skipped(same)).hasValueSatisfying(text -> assertThat(text).contains("2 entries"));
        assertThat(skipped(other)).hasValueSatisfying(text -> assertThat(text).contains("shop_gone"));
    }

    /** As in the pass in which the database appears. */
    private static Optional<String> skipped(Cradle cradle) {
        for (var pass = 0; pass < 10 && cradle.database().isEmpty(); pass++) {
            cradle.bench.pass();
            cradle.runJobs();
        }
        return Birth.skipped(cradle.bench.request(), cradle.bench.look());
    }
}
