package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.it.BackupFiles.Healing;
import dev.ocean.sandbox.fault.FaultProxy;
import dev.ocean.sandbox.postgres.PostgresServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong around a Job, one fault after the other with the same database: each is told by its reason, the live database stays as it is, and the next try is whole.
 * What the scripts themselves do about a fault is shown by their own tests; here it comes through Job, pod, volume and status.
 */
class JobFaultsIT {

    private static final String DATABASE = "orders";

    @RegisterExtension
    final Scene scene = new Scene();

    private static FaultProxy proxy;
    private Space space;
    private BackupFiles files;

    /** Makes the thing go wrong; an object of this name is made by the test afterwards if it is not there yet. */
    private interface Harm {
        Healing inflict(String name) throws Exception;
    }

    private record Fault(String name, String reason, Harm harm) {

        /** Of the object that meets it. */
        String object() {
            return name.replaceAll("[^a-z]+", "-");
        }
    }

    /** It outlives the tests: each is cleared away through it. */
    @BeforeAll
    static void aProxy() {
        var server = Platform.shared().server();
        proxy = FaultProxy.to(server.host(), server.port());
    }

    @AfterAll
    static void close() {
        proxy.close();
    }

    @BeforeEach
    void aDatabaseWithABackup() throws SQLException {
        scene.platform().node();
        assertThat(scene.platform().operator().isAlive()).isTrue();
        space = scene.space();
        space.instance(Space.INSTANCE, Space.address(server(), proxy.host(), proxy.port()));
        space.project("instanceRef: {name: main}, backups: {storage: {size: 1Gi}}");
        space.readyDatabase(DATABASE)
                .run(
                        "CREATE TABLE t AS SELECT g AS a, md5(g::text) AS b FROM generate_series(1, 1000) AS g",
                        "CREATE FUNCTION slow(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.pg_sleep(0.01); SELECT $1'",
                        "CREATE TABLE u AS SELECT g AS a FROM generate_series(1, 3) AS g",
                        "CREATE INDEX ON u (slow(a))",
                        "INSERT INTO u SELECT generate_series(4, 60)");
        backup("good");
        files = new BackupFiles(volume().resolve(Space.PROJECT).resolve(DATABASE));
    }

    private PostgresServer server() {
        return scene.server();
    }

    private Path volume() {
        return scene.platform().node().volume(space.namespace(), "shop-backups").orElseThrow();
    }

    private JobsOf jobs(String owner) {
        return new JobsOf(space, scene.platform().node(), owner);
    }

    private String database() {
        return Objects.requireNonNull(space.status(DATABASE).databaseName());
    }

    private <S extends ConditionedStatus, T extends CustomResource<?, S>> void awaitComplete(
            Class<T> kind, String name) {
        space.awaitCondition(kind, name, "Complete", "True", "Complete");
    }

    private void backup(String name) {
        space.backup(name, DATABASE, "");
        awaitComplete(DatabaseBackup.class, name);
    }

    /** Which database it is, and all that is in it; by a superuser, whom no limit keeps out. */
    private String live() {
        return Sql.askIn(
                        server(),
                        database(),
                        "SELECT d.oid || ' ' || (SELECT md5(string_agg(t::text, ',' ORDER BY a)) FROM t) || (SELECT md5(string_agg(u::text, ',' ORDER BY a)) FROM u)"
                                + " FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()")
                .getFirst();
    }

    private static <S extends ConditionedStatus> Optional<String> failed(@Nullable S status) {
        return Optional.ofNullable(status).map(ConditionedStatus::conditions).stream()
                .flatMap(List::stream)
                .filter(condition -> "Failed".equals(condition.getType()))
                .map(Condition::getReason)
                .findFirst();
    }

    /** Told by the reason, whether it is tried again or failed for good; {@return which of them} */
    private <S extends ConditionedStatus, T extends CustomResource<?, S>> boolean awaitTold(
            Class<T> kind, Fault fault) {
        var message = space.awaitReason(kind, fault.object(), fault.reason());
        var forGood = failed(space.get(kind, fault.object()).getStatus());
        System.out.printf(
                "%s: %s%s: %s%n", fault.name(), fault.reason(), forGood.isPresent() ? " for good" : "", message);
        forGood.ifPresent(reason -> assertThat(reason).isEqualTo(fault.reason()));
        return forGood.isPresent();
    }

