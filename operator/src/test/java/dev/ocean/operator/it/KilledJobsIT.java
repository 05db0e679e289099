package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.testkit.Seeds;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code kill -9} for a Job's container, at any moment of a dump and of a restore. {@code -Dmoments=20} for more of them.
 */
class KilledJobsIT {

    private static final int MOMENTS = Integer.getInteger("moments", 4);
    private static final String VOLUME = "instanceRef: {name: main}, backups: {storage: {size: 1Gi}}";
    private static final String DATABASE = "orders";

    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void aNode() {
        scene.platform().node();
    }

    private Space filled() throws SQLException {
        var space = scene.shop();
        space.project(VOLUME);
        space.readyDatabase(DATABASE)
                .run(
                        "CREATE TABLE t AS SELECT g AS a, md5(g::text) AS b FROM generate_series(1, 200000) AS g",
                        "CREATE INDEX ON t (b)");
        return space;
    }

    /** Which database it is, and all that is in it. */
    private static String live(Space space) throws SQLException {
        return String.join(
                " ",
                space.login(DATABASE)
                        .ask("SELECT d.oid || ' ' || c.hash FROM pg_database AS d, (" + CONTENT
                                + ") AS c WHERE d.datname = current_database()"));
    }

    private static final String CONTENT =
            "SELECT count(*) || ' ' || md5(string_agg(a || ' ' || b, ',' ORDER BY a)) AS hash FROM t";

    private static String content(Space space) throws SQLException {
        return space.login(DATABASE).ask(CONTENT).getFirst();
    }

    private JobsOf jobs(Space space, String owner) {
        return new JobsOf(space, scene.platform().node(), owner);
    }

    private Stocktaking stocktaking(Space space) {
        return new Stocktaking(
                space,
                scene.server(),
                scene.platform()
                        .node()
                        .volume(space.namespace(), "shop-backups")
                        .orElseThrow());
    }

