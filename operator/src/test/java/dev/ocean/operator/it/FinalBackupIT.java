package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.naming.ResourceNames;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** The last backup before a database is dropped, with a node that really runs its Job. */
class FinalBackupIT {

    private static final int WRITERS = 4;

    /** No dump of it can be made: its rows are hidden from its owner. */
    private static final String[] HIDDEN = {
        "CREATE TABLE hidden (n int)",
        "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE hidden FORCE ROW LEVEL SECURITY"
    };

    private static final String VOLUME = "instanceRef: {name: main}, backups: {storage: {size: 1Gi}}";

    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void aNode() {
        scene.platform().node();
    }

    private List<String> databases(String name) {
        return Sql.ask(scene.server(), "SELECT datname FROM pg_database WHERE datname = '" + name + "'");
    }

    private void assertDropped(String database) {
        assertThat(databases(database)).isEmpty();
        assertThat(Sql.ask(
                        scene.server(),
                        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '" + database + "__')"))
                .isEmpty();
    }

    /** What a backup that is Complete says of itself. */
    private static DatabaseBackupStatus complete(Space space, String name) {
        space.awaitCondition(DatabaseBackup.class, name, "Complete", "True", "Complete");
        return Objects.requireNonNull(space.get(DatabaseBackup.class, name).getStatus());
    }

    private Space shop(String onDelete) {
        var space = scene.shop();
        space.project(VOLUME + onDelete);
        return space;
    }

    /** Its name, known before it is made. */
    private static String finalOf(Space space, String database) {
        return ResourceNames.finalBackup(
                database,
                space.get(ManagedDatabase.class, database).getMetadata().getUid());
    }

    /** Inserts until it is shut out; the number of rows whose commit was acknowledged. */
    private static int write(SecretLogin login) {
        var committed = 0;
        while (true) {
            try (var session = login.open();
                    var statement = session.createStatement()) {
                while (true) {
                    statement.execute("INSERT INTO written VALUES (1)");
                    committed++;
                }
            } catch (SQLException shutOut) {
                // An application connects again at once; only who is refused stops.
                if (shutOut.getSQLState() == null || !shutOut.getSQLState().equals("57P01")) {
                    return committed;
                }
            }
        }
    }

    private static int sum(List<Future<Integer>> writers) throws ExecutionException, InterruptedException {
        var sum = 0;
        for (var writer : writers) {
            sum += writer.get();
        }
        return sum;
    }

    @Test
    void hasEveryCommittedRowAndComesBackAfterEverythingWasDeleted()
            throws SQLException, ExecutionException, InterruptedException {
        // Given: applications that write, and a Secret that a GitOps tool prunes first.
        var space = shop("");
        var login = space.readyDatabase("orders");
        login.run("CREATE TABLE written (n int)");
        var last = finalOf(space, "orders");
        try (var threads = Executors.newFixedThreadPool(WRITERS)) {
            var writers = new ArrayList<Future<Integer>>();
            for (var writer = 0; writer < WRITERS; writer++) {
                writers.add(threads.submit(() -> write(login)));
            }
            Space.eventually("rows are written", () -> assertThat(Long.parseLong(
                            login.ask("SELECT count(*) FROM written").getFirst()))
                    .isGreaterThan(100));
            space.deleteSecret("orders-credentials");

            // When
            space.delete(Project.class, "shop");

            // Then
            space.awaitGone(ManagedDatabase.class, "orders");
            space.awaitGone(Project.class, "shop");
            var committed = sum(writers);
            var status = complete(space, last);
            assertThat(status.rows()).isGreaterThanOrEqualTo(committed);
            assertThat(space.hasSecret(ResourceNames.finalLogin(last))).isFalse();
            assertThat(space.user()
                            .resources(Job.class)
                            .inNamespace(space.namespace())
                            .list()
                            .getItems())
                    .isEmpty();
            assertThat(space.user()
                            .resources(PersistentVolumeClaim.class)
                            .inNamespace(space.namespace())
                            .withName("shop-backups")
                            .get())
                    .isNotNull();
            assertDropped(login.database());

            space.project(VOLUME);
            var again = space.readyDatabase("orders");
            space.restore("back", last, "orders", "");
            space.awaitCondition(DatabaseRestore.class, "back", "Complete", "True", "Complete");
            assertThat(again.ask("SELECT count(*) FROM written")).containsExactly(String.valueOf(status.rows()));
        }
    }

    @Test
    void whatATenantPutUnderItsNameIsNoProofAndIsNotTouched() throws SQLException {
        var space = shop("");
        space.readyDatabase("orders", "deletionPolicy: Delete").run("CREATE TABLE t AS SELECT 1 AS n");
        var last = finalOf(space, "orders");
        space.backup(last, "orders", "");
        space.awaitReady(DatabaseBackup.class, last);
        space.login("orders").run("INSERT INTO t VALUES (2)");
        var theirs = space.get(DatabaseBackup.class, last).getMetadata().getUid();

        space.delete(ManagedDatabase.class, "orders");

        assertThat(space.awaitCondition(
                        ManagedDatabase.class, "orders", "DeletionBlocked", "True", "FinalBackupFailed"))
                .contains(last, "`spec.onDelete.finalBackup: None`");
        assertThat(space.get(DatabaseBackup.class, last).getMetadata().getUid()).isEqualTo(theirs);
        space.delete(DatabaseBackup.class, last);
        space.awaitGone(ManagedDatabase.class, "orders");
        assertThat(complete(space, last).rows()).isEqualTo(2);
    }

    @Test
    void oneThatCannotBeMadeHoldsTheDatabaseUntilTheProjectSaysNone() throws SQLException {
        var space = shop("");
        var login = space.readyDatabase("orders", "deletionPolicy: Delete");
        login.run(HIDDEN);

        space.delete(ManagedDatabase.class, "orders");

        assertThat(space.awaitCondition(
                        ManagedDatabase.class, "orders", "DeletionBlocked", "True", "FinalBackupFailed"))
                .contains("RowSecurityBlocks");
        assertThat(databases(login.database())).hasSize(1);
        space.delete(Project.class, "shop");
        space.patch(Project.class, "shop", "spec: {onDelete: {finalBackup: None}}");
        space.awaitGone(ManagedDatabase.class, "orders");
        space.awaitGone(Project.class, "shop");
        assertDropped(login.database());
    }

    /** By a privilege, as members of the owner role, by what these passed on, and as members of a login. */
    @Test
    void whomADbaLetInIsShutOutToo() throws SQLException {
        var space = shop("");
        var login = space.readyDatabase("orders", "deletionPolicy: Delete");
        var database = login.database();
        login.run(HIDDEN);
        var guests = Stream.of("a", "b", "c", "d", "e")
                .map(suffix -> database + suffix)
                .toList();
        guests.forEach(guest -> Sql.run(scene.server(), "CREATE ROLE \"" + guest + "\" LOGIN"));
        Sql.run(
                scene.server(),
                "GRANT CONNECT ON DATABASE \"%s\" TO \"%s\" WITH GRANT OPTION".formatted(database, guests.get(0)),
                "SET ROLE \"%s\"".formatted(guests.get(0)),
                "GRANT CONNECT ON DATABASE \"%s\" TO \"%s\"".formatted(database, guests.get(1)),
                "RESET ROLE",
                "GRANT \"%s__owner\" TO \"%s\" WITH ADMIN OPTION".formatted(database, guests.get(2)),
                "SET ROLE \"%s\"".formatted(guests.get(2)),
                "GRANT \"%s__owner\" TO \"%s\"".formatted(database, guests.get(3)),
                "RESET ROLE",
                "GRANT \"%s\" TO \"%s\"".formatted(login.username(), guests.get(4)));

        space.delete(ManagedDatabase.class, "orders");

        space.awaitCondition(ManagedDatabase.class, "orders", "DeletionBlocked", "True", "FinalBackupFailed");
        assertThat(guests).allSatisfy(guest -> assertThat(Sql.ask(
                        scene.server(),
                        "SELECT pg_catalog.has_database_privilege('%s', '%s', 'CONNECT')".formatted(guest, database)))
                .containsExactly("f"));
        guests.forEach(guest -> Sql.run(scene.server(), "DROP ROLE \"" + guest + "\""));
    }

    @Test
    void oneThatIsOnlyTriedHoldsNothingAndSaysSo() throws SQLException {
        var space = shop(", onDelete: {finalBackup: BestEffort}");
        var login = space.readyDatabase("orders", "deletionPolicy: Delete");
        login.run(HIDDEN);

        space.delete(ManagedDatabase.class, "orders");

        space.awaitGone(ManagedDatabase.class, "orders");
        space.awaitEvent("orders", "FinalBackupSkipped");
        assertDropped(login.database());
    }

    @Test
    void anOperatorThatDiesMakesNoSecondOne() throws SQLException {
        var space = shop("");
        var login = space.readyDatabase("orders", "deletionPolicy: Delete");
        login.run("CREATE TABLE t AS SELECT 1 AS n");
        var last = finalOf(space, "orders");
        space.delete(ManagedDatabase.class, "orders");
        Space.eventually("the last backup is asked for", () -> space.get(DatabaseBackup.class, last));
        var uid = space.get(DatabaseBackup.class, last).getMetadata().getUid();
        scene.platform().operator().kill();
        scene.platform().operator();

        space.awaitGone(ManagedDatabase.class, "orders");

        assertThat(space.get(DatabaseBackup.class, last).getMetadata().getUid()).isEqualTo(uid);
        assertThat(complete(space, last).rows()).isEqualTo(1);
        assertDropped(login.database());
    }

    @Test
    void theBackupsOfAProjectGoWithItWhereItSaysSoButPinnedAndLastOnes() throws SQLException {
        var space = shop(", onDelete: {backups: Delete}");
        space.readyDatabase("orders").run("CREATE TABLE t AS SELECT 1 AS n");
        var last = finalOf(space, "orders");
        space.backup("plain", "orders", "");
        space.awaitReady(DatabaseBackup.class, "plain");
        space.backup("precious", "orders", "pinned: true");
        space.awaitReady(DatabaseBackup.class, "precious");

        space.delete(Project.class, "shop");

        space.awaitGone(Project.class, "shop");
        assertThat(space.all(DatabaseBackup.class))
                .extracting(backup -> backup.getMetadata().getName())
                .containsExactlyInAnyOrder("precious", last);
    }
}
