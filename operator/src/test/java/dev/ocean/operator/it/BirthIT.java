package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** Databases that begin from a backup, with Jobs that really run. */
class BirthIT {

    private static final String VOLUME = "instanceRef: {name: main}, backups: {storage: {size: 1Gi}}";
    private static final String FROM = "restoreFrom: {backupRef: {name: nightly}}";

    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void aNode() {
        scene.platform().node();
    }

    /** A database {@code orders} with 100 rows, a function that runs with its owner's rights, and a backup of it. */
    private Space backedUp() throws SQLException {
        var space = scene.shop();
        space.project(VOLUME);
        space.readyDatabase("orders", "deletionPolicy: Delete")
                .run(
                        "CREATE TABLE a AS SELECT generate_series(1, 100) AS n",
                        "CREATE FUNCTION mighty() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'");
        space.backup("nightly", "orders", "");
        space.awaitCondition(DatabaseBackup.class, "nightly", "Complete", "True", "Complete");
        return space;
    }

    private List<String> databases(Space space, String pattern) {
        return Sql.ask(
                scene.server(),
                "SELECT datname FROM pg_database WHERE datname LIKE '"
                        + space.namespace().replace('-', '_') + pattern + "'");
    }

    @Test
    void aDatabaseThatIsGoneComesBackUnderItsOwnName() throws SQLException {
        var space = backedUp();
        space.delete(ManagedDatabase.class, "orders");
        space.awaitGone(ManagedDatabase.class, "orders");

        space.database("orders", FROM);
        space.awaitReady(ManagedDatabase.class, "orders");

        assertThat(space.login("orders").ask("SELECT count(*) FROM a")).containsExactly("100");
        var from = Objects.requireNonNull(space.status("orders").restoredFrom());
        assertThat(from.backupName()).isEqualTo("nightly");
        assertThat(from.rows()).isEqualTo(100);
        space.awaitEvent("orders", "RestoreCompleted");
        assertThat(databases(space, "%\\_\\_%")).isEmpty();
        space.delete(DatabaseBackup.class, "nightly");
        space.awaitGone(DatabaseBackup.class, "nightly");
    }

    @Test
    void aCopyUnderAnotherNameSaysWhichGrantsItLacks() throws SQLException {
        var space = backedUp();

        space.database("copy", FROM + ", parameters: {statement_timeout: 30s}");
        space.awaitReady(ManagedDatabase.class, "copy");

        var login = space.login("copy");
        assertThat(login.ask("SELECT count(*) FROM a")).containsExactly("100");
        assertThat(login.ask("SHOW statement_timeout")).containsExactly("30s");
        space.awaitEvent("copy", "GrantsSkipped");
        assertThat(login.ask("SELECT has_table_privilege('" + login.database() + "__ro', 'a', 'SELECT')"))
                .containsExactly("t");
        assertThat(login.ask("SELECT has_function_privilege('" + login.database() + "__ro', 'mighty()', 'EXECUTE')"))
                .as("lost grants fail closed")
                .containsExactly("f");
        assertThat(space.login("orders").ask("SELECT count(*) FROM a")).containsExactly("100");
    }

    @Test
    void whatAPredecessorLeftIsTakenBackAsItIs() throws SQLException {
        var space = backedUp();
        space.login("orders").run("DELETE FROM a WHERE n > 10");
        space.patch(ManagedDatabase.class, "orders", "spec: {deletionPolicy: Retain}");
        space.delete(ManagedDatabase.class, "orders");
        space.awaitGone(ManagedDatabase.class, "orders");

        space.database("orders", FROM);
        space.awaitReady(ManagedDatabase.class, "orders");

        assertThat(space.login("orders").ask("SELECT count(*) FROM a")).containsExactly("10");
        assertThat(space.status("orders").restoredFrom()).isNull();
    }

    @Test
    void nothingIsThereWhereTheRestoreFails() throws SQLException {
        var space = backedUp();
        space.login("orders")
                .run(
                        "CREATE FUNCTION public.limit_of() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
                        "CREATE FUNCTION public.small(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <= limit_of()'",
                        "CREATE TABLE public.checked (n int CHECK (public.small(n)))",
                        "INSERT INTO public.checked VALUES (1)");
        space.backup("broken", "orders", "");
        space.awaitCondition(DatabaseBackup.class, "broken", "Complete", "True", "Complete");

        space.database("copy", "restoreFrom: {backupRef: {name: broken}}, deletionPolicy: Delete");

        assertThat(space.awaitReason(ManagedDatabase.class, "copy", "RestoreFailed"))
                .contains("checked", "make it again");
        assertThat(space.condition(ManagedDatabase.class, "copy", "Stalled")).isPresent();
        assertThat(databases(space, "\\_copy%")).isEmpty();
        space.delete(ManagedDatabase.class, "copy");
        space.awaitGone(ManagedDatabase.class, "copy");
    }

    @Test
    void anOperatorThatDiesInTheMiddleGoesOnAndTheBackupStays() throws SQLException {
        var space = slow();
        space.database("copy", FROM);
        space.awaitReason(ManagedDatabase.class, "copy", "Restoring");
        space.delete(DatabaseBackup.class, "nightly");
        space.awaitCondition(DatabaseBackup.class, "nightly", "DeletionBlocked", "True", "InUse");
        scene.platform().operator().kill();
        scene.platform().operator();

        space.awaitReady(ManagedDatabase.class, "copy");

        assertThat(space.login("copy").ask("SELECT n FROM b")).containsExactly("1");
        assertThat(databases(space, "%\\_\\_%")).isEmpty();
        space.awaitGone(DatabaseBackup.class, "nightly");
    }

    @Test
    void oneThatIsDeletedUnderWayLeavesNothing() throws SQLException {
        var space = slow();
        space.database("copy", FROM);
        space.awaitReason(ManagedDatabase.class, "copy", "Restoring");
        assertThat(databases(space, "\\_copy%")).singleElement().asString().contains("__r_");

        space.delete(ManagedDatabase.class, "copy");
        space.awaitGone(ManagedDatabase.class, "copy");

        assertThat(databases(space, "\\_copy%")).isEmpty();
        assertThat(Sql.ask(
                        scene.server(),
                        "SELECT rolname FROM pg_roles WHERE rolname LIKE '"
                                + space.namespace().replace('-', '_') + "\\_copy%'"))
                .isEmpty();
    }

    /** Whose restore takes seven seconds. */
    private Space slow() throws SQLException {
        var space = scene.shop();
        space.project(VOLUME);
        space.readyDatabase("orders")
                .run(
                        "CREATE FUNCTION public.slow(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_catalog.pg_sleep(7); RETURN true; END'",
                        "CREATE TABLE public.b (n int CHECK (public.slow(n)))",
                        "INSERT INTO public.b VALUES (1)");
        space.backup("nightly", "orders", "");
        space.awaitCondition(DatabaseBackup.class, "nightly", "Complete", "True", "Complete");
        return space;
    }
}
