package dev.ocean.operator.restore;

import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** What stands in a restore's way, and what it must never do then. */
class RestorePlannerTest {

    private static final String LIVE = "shop_orders";

    private final Bench bench = new Bench();

    private void assertStopped(Reason reason) {
        assertThat(bench.lastProblem.map(Problem::reason)).contains(reason);
    }

    @Nested
    class WhenItIsToBeUndone {

        @BeforeEach
        void restored() {
            bench.restore();
            bench.converge();
            assertThat(bench.has(LIVE, "table restored")).isTrue();
        }

        @Test
        void bringsThePreviousOneBackWhereTheLiveOneWasDropped() {
            bench.world.server.databases.remove(LIVE);
            bench.rollBack();

            bench.converge();

            assertThat(bench.has(LIVE, "table live")).isTrue();
            assertThat(bench.previous()).isEmpty();
            assertThat(bench.holds(ConditionType.ROLLED_BACK)).contains("RolledBack");
            assertThat(bench.world.server.knownDatabase(LIVE).settings).containsEntry("statement_timeout", "30s");
            assertThat(bench.world.server.knownDatabase(LIVE).limit).isEqualTo(54);
        }

        @Test
        void takesNobodyElsesDatabaseAway() {
            bench.world.server.databases.remove(LIVE);
            bench.world.server.database(LIVE).contents.put("table theirs", "neighbour__owner");
            bench.rollBack();

            bench.pass();

            assertStopped(Reason.NAME_CONFLICT);
            assertThat(bench.has(LIVE, "table theirs")).isTrue();
            assertThat(bench.previous()).isPresent();
        }

        @Test
        void renamesNothingOnAnotherServer() {
            bench.world.server.systemIdentifier = "7400000000000000009";
            bench.rollBack();

            bench.pass();

            assertStopped(Reason.INSTANCE_NOT_READY);
            assertThat(bench.has(LIVE, "table restored")).isTrue();
            assertThat(bench.status().orElseThrow().previousDatabase()).isNotNull();
        }

        @Test
        void losesNothingWhileItIsHeldUp() {
            bench.world.server.knownDatabase(LIVE).sessions.add(new Session("postgres", true));
            bench.rollBack();
            bench.pass();
            bench.wait(Duration.ofHours(25));

            bench.pass();

            assertStopped(Reason.SWAP_BLOCKED);
            assertThat(bench.previous()).isPresent();
            bench.world.server.knownDatabase(LIVE).sessions.clear();
            bench.converge();
            assertThat(bench.has(LIVE, "table live")).isTrue();
        }

        @Test
        void isHeldUpByWhoeverIsInThePreviousDatabase() {
            bench.previous().orElseThrow().sessions.add(new Session("postgres", true));
            bench.rollBack();

            bench.pass();

            assertStopped(Reason.SWAP_BLOCKED);
            assertThat(bench.has(LIVE, "table restored")).isTrue();
        }

        /** The pass that would drop has not been told of the rollback yet. */
        @Test
        void losesNothingToAnOldCache() {
            var old = bench.cr();
            bench.rollBack();
            bench.wait(Duration.ofHours(25));

            bench.pass(old);

            assertThat(bench.previous().isPresent() || bench.has(LIVE, "table live"))
                    .isTrue();
        }

        @Test
        void isTooLateOnceThePreviousOneIsGone() {
            bench.wait(Duration.ofHours(25));
            bench.converge();
            bench.rollBack();

            bench.pass();

            assertStopped(Reason.PREVIOUS_GONE);
            assertThat(bench.has(LIVE, "table restored")).isTrue();
        }
    }

    @Test
    void dropsNothingOnAnotherServer() {
        bench.restore();
        bench.converge();
        bench.world.server.systemIdentifier = "7400000000000000009";
        bench.wait(Duration.ofHours(25));

        bench.pass();

        assertStopped(Reason.INSTANCE_NOT_READY);
        assertThat(bench.previous()).isPresent();
        assertThat(bench.status().orElseThrow().previousDatabase()).isNotNull();
    }

    /** Nobody gets into what was restored: that is when one wants to go back. */
    @Test
    void isUndoneBeforeItsLoginIsProved() {
        bench.world.refuseLogins();
        bench.restore(0, false, LIVE);
        bench.passes(8);
        assertStopped(Reason.FINISHING);

        bench.rollBack();
        bench.passes(3);

        assertThat(bench.has(LIVE, "table live")).isTrue();
        assertThat(bench.holds(ConditionType.ROLLED_BACK)).contains("RolledBack");
        assertThat(bench.holds(ConditionType.COMPLETE)).contains("RolledBack");
    }

    @Test
    void changesNothingOnceItIsToBeUndone() {
        bench.restore();
        bench.world.server.knownDatabase(LIVE).sessions.add(new Session("postgres", true));
        bench.passes(5);
        assertStopped(Reason.SWAP_BLOCKED);

        bench.rollBack();
        bench.world.server.knownDatabase(LIVE).sessions.clear();
        bench.converge();

        assertThat(bench.has(LIVE, "table live")).isTrue();
        assertThat(bench.scratch()).isEmpty();
        assertThat(bench.holds(ConditionType.FAILED)).contains("RolledBack");
    }

    @Test
    void waitsForWhoeverIsInTheScratchDatabase() {
        bench.restore();
        bench.world.server.knownDatabase(LIVE).sessions.add(new Session("postgres", true));
        bench.passes(5);
        bench.world.server.knownDatabase(LIVE).sessions.clear();
        bench.scratch().orElseThrow().sessions.add(new Session("postgres", true));

        bench.pass();

        assertStopped(Reason.SWAP_BLOCKED);
        assertThat(bench.world.applied().stream().map(Object::toString)).noneMatch(step -> step.startsWith("SwapIn"));
    }
}
