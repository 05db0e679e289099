package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.sandbox.process.Signal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas, and the lease changes hands in the middle of a Project's deletion. The first is not dead but stopped, as by a node that stalls: what it was about to do it
 * may do when it wakes, long after somebody else has done it.
 */
class ChangeOfLeaderIT {

    private static final int DATABASES = 8;
    private static final Duration LEASE = Duration.ofSeconds(40);

    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    void nothingIsDroppedTwiceNorWhatWasMadeMeanwhile() throws SQLException {
        scene.platform().withoutOperator();
        var first = scene.platform().startOperator(Map.of());
        awaitLeader(first);
        var second = scene.platform().startOperator(Map.of());
        var space = scene.space().on(scene.platform().server());
        var names = IntStream.range(0, DATABASES)
                .mapToObj(i -> space.readyDatabase("d" + i).database())
                .toList();
        space.readyDatabase("kept", "deletionPolicy: Retain").run("CREATE TABLE t AS SELECT 42 AS n");

        space.delete(Project.class, "shop");
        Space.eventually("it has begun", () -> assertThat(space.all(ManagedDatabase.class))
                .hasSizeLessThan(DATABASES));
        first.signal(Signal.STOP);
        awaitLeader(second);
        space.awaitGone(Project.class, "shop");
        assertThat(drops(names)).containsOnly(1L);
        space.project("instanceRef: {name: main}");
        space.readyDatabase("d0").run("CREATE TABLE t AS SELECT 43 AS n");
        space.readyDatabase("d" + (DATABASES - 1)).run("CREATE TABLE t AS SELECT 43 AS n");

        first.signal(Signal.CONT);

        first.awaitEnd(LEASE);
        assertThat(space.login("d0").ask("SELECT n FROM t")).containsExactly("43");
        assertThat(space.login("d" + (DATABASES - 1)).ask("SELECT n FROM t")).containsExactly("43");
        assertThat(space.readyDatabase("kept").ask("SELECT n FROM t")).containsExactly("42");
        assertThat(drops(names)).containsOnly(1L);
        second.stop();
    }

    private void awaitLeader(OperatorProcess operator) {
        Space.awaiting(operator.name() + " leads")
                .atMost(LEASE)
                .untilAsserted(() -> assertThat(scene.platform().leader()).contains(operator.name()));
    }

    /** How often the server was told to drop each. */
    private List<Long> drops(List<String> databases) {
        var log = scene.platform().server().log();
        return databases.stream()
                .map(name -> log.lines()
                        .filter(line -> line.contains("DROP DATABASE IF EXISTS \"" + name + "\""))
                        .count())
                .toList();
    }
}
