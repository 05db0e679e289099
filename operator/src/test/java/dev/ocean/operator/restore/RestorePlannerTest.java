package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.pass.EventReason;
import dev.ocean.operator.pass.Notice;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedServer;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.Objects;
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
    void aDryRunHasNothingThatCouldBeUndone() {
        bench.restore(24, true, "shop_orders");
        bench.converge();
        bench.rollBack();

        bench.pass();

        assertStopped(Reason.PREVIOUS_GONE);
        assertThat(bench.has(LIVE, "table live")).isTrue();
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

    @Nested
    class WhenItIsAboutSomethingElseNow {

        /** Waits for a session, with all of the backup in the scratch database. */
        private void filled() {
            bench.world.server.knownDatabase(LIVE).sessions.add(new Session("postgres", true));
            bench.passes(5);
            bench.world.server.knownDatabase(LIVE).sessions.clear();
            assertStopped(Reason.SWAP_BLOCKED);
        }

        @Test
        void touchesNothingOfADatabaseThatWasMadeAgain() {
            bench.restore();
            filled();
            bench.database = "cr-2";

            bench.passes(3);

            assertThat(bench.holds(ConditionType.FAILED)).contains("ReferenceReplaced");
            assertThat(bench.has(LIVE, "table live")).isTrue();
        }

        /** Its roles and its data are taken back: only the consent is another one's. */
        @Test
        void touchesNothingOfADatabaseThatWasMadeAgainAndTakenBack() {
            bench.restore();
            filled();
            bench.takeBack("cr-2");

            bench.converge();

            assertThat(bench.holds(ConditionType.FAILED)).contains("ReferenceReplaced");
            assertThat(bench.has(LIVE, "table live")).isTrue();
            assertThat(bench.scratch()).isEmpty();
        }

        @Test
        void isNotUndoneIntoADatabaseThatWasMadeAgain() {
            bench.restore();
            bench.converge();
            bench.takeBack("cr-2");
            bench.rollBack();
            bench.wait(Duration.ofHours(25));

            bench.pass();

            assertStopped(Reason.REFERENCE_REPLACED);
            assertThat(bench.has(LIVE, "table restored")).isTrue();
            assertThat(bench.previous()).isPresent();
        }

        @Test
        void readsNoBackupThatWasMadeAgain() {
            bench.restore();
            bench.passes(1);
            bench.backup = "another-uid";

            bench.converge();

            assertThat(bench.holds(ConditionType.FAILED)).contains("ReferenceReplaced");
        }

        /** What is restored may be all that is left of it. */
        @Test
        void needsNoBackupOnceAllOfItIsRestored() {
            bench.restore();
            filled();
            bench.backup = "";

            bench.converge();

            assertThat(bench.has(LIVE, "table restored")).isTrue();
        }

        @Test
        void goesOnNowhereElse() {
            bench.restore();
            bench.converge();
            bench.world.server.systemIdentifier = "7400000000000000009";
            bench.identifier = "7400000000000000009";
            bench.rollBack();

            bench.pass();

            assertStopped(Reason.INSTANCE_NOT_READY);
            assertThat(bench.has(LIVE, "table restored")).isTrue();
        }
    }

    @Nested
    class WhenItIsDeleted {

        @Test
        void goesAtOnceWhereNothingHasBegun() {
            bench.backupComplete = false;
            bench.restore();
            bench.pass();
            assertStopped(Reason.BACKUP_NOT_READY);

            assertThat(RestoreMemory.of(bench.cr()).leavesNothing()).isTrue();
        }

        @Test
        void looksAtTheServerFromTheMomentInWhichItBegins() {
            bench.restore();
            bench.pass();

            assertThat(bench.world.api.list(Job.class, "shop")).isEmpty();
            assertThat(RestoreMemory.of(bench.cr()).leavesNothing()).isFalse();
        }

        @Test
        void saysThatItCanBeWhereWhatItNamesIsGoneAndNothingHasBegun() {
            var gone = Problem.of(ProblemKind.WAITING, Reason.REFERENCE_NOT_FOUND, "It does not exist.");
            bench.restore();
            var pending = RestoreStatusMapper.blocked(bench.cr(), gone, bench.now);
            bench.pass();
            var begun = RestoreStatusMapper.blocked(bench.cr(), gone, bench.now);

            assertThat(message(pending)).endsWith("it can be deleted at any time.");
            assertThat(message(begun)).isEqualTo("It does not exist.");
        }

        private static String message(DatabaseRestoreStatus status) {
            return Conditions.find(status.conditions(), ConditionType.READY)
                    .orElseThrow()
                    .getMessage();
        }

        @Test
        void namesTheWayOut() {
            var problem = Problem.of(ProblemKind.WAITING, Reason.INSTANCE_NOT_READY, "It is away.");
            bench.restore();
            bench.pass();

            var status = RestoreStatusMapper.deleting(bench.cr(), problem, bench.now);

            assertThat(status.conditions())
                    .filteredOn(condition -> condition.getType().equals("DeletionBlocked"))
                    .singleElement()
                    .satisfies(condition -> assertThat(condition.getMessage()).contains("ocean.dev/abandon"));
        }
    }

    @Nested
    class WhatItTells {

        private void assertEvents(EventReason... reasons) {
            assertThat(bench.events).extracting(Notice::reason).containsExactly(reasons);
        }

        @Test
        void isOneEventForARestoreWithoutLosses() {
            bench.restore();
            bench.converge();

            assertEvents(EventReason.RESTORE_COMPLETED);
        }

        @Test
        void isWhatItCouldNotGiveAgain() {
            bench.restored = Bench.RESTORED
                    .replace("\"count\":0,\"names\":[]", "\"count\":2,\"names\":[\"ACL public TABLE t owner\"]")
                    .replace("\"closedRoutines\":0", "\"closedRoutines\":1");
            bench.restore();
            bench.converge();

            assertEvents(EventReason.RESTORE_COMPLETED, EventReason.GRANTS_SKIPPED);
            var status = bench.status().orElseThrow();
            assertThat(status.skippedGrants()).isNotNull();
            assertThat(status.restored()).isEqualTo(new DatabaseRestoreStatus.Restored(1L, 7L, 1L));
        }

        @Test
        void isWhatOfTheBackupIsLeftOut() {
            bench.leftOut = "\"SERVER\":1,\"FOREIGN TABLE\":2";
            bench.restore(24, true, LIVE);
            bench.converge();

            assertThat(Objects.requireNonNull(bench.status().orElseThrow().preflight())
                            .leftOut())
                    .containsExactly("2 FOREIGN TABLE", "1 SERVER");
        }

        @Test
        void isThatAPreviousDatabaseDoesNotGo() {
            bench.restore();
            bench.converge();
            bench.previous().orElseThrow().sessions.add(new Session("postgres", true));
            bench.wait(Duration.ofHours(25));

            bench.passes(2);

            assertThat(bench.holds(ConditionType.PREVIOUS_NOT_DROPPED)).isPresent();
            assertThat(bench.events).extracting(Notice::reason).contains(EventReason.PREVIOUS_NOT_DROPPED);
            bench.previous().orElseThrow().sessions.clear();
            bench.converge();
            assertThat(bench.holds(ConditionType.PREVIOUS_NOT_DROPPED)).isEmpty();
            assertThat(bench.previous()).isEmpty();
        }
    }

    /** What a Job says of itself is anybody's text. */
    @Test
    void endsWhereNobodyCanReadWhatTheChecksSay() {
        bench.checked = "{\"result\":\"Succeeded\",\"sha256\":\"no\"}";
        bench.restore();

        bench.converge();

        assertThat(bench.holds(ConditionType.FAILED)).contains("ArchiveUnreadable");
        assertThat(bench.scratch()).isEmpty();
        assertThat(bench.has(LIVE, "table live")).isTrue();
    }

    /** The exit code is the authority; only how much it was is not known then. */
    @Test
    void putsInPlaceWhatWasCountedAlsoWhereItsWordIsLost() {
        bench.restored = "";
        bench.restore();

        bench.converge();

        assertThat(bench.has(LIVE, "table restored")).isTrue();
        assertThat(bench.status().orElseThrow().restored()).isNull();
    }

    /** A manifest lies where tenants can write. */
    @Test
    void anExtensionThatTheInstanceDoesNotAllowDoesNotComeByWayOfADump() {
        bench.world.server.superuser = true;
        bench.world.server.offers.add(new SimulatedServer.Offer("dblink", "1.2", false));
        bench.extensions = "{\"name\":\"dblink\",\"version\":\"1.2\",\"schema\":\"public\",\"trusted\":true}";
        bench.restore();

        bench.passes(4);

        assertStopped(Reason.EXTENSION_NOT_ALLOWED);
        assertThat(bench.world.api.list(Job.class, "shop"))
                .extracting(job -> job.getMetadata().getName())
                .noneMatch(name -> name.contains("restore"));
    }

    @Nested
    class WhenItsLoginIsToMakeExtensions {

        @BeforeEach
        void withAnExtension() {
            bench.world.server.offers.add(new SimulatedServer.Offer("citext", "1.6", true));
            bench.extensions = "{\"name\":\"citext\",\"version\":\"1.6\",\"schema\":\"public\",\"trusted\":true}";
            bench.restore();
        }

        private void assertNothingIsFilled() {
            assertThat(bench.world.api.list(Job.class, "shop"))
                    .extracting(job -> job.getMetadata().getName())
                    .noneMatch(name -> name.contains("restore"));
        }

        @Test
        void tellsThatTheServerRefusesIt() {
            bench.world.refuseLogins();

            bench.passes(4);

            assertStopped(Reason.LOGIN_REFUSED);
            assertNothingIsFilled();
        }

        @Test
        void tellsThatItHasNoConnectionLeft() {
            bench.world.server.knownRole("shop_orders__a").limit = 0;

            bench.passes(4);

            assertStopped(Reason.CONNECTION_LIMIT);
            assertNothingIsFilled();
            bench.world.server.knownRole("shop_orders__a").limit = 54;
            bench.converge();
            assertThat(bench.has(LIVE, "table restored")).isTrue();
        }
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
