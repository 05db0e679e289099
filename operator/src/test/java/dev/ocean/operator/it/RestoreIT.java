package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** A row comes back, and goes again: restores with Jobs that really run, and what stops them. */
class RestoreIT {

    private static final String VOLUME = "instanceRef: {name: main}, backups: {storage: {size: 1Gi}}";

    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void aNode() {
        scene.platform().node();
    }

    /** A database {@code orders} with 100 rows and a backup of it, after which one row was deleted. */
    private Space lostARow() throws SQLException {
        var space = scene.shop();
        space.project(VOLUME);
        var login = space.readyDatabase("orders", "parameters: {statement_timeout: 30s}");
        login.run("CREATE TABLE a AS SELECT generate_series(1, 100) AS n");
        space.backup("nightly", "orders", "");
        space.awaitCondition(DatabaseBackup.class, "nightly", "Complete", "True", "Complete");
        login.run("DELETE FROM a WHERE n = 7", "CREATE TABLE later AS SELECT 1 AS n");
        return space;
    }

    private static List<String> rows(Space space) throws SQLException {
        return space.login("orders").ask("SELECT count(*) FROM a");
    }

    private static DatabaseRestoreStatus complete(Space space, String name) {
        space.awaitCondition(DatabaseRestore.class, name, "Complete", "True", "Complete");
        return status(space, name);
    }

    private static DatabaseRestoreStatus status(Space space, String name) {
        return Objects.requireNonNull(space.get(DatabaseRestore.class, name).getStatus());
    }

    private List<String> copies(Space space) {
        return Sql.ask(
                scene.server(),
                "SELECT datname FROM pg_database WHERE datname LIKE '"
                        + space.status("orders").databaseName() + "\\_\\_%'");
    }

    @Test
    void aRowComesBackAndGoesAgain() throws SQLException {
        var space = lostARow();

        space.restore("back", "nightly", "orders", "");
        var status = complete(space, "back");

        assertThat(rows(space)).containsExactly("100");
        assertThat(space.login("orders").ask("SELECT to_regclass('later')")).containsExactly("null");
        assertThat(Objects.requireNonNull(status.restored()).rows()).isEqualTo(100);
        assertThat(status.outageMillis()).isNotNull().isLessThan(2_000);
        System.out.printf("outage of the swap: %d ms%n", status.outageMillis());
        assertThat(Objects.requireNonNull(status.previousDatabase()).name()).contains("__p_");
        space.awaitEvent("back", "RestoreCompleted");
        space.awaitCondition(DatabaseBackup.class, "nightly", "Verified", "True", "RestoredInPlace");
        space.wake(ManagedDatabase.class, "orders");
        space.awaitReady(ManagedDatabase.class, "orders");
        assertThat(space.login("orders").ask("SHOW statement_timeout")).containsExactly("30s");

        space.patch(DatabaseRestore.class, "back", "spec: {rollback: true}");
        space.awaitCondition(DatabaseRestore.class, "back", "RolledBack", "True", "RolledBack");

        assertThat(rows(space)).containsExactly("99");
        assertThat(space.login("orders").ask("SELECT n FROM later")).containsExactly("1");
        assertThat(copies(space)).singleElement().asString().contains("__p_");
        space.awaitEvent("back", "RestoreRolledBack");
    }

    @Test
    void whatIsNotKeptCannotBeBroughtBack() throws SQLException {
        var space = lostARow();
        space.restore("back", "nightly", "orders", "keepPreviousHours: 0");
        complete(space, "back");
        Space.eventually(
                "the previous database is gone", () -> assertThat(copies(space)).isEmpty());

        space.patch(DatabaseRestore.class, "back", "spec: {rollback: true}");

        space.awaitReason(DatabaseRestore.class, "back", "PreviousGone");
        assertThat(rows(space)).containsExactly("100");
    }

    @Test
    void aDryRunLooksAndChangesNothing() throws SQLException {
        var space = lostARow();

        space.restore("look", "nightly", "orders", "dryRun: true");
        space.awaitCondition(DatabaseRestore.class, "look", "Complete", "True", "DryRun");

        assertThat(Objects.requireNonNull(status(space, "look").preflight()).requiredBytes())
                .isPositive();
        assertThat(rows(space)).containsExactly("99");
        assertThat(copies(space)).isEmpty();
    }

    @Test
    void whoNamesAnotherDatabaseOverwritesNone() throws SQLException {
        var space = lostARow();

        space.apply("""
                apiVersion: ocean.dev/v1beta1
                kind: DatabaseRestore
                metadata: {name: wrong}
                spec: {backupRef: {name: nightly}, databaseRef: {name: orders}, confirmDatabaseName: somebody_elses}
                """);

        space.awaitCondition(DatabaseRestore.class, "wrong", "Failed", "True", "ConfirmationMismatch");
        assertThat(rows(space)).containsExactly("99");
    }

    @Test
    void aDatabaseThatWasDroppedComesBack() throws SQLException {
        var space = lostARow();
        Sql.run(scene.server(), "DROP DATABASE \"" + space.status("orders").databaseName() + "\" WITH (FORCE)");

        space.restore("back", "nightly", "orders", "");
        complete(space, "back");

        assertThat(rows(space)).containsExactly("100");
        assertThat(copies(space)).isEmpty();
        space.wake(ManagedDatabase.class, "orders");
        space.awaitReady(ManagedDatabase.class, "orders");
    }

    @Test
    void whoeverMayNotBeEndedBlocksTheSwapAndNothingElse() throws SQLException {
        var space = lostARow();
        try (var person = scene.server().superuser(space.login("orders").database())) {
            space.restore("back", "nightly", "orders", "");

            assertThat(space.awaitReason(DatabaseRestore.class, "back", "SwapBlocked"))
                    .contains("postgres");
            assertThat(rows(space)).containsExactly("99");
            assertThat(person.isValid(1)).isTrue();
        }
        space.wake(DatabaseRestore.class, "back");

        complete(space, "back");
        assertThat(rows(space)).containsExactly("100");
    }

    @Test
    void anOperatorThatDiesAnywhereGoesOn() throws SQLException {
        var space = lostARow();
        space.restore("back", "nightly", "orders", "");
        space.awaitReason(DatabaseRestore.class, "back", "Preflight");
        scene.platform().operator().kill();
        scene.platform().operator();
        try (var person = scene.server().superuser(space.login("orders").database())) {
            space.awaitReason(DatabaseRestore.class, "back", "SwapBlocked");
            scene.platform().operator().kill();
            assertThat(person.isValid(1)).isTrue();
        }
        scene.platform().operator();

        complete(space, "back");
        assertThat(rows(space)).containsExactly("100");
        assertThat(copies(space)).singleElement().asString().contains("__p_");
    }

    @Test
    void oneThatIsDeletedUnderWayLeavesNothing() throws SQLException {
        var space = lostARow();
        try (var person = scene.server().superuser(space.login("orders").database())) {
            space.restore("back", "nightly", "orders", "");
            space.awaitReason(DatabaseRestore.class, "back", "SwapBlocked");
            assertThat(copies(space)).singleElement().asString().contains("__r_");

            space.delete(DatabaseRestore.class, "back");
            space.awaitGone(DatabaseRestore.class, "back");
            assertThat(person.isValid(1)).isTrue();
        }

        assertThat(copies(space)).isEmpty();
        assertThat(rows(space)).containsExactly("99");
    }
}
