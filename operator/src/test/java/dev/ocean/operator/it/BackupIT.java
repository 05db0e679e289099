package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.Project;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** The life of a DatabaseBackup and of its files, with Jobs that really run. */
class BackupIT {

    private static final String VOLUME = "instanceRef: {name: main}, backups: {storage: {size: 1Gi}}";

    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void aNode() {
        scene.platform().node();
    }

    private Space shop() {
        var space = scene.shop();
        space.project(VOLUME);
        return space;
    }

    private Path volume(Space space) {
        return scene.platform().node().volume(space.namespace(), "shop-backups").orElseThrow();
    }

    private static DatabaseBackupStatus complete(Space space, String name) {
        space.awaitCondition(DatabaseBackup.class, name, "Complete", "True", "Complete");
        return Objects.requireNonNull(space.get(DatabaseBackup.class, name).getStatus());
    }

    private static List<String> jobs(Space space) {
        return space.user().batch().v1().jobs().inNamespace(space.namespace()).list().getItems().stream()
                .map(job -> job.getMetadata().getName())
                .toList();
    }

    private static Location location(DatabaseBackupStatus status) {
        return Objects.requireNonNull(status.location());
    }

    private static boolean isThere(Path volume, DatabaseBackupStatus status) {
        return Files.exists(volume.resolve(location(status).path()));
    }

    @Test
    void isCompleteWithItsFilesAndTakesThemAlong() throws SQLException {
        var space = shop();
        space.readyDatabase("orders")
                .run("CREATE TABLE a AS SELECT generate_series(1, 100) AS n", "CREATE TABLE b (n int)");

        space.backup("first", "orders", "");
        var status = complete(space, "first");

        assertThat(status.tables()).isEqualTo(2);
        assertThat(status.rows()).isEqualTo(100);
        assertThat(status.sha256()).hasSize(64);
        assertThat(location(status).claimName()).isEqualTo("shop-backups");
        assertThat(volume(space).resolve(location(status).path()))
                .isDirectoryContaining("glob:**/data.dump")
                .isDirectoryContaining("glob:**/manifest.json");
        assertThat(space.condition(DatabaseBackup.class, "first", "Verified")
                        .orElseThrow()
                        .getStatus())
                .isEqualTo("Unknown");
        space.awaitEvent("first", "BackupCompleted");
        Space.eventually(
                "the Job that told is gone", () -> assertThat(jobs(space)).isEmpty());
        assertThat(space.get(Project.class, "shop").getStatus().backupClaimName())
                .isEqualTo("shop-backups");

        space.delete(DatabaseBackup.class, "first");
        space.awaitGone(DatabaseBackup.class, "first");
        assertThat(isThere(volume(space), status)).isFalse();
        assertThat(networkPolicies(space))
                .as("what its Jobs may reach: the server, and nothing where they only remove files")
                .containsExactlyInAnyOrder("shop-backups-jobs-" + scene.server().port(), "shop-backups-jobs-none");
    }