    private static <S extends ConditionedStatus, T extends CustomResource<?, S>> boolean isComplete(
            Space space, Class<T> kind, String name) {
        return space.condition(kind, name, "Complete")
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    private static <S extends ConditionedStatus, T extends CustomResource<?, S>> void complete(
            Space space, Class<T> kind, String name) {
        space.awaitCondition(kind, name, "Complete", "True", "Complete");
    }

    /** Whether it was killed; a container that ended by itself before was not. */
    private <S extends ConditionedStatus, T extends CustomResource<?, S>> boolean kill(
            Space space, Class<T> kind, String name, Moment moment) {
        var jobs = jobs(space, name);
        jobs.awaitRunning(moment.task(), () -> isComplete(space, kind, name));
        // The moment is the test: there is nothing to wait for.
        LockSupport.parkNanos(moment.after().toNanos());
        var killed = jobs.kill(moment.task()) && isLost(space, kind, name);
        System.out.println(moment + (killed ? ": killed" : ": too late, it is through"));
        return killed;
    }

    /** Whether it is told; a container may have ended by itself in this very moment. */
    private static <S extends ConditionedStatus, T extends CustomResource<?, S>> boolean isLost(
            Space space, Class<T> kind, String name) {
        Space.awaiting(name + " tells that its Job is lost, or is through")
                .until(() -> isComplete(space, kind, name)
                        || space.condition(kind, name, "Ready")
                                .filter(ready -> "JobLost".equals(ready.getReason()))
                                .isPresent());
        return !isComplete(space, kind, name);
    }

    /**
     * When to kill what: a moment in the seed's own part of the usual time, so that the seeds cover all of it.
     *
     * @param attempt from 1; a container that was through before is none that was killed
     */
    private record Moment(long seed, int attempt, String task, Duration after, Duration usual) {

        static Moment of(long seed, String task, Duration usual) {
            var part = Math.floorMod(seed, MOMENTS) + Seeds.generator(seed * 31).nextDouble();
            return new Moment(seed, 1, task, Duration.ofNanos((long) (usual.toNanos() * part / MOMENTS)), usual);
        }

        /** The last one was over by then: other tests slowed down the one that was measured. */
        Moment earlier() {
            return new Moment(seed, attempt + 1, task, after.multipliedBy(4).dividedBy(5), after);
        }

        String object() {
            return task + "-" + seed + "-" + attempt;
        }

        /** Every other one is tried again by the operator, the rest by a person who makes a new object. */
        boolean isRetried() {
            return seed % 2 == 0;
        }

        @Override
        public String toString() {
            return "seed %d: %s, after %d of %d ms".formatted(seed, task, after.toMillis(), usual.toMillis());
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aDumpThatIsKilledLeavesNoHalfAndTheNextAttemptIsWhole() throws Exception {
        var space = filled();
        space.backup("usual", DATABASE, "");
        var usual = jobs(space, "usual").lifetime("dump");
        complete(space, DatabaseBackup.class, "usual");
        for (var seed : Seeds.of(MOMENTS).toArray()) {
            var moment = Moment.of(seed, "dump", usual);
            while (!isDumpHit(space, moment)) {
                space.delete(DatabaseBackup.class, moment.object());
                space.awaitGone(DatabaseBackup.class, moment.object());
                moment = moment.earlier();
            }
            usual = moment.usual();
        }
        stocktaking(space).nothingIsLost(DATABASE);
        stocktaking(space).nothingStays();
    }

    private boolean isDumpHit(Space space, Moment moment) throws Exception {
        var name = moment.object();
        var before = live(space);
        space.backup(name, DATABASE, "");
        var hit = kill(space, DatabaseBackup.class, name, moment);
        assertThat(live(space)).as("the live database").isEqualTo(before);
        if (hit && moment.isRetried()) {
            jobs(space, name).longAgo();
        } else if (hit) {
            space.delete(DatabaseBackup.class, name);
            space.awaitGone(DatabaseBackup.class, name);
            space.backup(name, DATABASE, "");
        }
        complete(space, DatabaseBackup.class, name);
        assertThat(halves(stocktaking(space).volume())).isEmpty();
        return hit;
    }

    private static List<Path> halves(Path volume) throws IOException {
        try (var files = Files.walk(volume, 3)) {
            return files.filter(file -> file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aRestoreThatIsKilledLeavesTheLiveDatabaseAloneAndTheNextAttemptIsWhole() throws Exception {
        var space = filled();
        var saved = content(space);
        space.backup("nightly", DATABASE, "");
        complete(space, DatabaseBackup.class, "nightly");
        restore(space, "usual");
        var usual = new HashMap<String, Duration>();
        for (var task : List.of("check", "restore")) {
            usual.put(task, jobs(space, "usual").lifetime(task));
        }
        complete(space, DatabaseRestore.class, "usual");
        for (var seed : Seeds.of(MOMENTS).toArray()) {
            var task = seed % 4 == 1 ? "check" : "restore";
            var moment = Moment.of(seed, task, usual.getOrDefault(task, Duration.ZERO));
            while (!isRestoreHit(space, moment)) {
                assertThat(content(space)).isEqualTo(saved);
                moment = moment.earlier();
            }
            assertThat(content(space)).isEqualTo(saved);
            usual.put(task, moment.usual());
        }
        stocktaking(space).nothingIsLost(DATABASE);
        stocktaking(space).nothingStays();
    }

    private boolean isRestoreHit(Space space, Moment moment) throws Exception {
        var name = moment.object();
        space.login(DATABASE).run("INSERT INTO t VALUES (-1, 'since the backup')");
        var before = live(space);
        restore(space, name);
        var hit = kill(space, DatabaseRestore.class, name, moment);
        if (hit) {
            assertThat(live(space)).as("the live database").isEqualTo(before);
        }
        if (hit && moment.isRetried()) {
            jobs(space, name).longAgo();
        } else if (hit) {
            space.delete(DatabaseRestore.class, name);
            space.awaitGone(DatabaseRestore.class, name);
            restore(space, name);
        }
        complete(space, DatabaseRestore.class, name);
        return hit;
    }

    private static void restore(Space space, String name) {
        space.restore(name, "nightly", DATABASE, "keepPreviousHours: 0");
    }
}
