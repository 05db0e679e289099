package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.sandbox.postgres.PostgresServer;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What has to hold after faults: what calls itself a backup is one, and nothing is left of which no object knows.
 *
 * @param volume root of the claim that holds all backups of the namespace
 */
record Stocktaking(Space space, PostgresServer server, Path volume) {

    /** Restores everything that says it is complete, in place of {@code database}; then looks for what nobody knows of. */
    void nothingIsLost(String database) throws IOException {
        var complete = complete();
        assertThat(complete).as("complete backups").isNotEmpty();
        for (var backup : complete) {
            restores(backup, database);
        }
        everyDirectoryIsOfSomebody();
        noCopyIsLeft();
        noJobRuns();
        System.out.printf("stocktaking: %d complete backups, all of them restored%n", complete.size());
    }

    private List<DatabaseBackup> complete() {
        return space.all(DatabaseBackup.class).stream()
                .filter(backup -> holds(backup, "Complete"))
                .toList();
    }

    private static boolean holds(DatabaseBackup backup, String type) {
        return conditions(backup)
                .anyMatch(condition -> type.equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static Stream<Condition> conditions(DatabaseBackup backup) {
        return Optional.ofNullable(backup.getStatus()).map(DatabaseBackupStatus::conditions).stream()
                .flatMap(List::stream);
    }

    private void restores(DatabaseBackup backup, String database) {
        var name = "proves-" + backup.getMetadata().getName();
        space.restore(name, backup.getMetadata().getName(), database, "keepPreviousHours: 0");
        space.awaitCondition(DatabaseRestore.class, name, "Complete", "True", "Complete");
        var restored = Objects.requireNonNull(
                space.get(DatabaseRestore.class, name).getStatus().restored());
        assertThat(restored.rows())
                .as("rows of %s", backup.getMetadata().getName())
                .isEqualTo(backup.getStatus().rows());
    }

    private void everyDirectoryIsOfSomebody() throws IOException {
        var paths = complete().stream()
                .map(backup -> Objects.requireNonNull(backup.getStatus().location()))
                .map(Location::path)
                .toList();
        assertThat(directories()).allSatisfy(directory -> assertThat(
                        Path.of(directory).getFileName().toString())
                .matches(name -> name.startsWith(".deleted-") || paths.contains(directory), "is of a backup"));
        assertThat(directories()).containsAll(paths);
    }

    /** Relative to the volume's root: project, database, name. */
    private List<String> directories() throws IOException {
        try (var files = Files.walk(volume, 3)) {
            return files.filter(file -> volume.relativize(file).getNameCount() == 3)
                    .map(file -> volume.relativize(file).toString())
                    .toList();
        }
    }

    /** A previous database goes once its time is over, which needs a pass. */
    private void noCopyIsLeft() {
        Space.eventually("no copy of a database", () -> assertThat(Sql.ask(
                        server,
                        "SELECT datname FROM pg_catalog.pg_database WHERE datname ~ '__[rpv]_[0-9a-f]{8}$'"
                                + " AND pg_catalog.shobj_description(oid, 'pg_database') LIKE '% name="
                                + space.namespace() + "/%'"))
                .isEmpty());
    }

    private void noJobRuns() {
        Space.eventually("no Job runs", () -> assertThat(space.user()
                        .batch()
                        .v1()
                        .jobs()
                        .inNamespace(space.namespace())
                        .list()
                        .getItems())
                .allMatch(job -> job.getStatus().getActive() == null));
    }

    /** Deletes all backups: their files go with them. */
    void nothingStays() {
        for (var kind : List.of(DatabaseRestore.class, DatabaseBackup.class)) {
            var objects = space.all(kind);
            objects.forEach(object -> space.delete(kind, object.getMetadata().getName()));
            objects.forEach(object -> space.awaitGone(kind, object.getMetadata().getName()));
        }
        Space.eventually("the volume is empty", () -> assertThat(directories()).isEmpty());
    }
}