    private static Stream<DynamicTest> each(Stream<Fault> faults, ThrowingConsumer<Fault> test) {
        return faults.map(fault -> DynamicTest.dynamicTest(fault.name(), () -> test.accept(fault)));
    }

    // ---- dumps

    @TestFactory
    Stream<DynamicTest> dumps() {
        var faults = Stream.of(
                new Fault("volume too small", "InsufficientSpace", name -> files.small("8m")),
                new Fault("volume becomes full", "StorageFull", this::fullMeanwhile),
                new Fault("volume not writable", "StorageNotWritable", name -> files.closed()),
                new Fault("connections used up", "ConnectionLimit", name -> connectionsUsedUp()),
                new Fault("server cut off", "InstanceUnreachable", this::cutMeanwhile),
                new Fault("table of somebody else", "InsufficientPrivilege", name -> tableOfSomebodyElse()));
        return Stream.concat(
                each(faults, this::dumpMeets), Stream.of(DynamicTest.dynamicTest("nothing is lost", this::takeStock)));
    }

    private void dumpMeets(Fault fault) throws Exception {
        var before = live();
        var name = fault.object();
        boolean forGood;
        var healing = fault.harm().inflict(name);
        try {
            if (space.named(DatabaseBackup.class, name).get() == null) {
                space.backup(name, DATABASE, "");
            }
            forGood = awaitTold(DatabaseBackup.class, fault);
            assertThat(live()).as("the live database").isEqualTo(before);
            assertThat(files.halves()).isEmpty();
        } finally {
            healing.heal();
        }
        if (forGood) {
            space.delete(DatabaseBackup.class, name);
            space.awaitGone(DatabaseBackup.class, name);
            space.backup(name, DATABASE, "");
        } else {
            jobs(name).longAgo();
        }
        awaitComplete(DatabaseBackup.class, name);
    }

    private Healing fullMeanwhile(String name) throws Exception {
        var small = files.small("64m");
        try (var holder = holdUp(name)) {
            files.fill();
            holder.rollback();
        }
        return small;
    }

    private Healing cutMeanwhile(String name) throws Exception {
        try (var holder = holdUp(name)) {
            proxy.cut();
            holder.rollback();
        }
        return () -> {};
    }

