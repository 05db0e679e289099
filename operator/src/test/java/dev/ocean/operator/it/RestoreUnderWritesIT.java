package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.it.Writers.Row;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** What docs/restore.md promises to clients that write all the time: where each commit that was confirmed to them is afterwards. */
class RestoreUnderWritesIT {

    private static final String DATABASE = "orders";

    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void aNode() {
        scene.platform().node();
    }

    private long oid(String database) {
        return Long.parseLong(
                Sql.ask(scene.server(), "SELECT oid FROM pg_catalog.pg_database WHERE datname = '" + database + "'")
                        .getFirst());
    }

    private static Set<Row> rows(Iterable<Writers.Commit> commits) {
        var rows = new HashSet<Row>();
        commits.forEach(commit -> rows.add(commit.row()));
        return rows;
    }

    @Test
    void everyConfirmedCommitIsInTheRestoredOrInThePreviousDatabase() throws SQLException {
        var space = scene.shop();
        space.project("instanceRef: {name: main}, backups: {storage: {size: 1Gi}}");
        var login = space.readyDatabase(DATABASE);
        var name = login.database();
        try (var writers = Writers.start(login)) {
            writers.awaitProgress();
            var beforeTheSnapshot = writers.confirmed();
            space.backup("nightly", DATABASE, "");
            space.awaitCondition(DatabaseBackup.class, "nightly", "Complete", "True", "Complete");
            writers.awaitProgress();
            assertThat(writers.ended()).as("a dump disturbs nobody").isEmpty();
            var old = oid(name);

            space.restore("back", "nightly", DATABASE, "");
            space.awaitCondition(DatabaseRestore.class, "back", "Complete", "True", "Complete");
            writers.awaitProgress();

            var restored = oid(name);
            writers.stop();
            assertThat(restored).isNotEqualTo(old);
            var previous = Objects.requireNonNull(
                            space.get(DatabaseRestore.class, "back").getStatus().previousDatabase())
                    .name();
            var live = Writers.rows(scene.server(), name);
            Sql.run(scene.server(), "ALTER DATABASE \"" + previous + "\" ALLOW_CONNECTIONS true");
            var kept = Writers.rows(scene.server(), previous);
            Sql.run(scene.server(), "ALTER DATABASE \"" + previous + "\" ALLOW_CONNECTIONS false");

            assertThat(oid(previous)).isEqualTo(old);
            var later = writers.confirmedIn(restored);
            var earlier = writers.confirmedIn(old);
            assertThat(Writers.missing(rows(beforeTheSnapshot), live))
                    .as("confirmed before the snapshot and not restored")
                    .isEmpty();
            assertThat(Writers.missing(earlier, kept))
                    .as("confirmed before the swap and not kept")
                    .isEmpty();
            assertThat(Writers.missing(later, live))
                    .as("confirmed after the swap and not live")
                    .isEmpty();
            assertThat(later).as("written to the kept database after the swap").noneMatch(kept::contains);
            assertThat(earlier.size() + later.size())
                    .as("confirmed by either of the two")
                    .isEqualTo(writers.confirmed().size());
            assertOneMoment(live, later, earlier);
            assertReconnectedOnce(writers);
            System.out.printf(
                    "%d commits confirmed before the snapshot, %d before the swap, %d after it; %d sessions ended%n",
                    beforeTheSnapshot.size(),
                    earlier.size(),
                    later.size(),
                    writers.ended().size());
        }
    }

    /** The restored rows are those of one moment: of each client all up to a number, and none after it. */
    private static void assertOneMoment(Set<Row> live, Set<Row> after, Set<Row> before) {
        for (var client = 0; client < Writers.CLIENTS; client++) {
            var own = client;
            var of = before.stream().filter(row -> row.client() == own).collect(Collectors.toSet());
            var saved = live.stream()
                    .filter(row -> row.client() == own && !after.contains(row))
                    .mapToLong(Row::number)
                    .max()
                    .orElse(0);
            assertThat(of.stream().filter(row -> row.number() <= saved)).allMatch(live::contains);
            assertThat(of.stream().filter(row -> row.number() > saved))
                    .isNotEmpty()
                    .noneMatch(live::contains);
        }
    }

    /** Its session is ended, and at most once it finds the name gone, or the old database closed. */
    private static void assertReconnectedOnce(Writers writers) {
        assertThat(writers.ended()).extracting(Writers.Ended::state).isSubsetOf("57P01", "3D000", "55000", "08006");
        for (var client = 0; client < Writers.CLIENTS; client++) {
            var own = client;
            assertThat(writers.ended())
                    .filteredOn(ended -> ended.client() == own)
                    .hasSizeBetween(1, 3);
        }
    }
}