    @Test
    void oneThatIsGivenUpLeavesItsFiles() {
        var space = shop();
        space.readyDatabase("orders");
        space.backup("first", "orders", "");
        var status = complete(space, "first");
        space.apply("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: shop-backups-jobs-none}
                spec: {podSelector: {}}
                """);

        space.delete(DatabaseBackup.class, "first");
        space.awaitCondition(DatabaseBackup.class, "first", "DeletionBlocked", "True", "NameConflict");
        space.patch(DatabaseBackup.class, "first", "metadata: {annotations: {ocean.dev/abandon: 'true'}}");

        space.awaitGone(DatabaseBackup.class, "first");
        assertThat(isThere(volume(space), status)).isTrue();
        assertThat(space.user()
                        .network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(space.namespace())
                        .withName("shop-backups-jobs-none")
                        .get()
                        .getSpec()
                        .getPodSelector()
                        .getMatchLabels())
                .as("somebody else's policy")
                .isNullOrEmpty();
    }

    private static List<String> networkPolicies(Space space) {
        return space.user().network().v1().networkPolicies().inNamespace(space.namespace()).list().getItems().stream()
                .map(policy -> policy.getMetadata().getName())
                .toList();
    }

    @Test
    void isTakenOverByOneAtATime() throws SQLException {
        var space = shop();
        space.readyDatabase("orders").run("CREATE TABLE a AS SELECT 1 AS n");
        space.backup("first", "orders", "deletionPolicy: Retain");
        var first = complete(space, "first");
        var directory = Path.of(location(first).path()).getFileName();
        space.backup("thief", "orders", "importFrom: " + directory);
        space.awaitReason(DatabaseBackup.class, "thief", "NameConflict");
        space.delete(DatabaseBackup.class, "thief");
        space.awaitGone(DatabaseBackup.class, "thief");

        space.delete(DatabaseBackup.class, "first");
        space.awaitGone(DatabaseBackup.class, "first");
        assertThat(isThere(volume(space), first)).isTrue();
        space.backup("again", "orders", "importFrom: " + directory);
        var again = complete(space, "again");

        assertThat(again.sha256()).isEqualTo(first.sha256());
        assertThat(again.rows()).isEqualTo(1);
        assertThat(again.location()).isEqualTo(first.location());
        space.delete(DatabaseBackup.class, "again");
        space.awaitGone(DatabaseBackup.class, "again");
        assertThat(isThere(volume(space), first)).isFalse();
    }

    @Test
    void saysWhatItLacksAndGoesOnWhenItIsThere() throws SQLException {
        var space = scene.shop();
        space.readyDatabase("orders").run("CREATE TABLE a (n int)");
        space.backup("early", "orders", "");
        space.awaitReason(DatabaseBackup.class, "early", "StorageNotConfigured");

        space.project("instanceRef: {name: main}, backups: {claimName: mine}");
        space.awaitReason(DatabaseBackup.class, "early", "ReferenceNotFound");
        claim(space, Map.of());
        space.awaitReason(DatabaseBackup.class, "early", "VolumeNotAllowed");
        claim(space, Map.of("ocean.dev/backup-storage", "true"));
        space.wake(DatabaseBackup.class, "early");

        assertThat(location(complete(space, "early")).claimName()).isEqualTo("mine");
        space.backup("lost", "nobody", "");
        assertThat(space.awaitReason(DatabaseBackup.class, "lost", "ReferenceNotFound"))
                .contains("'nobody'");
    }

    private static void claim(Space space, Map<String, String> labels) {
        var claim = (PersistentVolumeClaim) space.user().resource("""
                        apiVersion: v1
                        kind: PersistentVolumeClaim
                        metadata: {name: mine}
                        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                        """).item();
        claim.getMetadata().setLabels(labels);
        space.user().resource(claim).inNamespace(space.namespace()).serverSideApply();
    }

    @Test
    void failsForGoodWhereRowsWouldBeLost() throws SQLException {
        var space = shop();
        space.readyDatabase("orders")
                .run(
                        "CREATE TABLE hidden (n int)",
                        "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY",
                        "ALTER TABLE hidden FORCE ROW LEVEL SECURITY");

        space.backup("blind", "orders", "");

        assertThat(space.awaitCondition(DatabaseBackup.class, "blind", "Failed", "True", "RowSecurityBlocks"))
                .contains("hidden");
        assertThat(space.condition(DatabaseBackup.class, "blind", "Stalled")).isPresent();
        assertThat(volume(space).resolve("shop/orders"))
                .as("nothing that looks like a backup")
                .satisfiesAnyOf(directory -> assertThat(directory).doesNotExist(), directory -> assertThat(directory)
                        .isEmptyDirectory());
    }

    @Test
    void aDumpUnderWayIsStoppedAndLeavesNothing() throws SQLException, IOException {
        var space = shop();
        var login = space.readyDatabase("orders");
        login.run("CREATE TABLE busy (n int)");
        try (var holder = login.open();
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE");
            space.backup("held", "orders", "");
            space.awaitReason(DatabaseBackup.class, "held", "Dumping");

            space.delete(DatabaseBackup.class, "held");
            space.awaitGone(DatabaseBackup.class, "held");
        }
        try (var files = Files.walk(volume(space))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void anOperatorThatDiesMakesNoSecondOne() throws SQLException, IOException {
        var space = shop();
        var login = space.readyDatabase("orders");
        login.run("CREATE TABLE busy (n int)");
        try (var holder = login.open();
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE");
            space.backup("held", "orders", "");
            space.awaitReason(DatabaseBackup.class, "held", "Dumping");
            scene.platform().operator().kill();
            holder.rollback();
        }
        scene.platform().operator();

        complete(space, "held");
        try (var files = Files.list(volume(space).resolve("shop/orders"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void theVolumeOutlivesTheProject() {
        var space = shop();
        space.awaitReady(Project.class, "shop");
        space.delete(Project.class, "shop");
        space.awaitGone(Project.class, "shop");

        assertThat(space.user()
                        .resources(PersistentVolumeClaim.class)
                        .inNamespace(space.namespace())
                        .withName("shop-backups")
                        .get()
                        .getMetadata()
                        .getDeletionTimestamp())
                .isNull();
    }

    @Test
    void aProjectTellsWhatItNamesAndIsNotThere() {
        scene.platform().operator();
        var space = scene.space();
        space.project("instanceRef: {name: main}, backups: {claimName: mine}");
        assertThat(space.awaitReason(Project.class, "shop", "ReferenceNotFound"))
                .contains("PostgresInstance 'main'");

        space.instance("main", Space.address(scene.server()));
        Space.eventually("the claim is missing next", () -> assertThat(
                        space.awaitReason(Project.class, "shop", "ReferenceNotFound"))
                .contains("PersistentVolumeClaim 'mine'"));
        claim(space, Map.of("ocean.dev/backup-storage", "true"));
        space.wake(Project.class, "shop");
        space.awaitReady(Project.class, "shop");
    }

    @Test
    void whatCannotBeRemovedIsLetGoOnRequest() throws SQLException {
        var space = scene.shop();
        space.project("instanceRef: {name: main}, backups: {claimName: mine}");
        claim(space, Map.of("ocean.dev/backup-storage", "true"));
        space.readyDatabase("orders").run("CREATE TABLE a (n int)");
        space.backup("held", "orders", "");
        var status = complete(space, "held");
        var volume = scene.platform().node().volume(space.namespace(), "mine").orElseThrow();
        claim(space, Map.of("ocean.dev/backup-storage", "false"));

        space.delete(DatabaseBackup.class, "held");
        assertThat(space.awaitCondition(DatabaseBackup.class, "held", "DeletionBlocked", "True", "VolumeNotAllowed"))
                .contains("ocean.dev/abandon");
        space.patch(DatabaseBackup.class, "held", "metadata: {annotations: {ocean.dev/abandon: \"true\"}}");

        space.awaitGone(DatabaseBackup.class, "held");
        assertThat(isThere(volume, status)).isTrue();
    }

    @Test
    void aClaimThatWasMadeAgainIsAnotherVolume() throws SQLException {
        var space = shop();
        space.readyDatabase("orders").run("CREATE TABLE a (n int)");
        space.backup("first", "orders", "");
        var first = complete(space, "first");
        Space.eventually("no pod holds the claim", () -> assertThat(jobs(space)).isEmpty());
        var claims = space.user().persistentVolumeClaims().inNamespace(space.namespace());

        claims.withName("shop-backups").delete();
        Space.eventually("the claim is gone, or made again already", () -> assertThat(
                        Optional.ofNullable(claims.withName("shop-backups").get())
                                .map(claim -> claim.getMetadata().getUid()))
                .isNotEqualTo(Optional.ofNullable(location(first).claimUid())));
        space.wake(Project.class, "shop");
        Space.eventually("the claim is made again", () -> assertThat(
                        claims.withName("shop-backups").get().getMetadata().getUid())
                .isNotEqualTo(location(first).claimUid()));
        space.wake(DatabaseBackup.class, "first");

        assertThat(space.awaitReason(DatabaseBackup.class, "first", "VolumeReplaced"))
                .contains("importFrom");
        space.delete(DatabaseBackup.class, "first");
        space.awaitGone(DatabaseBackup.class, "first");
        space.backup("second", "orders", "");
        assertThat(location(complete(space, "second")).claimUid())
                .isEqualTo(claims.withName("shop-backups").get().getMetadata().getUid());
    }

    /** A chart that is uninstalled with its definitions must cost nobody a backup. */
    @Test
    void filesOutliveTheDefinition() throws SQLException {
        var space = shop();
        space.readyDatabase("orders").run("CREATE TABLE a AS SELECT 1 AS n");
        space.backup("first", "orders", "");
        var first = complete(space, "first");
        var definitions = space.user().apiextensions().v1().customResourceDefinitions();
        var definition = definitions.withName("databasebackups.ocean.dev");

        definition.delete();
        try {
            assertThat(space.awaitCondition(
                            DatabaseBackup.class, "first", "DeletionBlocked", "True", "DefinitionBeingDeleted"))
                    .contains("finalizer");
            assertThat(isThere(volume(space), first)).isTrue();
        } finally {
            scene.platform().withoutOperator();
            space.patch(DatabaseBackup.class, "first", "metadata: {finalizers: null}");
            Space.eventually(
                    "the definition is gone", () -> assertThat(definition.get()).isNull());
            scene.platform().define("databasebackups.ocean.dev");
            scene.platform().operator();
        }

        // Which image a Job of this server needs is known once the new operator has looked at it.
        space.readyDatabase("witness");
        space.backup(
                "again",
                "orders",
                "importFrom: " + Path.of(location(first).path()).getFileName());
        assertThat(complete(space, "again").sha256()).isEqualTo(first.sha256());
    }
}
