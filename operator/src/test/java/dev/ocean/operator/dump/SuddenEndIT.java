package dev.ocean.operator.dump;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Restored;
import dev.ocean.operator.dump.Lab.Backup;
import dev.ocean.operator.dump.Lab.Volume;
import dev.ocean.operator.testkit.Seeds;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Ended at any moment, politely or not, a run leaves a complete backup or none, and the next run needs no help. */
class SuddenEndIT {

    private static final AtomicInteger NEXT = new AtomicInteger(2000);
    private static final int MOMENTS = 10;
    private static final long ROWS = 200_000;
    private static Lab lab;
    private static Tenant tenant;
    private static Volume kept;
    private static final Backup KEPT = Backup.of(1999);
    private static Duration usual;

    @BeforeAll
    static void open() throws Exception {
        lab = Lab.open();
        tenant = lab.tenant("d");
        kept = lab.volume();
        tenant.run(
                "CREATE TABLE t AS SELECT g AS a, md5(g::text) AS b FROM generate_series(1, " + ROWS + ") AS g",
                "CREATE INDEX ON t (b)");
        var begun = System.nanoTime();
        assertThat(lab.attempt(JobScript.DUMP, tenant, kept, KEPT).run().exitCode())
                .isZero();
        usual = Duration.ofNanos(System.nanoTime() - begun);
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    static LongStream moments() {
        return Seeds.of(MOMENTS);
    }

    /** A moment in the seed's own part of the time from the start to a little after the usual end: together the seeds cover all of it. */
    private static void pass(long seed) {
        var part = Math.floorMod(seed, MOMENTS) + Seeds.generator(seed * 31).nextDouble();
        // The moment is the test: there is nothing to wait for.
        LockSupport.parkNanos((long) (usual.toNanos() * 1.1 * part / MOMENTS));
    }

    @ParameterizedTest
    @MethodSource("moments")
    void leavesNothingOfATerminatedDump(long seed) throws Exception {
        var volume = lab.volume();
        var backup = Backup.of(NEXT.incrementAndGet());
        var running = lab.attempt(JobScript.DUMP, tenant, volume, backup).start();
        pass(seed);
        running.terminate();

        var outcome = running.await(Duration.ofSeconds(20));

        assertThat(outcome.exitCode()).as(outcome.toString()).isIn(0, 143);
        assertThat(volume.names())
                .allMatch(name -> name.equals(backup.location().directory()));
        assertGoesOn(volume, backup);
    }

    @ParameterizedTest
    @MethodSource("moments")
    void leavesNothingThatLooksLikeABackupOfAKilledDump(long seed) throws Exception {
        var volume = lab.volume();
        var backup = Backup.of(NEXT.incrementAndGet());
        var running = lab.attempt(JobScript.DUMP, tenant, volume, backup).start();
        pass(seed);
        running.kill();
        await("the container is gone").until(() -> !running.isAlive());

        assertThat(volume.names()).isSubsetOf(backup.location().directory(), ".partial-" + backup.uid());
        assertGoesOn(volume, backup);
    }

    /** What is there is complete, or the next attempt makes it so. */
    private static void assertGoesOn(Volume volume, Backup backup) throws Exception {
        if (volume.names().contains(backup.location().directory())) {
            var check = lab.attempt(JobScript.CHECK, tenant, volume, backup)
                    .with("FULL_DECODE", "true")
                    .run();
            assertThat(check.exitCode()).as(check.toString()).isZero();
        }
        var again = lab.attempt(JobScript.DUMP, tenant, volume, backup).run();
        assertThat(again.exitCode()).as(again.toString()).isZero();
        assertThat(((BackedUp) again.result()).rows()).isEqualTo(ROWS);
        assertThat(volume.names()).containsExactly(backup.location().directory());
    }

    @ParameterizedTest
    @MethodSource("moments")
    void restoresAnewAfterAnEndedRestore(long seed) throws Exception {
        var scratch = tenant.scratch("d__r_%08x".formatted(NEXT.incrementAndGet()));
        var restore = lab.attempt(JobScript.RESTORE, tenant, kept, KEPT).with("PGDATABASE", scratch);
        var running = restore.start();
        pass(seed);
        if (seed % 2 == 0) {
            running.kill();
        } else {
            running.terminate();
            assertThat(running.await(Duration.ofSeconds(20)).exitCode()).isIn(0, 143);
        }
        await("the container is gone").until(() -> !running.isAlive());

        // As the operator: a half-filled scratch database is dropped and made again.
        tenant.scratch(scratch);
        var again = restore.run();

        assertThat(again.exitCode()).as(again.toString()).isZero();
        assertThat(((Restored) again.result()).rows()).isEqualTo(ROWS);
        assertThat(tenant.ask(tenant.database(), "SELECT count(*) FROM public.t"))
                .containsExactly(String.valueOf(ROWS));
        tenant.asAdmin("postgres", "DROP DATABASE \"" + scratch + "\" WITH (FORCE)");
    }
}
