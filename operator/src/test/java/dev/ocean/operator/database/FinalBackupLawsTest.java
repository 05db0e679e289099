package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.database.FinalBackupBench.Ending;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.Boundaries;
import dev.ocean.operator.testkit.Boundaries.Interruption;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Whatever happens, and wherever we are cut off: nothing that an application committed is dropped without being in the last backup, and that is made once. */
class FinalBackupLawsTest {

    record Cut(int at, Interruption how) {
        @Override
        public String toString() {
            return how + " at " + at;
        }
    }

    private static IntStream boundaries() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        var before = bench.world.boundaries.count();
        bench.walk();
        return IntStream.rangeClosed(1, bench.world.boundaries.count() - before);
    }

    static Stream<Cut> cuts() {
        return boundaries().boxed().flatMap(at -> Stream.of(Interruption.values())
                .map(how -> new Cut(at, how)));
    }

    @Test
    void dropsAfterItsLastBackupAndLeavesThatAlone() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);

        bench.walk();

        bench.assertDropped();
        assertThat(bench.backup().orElseThrow().getMetadata().getName()).isEqualTo("orders-final-cr-1");
        assertThat(bench.backup().orElseThrow().getMetadata().getOwnerReferences())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void cutOffAnywhereItEndsAlike(Cut cut) {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.world.boundaries.interrupt(cut.at(), cut.how());

        try {
            bench.walk();
        } catch (Boundaries.Crash crash) {
            bench.restart();
        }
        bench.walk();

        bench.assertDropped();
    }

    static IntStream moments() {
        return boundaries();
    }

    /** By hand, at any moment: the application writes again, and not one of its rows is lost; or somebody is asked. */
    @ParameterizedTest
    @MethodSource("moments")
    void aLoginThatIsOpenedAgainLosesNothing(int at) {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        var opened = new AtomicBoolean();
        var before = bench.world.boundaries.count();
        bench.watch(() -> {
            if (bench.world.boundaries.count() - before == at && opened.compareAndSet(false, true)) {
                bench.world.server.findRole("shop_orders__a").ifPresent(role -> role.login = true);
            }
        });

        bench.walk();

        assertDroppedOrAsked(bench);
    }

    private static void assertDroppedOrAsked(FinalBackupBench bench) {
        if (bench.isGone()) {
            bench.assertDropped();
            return;
        }
        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.FINAL_BACKUP_FAILED);
        bench.assertKept();
        // The way out that the message names.
        bench.world.api.remove(FinalBackupBench.BACKUP);
        bench.walk();
        bench.assertDropped();
    }

    /** PostgreSQL 16 and newer: a REVOKE of what somebody else granted succeeds and takes nothing. */
    @Test
    void whoseMembershipCannotBeTakenHoldsTheDatabase() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        var guest = bench.world.server.role("guest");
        guest.memberOf.add("shop_orders__owner");
        guest.grantedByOthers.add("shop_orders__owner");

        for (var tries = 0; tries < 5; tries++) {
            assertThat(bench.round()).isTrue();
        }

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.DRIFT_NOT_CORRECTABLE);
        bench.assertKept();
        guest.grantedByOthers.clear();
        bench.walk();
        bench.assertDropped();
    }

    /** By a DBA, at any moment, with a privilege on the database: who comes, writes and leaves before anybody looks loses nothing either. */
    @ParameterizedTest
    @MethodSource("moments")
    void aGuestWhoIsLetInLosesNothing(int at) {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        var invited = new AtomicBoolean();
        var before = bench.world.boundaries.count();
        bench.watch(() -> {
            var database = bench.world.server.findDatabase("shop_orders");
            if (database.isPresent()
                    && bench.world.boundaries.count() - before == at
                    && invited.compareAndSet(false, true)) {
                database.get().grants.add("CONNECT guest");
            }
            database.filter(found -> found.accepting && found.grants.contains("CONNECT guest"))
                    .ifPresent(found -> bench.write("guest's row " + bench.world.boundaries.count()));
        });

        bench.walk();

        assertDroppedOrAsked(bench);
    }

    @Test
    void theGeneratedSecretMayBeGoneAlready() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.world.api.remove(FinalBackupBench.GENERATED);

        bench.walk();

        bench.assertDropped();
    }

    @Test
    void aRotationInFlightEndsThere() {
        var bench = FinalBackupBench.deletedAmidARotation();

        bench.walk();

        bench.assertDropped();
    }

    /** Made by a tenant, or left by somebody: it is never taken for the last one and never touched. */
    @ParameterizedTest
    @MethodSource("strangers")
    void whatStandsUnderItsNameIsNoProof(Ending ending) {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.storeForged(ending);
        var forged = bench.backup().orElseThrow();

        bench.walk();

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.FINAL_BACKUP_FAILED);
        assertThat(bench.lastProblem().orElseThrow().message())
                .contains("orders-final-cr-1", "`spec.onDelete.finalBackup: None`");
        assertThat(bench.backup()).contains(forged);
        bench.assertKept();
    }

    static Stream<Ending> strangers() {
        return Stream.of(Ending.values());
    }

    @Test
    void oneThatFailsHoldsTheDatabaseUntilSomebodySaysNone() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.jobs = Ending.FAILED;

        bench.walk();

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.FINAL_BACKUP_FAILED);
        bench.assertKept();
        bench.world.api.store(Fixtures.project(FinalBackupBench.VOLUME, FinalBackup.NONE));
        bench.walk();
        assertThat(bench.isGone()).isTrue();
        assertThat(bench.world.server.databases).doesNotContainKey("shop_orders");
    }

    @Test
    void oneThatFailsIsMadeAgainOnceItIsDeleted() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.jobs = Ending.FAILED;
        bench.walk();

        bench.world.api.remove(FinalBackupBench.BACKUP);
        bench.jobs = Ending.COMPLETE;
        bench.walk();

        bench.assertDropped();
    }

    @Test
    void oneThatIsOnlyTriedHoldsNothing() {
        var bench = FinalBackupBench.deleted(FinalBackup.BEST_EFFORT);
        bench.jobs = Ending.FAILED;

        bench.walk();

        assertThat(bench.isGone()).isTrue();
        assertThat(bench.world.server.databases).doesNotContainKey("shop_orders");
    }

    /** An earlier one than its mark says, whatever its clock: no proof. */
    @Test
    void oneThatBeganBeforeTheDatabaseWasClosedIsNoProof() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.jobs = Ending.EARLY;

        bench.walk();

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.FINAL_BACKUP_FAILED);
        bench.assertKept();
    }

    @Test
    void oneWhoseVolumeIsGoneIsNoProof() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.world.api.remove(new ObjectName(PersistentVolumeClaim.class, "shop", "claim"));

        bench.walk();

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.FINAL_BACKUP_FAILED);
        bench.assertKept();
    }

    @Test
    void whatARestoreSetAsideIsKeptWhereItIsAllThatIsLeft() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.setAside(Duration.ofHours(20));

        bench.walk();

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.FINAL_BACKUP_FAILED);
        assertThat(bench.world.server.databases).containsKey("shop_orders__p_1a2b3c4d");
    }

    @Test
    void aSessionThatMayNotBeEndedIsWaitedFor() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.world.server.knownDatabase("shop_orders").sessions.add(new Session("postgres", true));

        bench.walk();

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.WAITING_FOR_SESSIONS);
        assertThat(bench.dumps()).isEmpty();
        bench.world.server.knownDatabase("shop_orders").sessions.clear();
        bench.walk();
        bench.assertDropped();
    }

    /** Nobody can say None any more. */
    @Test
    void withoutItsProjectTheDatabaseIsKept() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.pass();
        bench.world.api.remove(new ObjectName(Project.class, "shop", "shop"));

        bench.walk();

        assertThat(bench.isGone()).isTrue();
        assertThat(bench.world.server.knownDatabase("shop_orders").comment).contains("state=retained");
        assertThat(bench.world.server.knownDatabase("shop_orders").accepting).isFalse();
        assertThat(bench.world.server.roles.values()).noneMatch(role -> role.login);
    }

    @Test
    void asuccessorTakesBackWhatWasClosedForALastBackup() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.pass();
        bench.forceAway();
        bench.createAgain();

        bench.walk();

        assertThat(bench.world.server.knownDatabase("shop_orders").comment).contains("uid=cr-2");
        assertThat(bench.world.logsIn(bench.generated())).isTrue();
        bench.assertKept();
    }

    @Test
    void withoutAVolumeNothingIsOwed() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        bench.world.api.store(Fixtures.project(null, null));

        bench.walk();

        assertThat(bench.isGone()).isTrue();
        assertThat(bench.world.server.databases).doesNotContainKey("shop_orders");
        assertThat(bench.backup()).isEmpty();
    }

    @Test
    void nothingIsMadeOrClosedWhileTheDefinitionIsBeingDeleted() {
        var bench = FinalBackupBench.deleted(FinalBackup.REQUIRED);
        var project = Fixtures.project(FinalBackupBench.VOLUME, FinalBackup.REQUIRED);
        bench.world.api.store(project);
        bench.world.api.definitionGoing = true;

        bench.pass();

        assertThat(bench.lastProblem().map(Problem::reason)).contains(Reason.DEFINITION_BEING_DELETED);
        assertThat(bench.backup()).isEmpty();
        assertThat(bench.world.server.knownRole("shop_orders__a").login).isTrue();
    }
}