    /** A dump of this name, which has begun and waits for the lock that this session has. */
    private Connection holdUp(String name) throws SQLException {
        var holder = server().superuser(database());
        holder.setAutoCommit(false);
        Sql.run(holder, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        space.backup(name, DATABASE, "");
        Space.eventually("the dump waits for the lock", () -> assertThat(Sql.ask(
                        server(),
                        "SELECT a.pid FROM pg_catalog.pg_stat_activity AS a WHERE a.wait_event_type = 'Lock' AND a.datname = '"
                                + database() + "'"))
                .isNotEmpty());
        return holder;
    }

    private Healing connectionsUsedUp() {
        var sessions = new ArrayList<Connection>();
        try {
            while (true) {
                sessions.add(space.login(DATABASE).open());
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
        }
        return () -> {
            for (var session : sessions) {
                session.close();
            }
        };
    }

    private Healing tableOfSomebodyElse() {
        Sql.runIn(server(), database(), "CREATE TABLE public.foreign_table ()");
        return () -> Sql.runIn(server(), database(), "DROP TABLE public.foreign_table");
    }

    // ---- restores

    @TestFactory
    Stream<DynamicTest> restores() {
        var faults = Stream.of(
                new Fault("file truncated", "ChecksumMismatch", name -> files.truncated()),
                new Fault("bit flipped", "ChecksumMismatch", name -> files.flipped()),
                new Fault("dump exchanged", "ChecksumMismatch", name -> files.exchanged()),
                new Fault("manifest edited", "ChecksumMismatch", name -> files.edited("1000", "1001")),
                new Fault("file missing", "ArchiveUnreadable", name -> files.withoutContents()),
                new Fault(
                        "counts forged", "VerificationFailed", name -> files.forged("\"rows\": 1000", "\"rows\": 999")),
                new Fault(
                        "newer server",
                        "ArchiveTooNew",
                        name -> files.forged("\"clientMajor\": ", "\"clientMajor\": 9")),
                new Fault("connections used up", "ConnectionLimit", name -> connectionsUsedUp()),
                new Fault("server cut off", "InstanceUnreachable", this::cutWhileItRestores));
        return Stream.concat(
                each(faults, this::restoreMeets),
                Stream.of(
                        DynamicTest.dynamicTest("extension missing", this::extensionMissing),
                        DynamicTest.dynamicTest("nothing is lost", this::takeStock)));
    }

    private void restoreMeets(Fault fault) throws Exception {
        space.login(DATABASE).run("INSERT INTO t VALUES (0, 'since the backup')");
        var before = live();
        var name = fault.object();
        boolean forGood;
        var healing = fault.harm().inflict(name);
        try {
            if (space.named(DatabaseRestore.class, name).get() == null) {
                restore(name, "good");
            }
            forGood = awaitTold(DatabaseRestore.class, fault);
            assertThat(live()).as("the live database").isEqualTo(before);
        } finally {
            healing.heal();
        }
        if (forGood) {
            assertCondemned("good", fault);
            noScratch();
            // Before the next one: the backup is not condemned any more.
            space.delete(DatabaseRestore.class, name);
            space.awaitGone(DatabaseRestore.class, name);
            return;
        }
        jobs(name).longAgo();
        awaitComplete(DatabaseRestore.class, name);
        assertThat(Sql.askIn(server(), database(), "SELECT count(*) FROM t")).containsExactly("1000");
    }

    private void restore(String name, String backup) {
        space.restore(name, backup, DATABASE, "keepPreviousHours: 0");
    }

    /** What a restore found out about the files is told by the backup, too. */
    private void assertCondemned(String backup, Fault fault) {
        if (fault.reason().equals("ChecksumMismatch") || fault.reason().equals("ArchiveUnreadable")) {
            space.awaitReason(DatabaseBackup.class, backup, fault.reason());
        }
    }

    private void noScratch() {
        Space.eventually("no scratch database", () -> assertThat(Sql.ask(
                        server(),
                        "SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE '" + database()
                                + "\\_\\_r\\_%'"))
                .isEmpty());
    }

    private Healing cutWhileItRestores(String name) {
        restore(name, "good");
        Space.eventually("the restore builds an index", () -> assertThat(Sql.ask(
                        server(),
                        "SELECT pid FROM pg_catalog.pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND datname LIKE '"
                                + database() + "\\_\\_r\\_%'"))
                .isNotEmpty());
        proxy.cut();
        return () -> {};
    }

    /** One that a superuser made by hand, and that the operator, which is none, could not make. */
    private void extensionMissing() throws Exception {
        Sql.runIn(server(), database(), "CREATE EXTENSION pageinspect");
        backup("extended");
        var before = live();

        restore("extension-missing", "extended");

        assertThat(awaitTold(
                        DatabaseRestore.class,
                        new Fault("extension missing", "ExtensionUnavailable", name -> () -> {})))
                .isTrue();
        assertThat(live()).isEqualTo(before);
        Sql.runIn(server(), database(), "DROP EXTENSION pageinspect");
        // It says Complete, and restores where it may: but not here, so it does not count.
        space.delete(DatabaseRestore.class, "extension-missing");
        space.awaitGone(DatabaseRestore.class, "extension-missing");
        space.delete(DatabaseBackup.class, "extended");
        space.awaitGone(DatabaseBackup.class, "extended");
    }

    private void takeStock() throws Exception {
        var stocktaking = new Stocktaking(space, server(), volume());
        stocktaking.nothingIsLost(DATABASE);
        stocktaking.nothingStays();
    }

    /** The sandbox pulls no image that it does not know; a cluster neither. */
    @Test
    void anImageOfAnotherMajorIsToldAndCorrected() {
        scene.platform().withoutOperator();
        var wrong = scene.platform()
                .startOperator(Map.of("OCEAN_POSTGRES_IMAGES", server().major() + "=registry.example/postgres:99"));
        var before = live();

        space.backup("wrong-image", DATABASE, "");
        assertThat(space.awaitReason(DatabaseBackup.class, "wrong-image", "ImagePullFailed"))
                .contains("registry.example/postgres:99");
        restore("wrong-image", "good");
        space.awaitReason(DatabaseRestore.class, "wrong-image", "OperationInProgress");
        assertThat(live()).isEqualTo(before);

        wrong.stop();
        scene.platform().releaseLease();
        assertThat(scene.platform().operator().isAlive()).isTrue();
        space.delete(DatabaseBackup.class, "wrong-image");
        space.awaitGone(DatabaseBackup.class, "wrong-image");
        awaitComplete(DatabaseRestore.class, "wrong-image");
        backup("right-image");
    }
}
