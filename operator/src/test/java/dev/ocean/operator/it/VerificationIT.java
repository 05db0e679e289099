package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** Backups that are proved by a restore into a scratch database, with Jobs that really run. */
class VerificationIT {

    private static final String VOLUME = "instanceRef: {name: main}, backups: {storage: {size: 1Gi}}";

    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void aNode() {
        scene.platform().node();
    }

    private Space orders() throws SQLException {
        var space = scene.shop();
        space.project(VOLUME);
        space.readyDatabase("orders").run("CREATE TABLE a AS SELECT generate_series(1, 100) AS n");
        return space;
    }

    private static DatabaseBackupStatus status(Space space, String name) {
        return Objects.requireNonNull(space.get(DatabaseBackup.class, name).getStatus());
    }

    private List<String> copies(Space space) {
        return Sql.ask(
                scene.server(),
                "SELECT datname FROM pg_database WHERE datname LIKE '"
                        + space.status("orders").databaseName() + "\\_\\_%'");
    }

    private static List<String> jobs(Space space) {
        return space.user().batch().v1().jobs().inNamespace(space.namespace()).list().getItems().stream()
                .map(job -> job.getMetadata().getName())
                .toList();
    }

    @Test
    void isRestoredCountedAndDropped() throws SQLException {
        var space = orders();

        space.backup("proved", "orders", "verification: Restore");
        space.awaitCondition(DatabaseBackup.class, "proved", "Complete", "True", "Complete");
        space.awaitCondition(DatabaseBackup.class, "proved", "Verified", "True", "RestoredToScratch");

        assertThat(status(space, "proved").verifiedTime()).isNotNull();
        assertThat(copies(space)).isEmpty();
        assertThat(space.login("orders").ask("SELECT count(*) FROM a")).containsExactly("100");
        space.awaitEvent("proved", "BackupVerified");
        Space.eventually(
                "the Jobs that told are gone", () -> assertThat(jobs(space)).isEmpty());
        space.awaitReady(ManagedDatabase.class, "orders");
    }

    @Test
    void whatIsTakenOverIsProvedToo() throws SQLException {
        var space = orders();
        space.backup("first", "orders", "deletionPolicy: Retain");
        space.awaitCondition(DatabaseBackup.class, "first", "Complete", "True", "Complete");
        var directory = Path.of(Objects.requireNonNull(status(space, "first").location())
                        .path())
                .getFileName();
        space.delete(DatabaseBackup.class, "first");
        space.awaitGone(DatabaseBackup.class, "first");

        space.backup("again", "orders", "verification: Restore, importFrom: " + directory);

        space.awaitCondition(DatabaseBackup.class, "again", "Verified", "True", "RestoredToScratch");
        assertThat(copies(space)).isEmpty();
    }

    @Test
    void whatCannotBeRestoredIsCompleteAndSaysSo() throws SQLException {
        var space = orders();
        // Calls what is not on the search path of a restore: dumped without complaint, and no restore can load it.
        space.login("orders")
                .run(
                        "CREATE FUNCTION public.limit_of() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
                        "CREATE FUNCTION public.small(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <= limit_of()'",
                        "CREATE TABLE public.checked (n int CHECK (public.small(n)))",
                        "INSERT INTO public.checked VALUES (1)");

        space.backup("broken", "orders", "verification: Restore");

        assertThat(space.awaitCondition(DatabaseBackup.class, "broken", "Verified", "False", "RestoreFailed"))
                .contains("checked");
        assertThat(space.condition(DatabaseBackup.class, "broken", "Complete")
                        .orElseThrow()
                        .getStatus())
                .isEqualTo("True");
        space.awaitReason(DatabaseBackup.class, "broken", "RestoreFailed");
        assertThat(copies(space)).isEmpty();
    }

    @Test
    void anOperatorThatDiesInTheMiddleGoesOn() throws SQLException {
        var space = orders();
        space.backup("proved", "orders", "verification: Restore");
        space.awaitCondition(DatabaseBackup.class, "proved", "Complete", "True", "Complete");
        scene.platform().operator().kill();
        scene.platform().operator();

        space.awaitCondition(DatabaseBackup.class, "proved", "Verified", "True", "RestoredToScratch");
        assertThat(copies(space)).isEmpty();
    }

    @Test
    void oneThatIsDeletedUnderWayLeavesNothing() throws SQLException {
        var space = orders();
        // A restore that takes its time.
        space.login("orders")
                .run(
                        "CREATE FUNCTION public.slow(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_catalog.pg_sleep(20); RETURN true; END'",
                        "CREATE TABLE public.b (n int)",
                        "INSERT INTO public.b VALUES (1)",
                        "ALTER TABLE public.b ADD CHECK (public.slow(n)) NOT VALID");
        space.backup("proved", "orders", "verification: Restore");
        space.awaitCondition(DatabaseBackup.class, "proved", "Verified", "Unknown", "Restoring");
        Space.eventually(
                "it is being filled",
                () -> assertThat(copies(space)).singleElement().asString().contains("__v_"));

        space.delete(DatabaseBackup.class, "proved");
        space.awaitGone(DatabaseBackup.class, "proved");

        assertThat(copies(space)).isEmpty();
        assertThat(jobs(space)).isEmpty();
    }
}
