package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ProjectSpec.Backups;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.dump.BackupLocation;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import static org.assertj.core.api.Assertions.assertThat;

/** A database that is being deleted, its application that writes as long as it gets in, and the Jobs of its last backup, which log in as they would. */
final class FinalBackupBench {

    static final ObjectName BACKUP = new ObjectName(DatabaseBackup.class, "shop", "orders-final-cr-1");
    static final ObjectName GENERATED = new ObjectName(Secret.class, "shop", "orders-credentials");
    static final Backups VOLUME = new Backups(null, "claim");

    private static final ObjectName LOGIN = new ObjectName(Secret.class, "shop", "orders-final-cr-1-login");
    private static final String DB = "shop_orders";
    private static final int ROUNDS = 40;

    /** How a backup ends, or looks. */
    enum Ending {
        COMPLETE,
        FAILED,
        /** It began before anybody asked. */
        EARLY
    }

    private final Bench bench;
    final SimulatedWorld world;
    private final Set<String> written = new TreeSet<>();
    private final Map<String, Set<String>> dumps = new HashMap<>();
    private final Optional<Secret> generated;
    private Runnable also = () -> {};
    Ending jobs = Ending.COMPLETE;

    private FinalBackupBench(Bench bench) {
        this.bench = bench;
        this.world = bench.world;
        this.generated = world.api.read(GENERATED).map(Secret.class::cast);
        world.boundaries.watch(this::watched);
    }

    private static Bench ready(Fixtures.Wish wish) {
        var bench = new Bench();
        bench.create(wish.withPolicy(DeletionPolicy.DELETE).spec());
        bench.converge();
        return bench;
    }

    static FinalBackupBench deleted(FinalBackup wanted) {
        return deleted(ready(Fixtures.wish()), wanted);
    }

    static FinalBackupBench deletedAmidARotation() {
        var bench = ready(Fixtures.wish());
        bench.change(Fixtures.wish()
                .withPolicy(DeletionPolicy.DELETE)
                .withRotationAfter(bench.now)
                .spec());
        bench.converge();
        assertThat(bench.world.server.knownRole(DB + "__b").login).isTrue();
        return deleted(bench, FinalBackup.REQUIRED);
    }

    private static FinalBackupBench deleted(Bench bench, FinalBackup wanted) {
        bench.world.api.store(Fixtures.project(VOLUME, wanted));
        bench.world.api.store(new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("claim")
                .withUid("claim-1")
                .endMetadata()
                .build());
        bench.world.server.knownDatabase(DB).sessions.add(new Session(DB + "__a", false));
        var result = new FinalBackupBench(bench);
        bench.delete();
        return result;
    }

    /** Somebody else's row, committed. */
    void write(String row) {
        written.add(row);
        world.server.knownDatabase(DB).contents.put(row, DB + "__owner");
    }

    void watch(Runnable more) {
        also = more;
    }

    /** At every moment: the application writes if it is inside or gets in. */
    private void watched() {
        also.run();
        var database = world.server.findDatabase(DB);
        var inside = database.filter(found -> found.sessions.contains(new Session(DB + "__a", false)))
                .isPresent();
        if (database.isPresent() && (inside || generated.filter(world::logsIn).isPresent())) {
            var row = "row " + written.size();
            written.add(row);
            database.get().contents.put(row, DB + "__owner");
        }
    }

    /** Passes of the operator and of the backup's own side, until nothing changes any more. */
    void walk() {
        var quiet = 0;
        for (var round = 0; round < ROUNDS && quiet < 3; round++) {
            var before = world.boundaries.count();
            var there = round();
            quiet = !there || before == world.boundaries.count() ? quiet + 1 : 0;
        }
        assertThat(quiet).as("at rest").isEqualTo(3);
    }

    /** One pass of either side; {@return whether the object is still there} */
    boolean round() {
        var there = bench.pass();
        backUp();
        return there;
    }

    /** What the pass of the DatabaseBackup and its Job do, one thing at a time. */
    private void backUp() {
        var login = world.api.read(LOGIN).map(Secret.class::cast);
        var backup = backup();
        if (backup.isEmpty() || login.isEmpty()) {
            return;
        }
        if (backup.get().getStatus() != null) {
            world.api.remove(LOGIN);
            return;
        }
        var annotations = Optional.ofNullable(login.get().getMetadata().getAnnotations());
        if (annotations
                .filter(found -> "true".equals(found.get(Annotations.LOGIN_OPEN)))
                .isEmpty()) {
            return;
        }
        if (!world.logsIn(login.get())) {
            // The Job fails, and is tried again later.
            return;
        }
        dumps.put(
                backup.get().getMetadata().getUid(),
                new HashSet<>(world.server.knownDatabase(DB).contents.keySet()));
        end(backup.get(), jobs, bench.now);
    }

    private void end(DatabaseBackup backup, Ending ending, Instant now) {
        var conditions = Conditions.after(List.of(), 1, now);
        if (ending == Ending.FAILED) {
            conditions
                    .holds(ConditionType.FAILED, Reason.DUMP_FAILED, "It failed.")
                    .holdsNot(ConditionType.READY, Reason.DUMP_FAILED, "It failed.");
        } else {
            conditions
                    .holds(ConditionType.COMPLETE, Reason.COMPLETE, "Done.")
                    .holds(ConditionType.READY, Reason.COMPLETE, "Done.");
        }
        var start = ending == Ending.EARLY ? now.minusSeconds(3600) : now;
        var uid = backup.getMetadata().getUid();
        var created = Instant.parse(backup.getMetadata().getCreationTimestamp());
        backup.setStatus(new DatabaseBackupStatus(
                1L,
                start,
                now,
                new Location(
                        "claim",
                        BackupLocation.of("shop", "orders", created, uid).path(),
                        "claim-1"),
                1L,
                1L,
                "ab".repeat(32),
                "17.5",
                1,
                1L,
                null,
                conditions.list()));
        world.api.store(backup);
    }

    /** What is left where somebody drops the live database after a restore. */
    void setAside(Duration left) {
        world.server.databases.remove(DB);
        var copy = world.server.database(DB + "__p_1a2b3c4d");
        copy.accepting = false;
        copy.comment = Fixtures.mark("cr-1")
                .with(new MarkState.Previous("1a2b3c4d-0000-4000-8000-000000000001", bench.now.plus(left)))
                .literal()
                .value();
    }

    /** As a tenant would make it beforehand, with all that anybody can write. */
    void storeForged(Ending ending) {
        var backup = new DatabaseBackup();
        backup.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName(BACKUP.name())
                .withUid("0badc0de-0000-4000-8000-000000000001")
                .withCreationTimestamp(bench.now.minusSeconds(60).toString())
                .withLabels(Map.of(Labels.FINAL_OF, "cr-1"))
                .build());
        backup.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, FilePolicy.DELETE, null, false, null));
        end(backup, ending, bench.now);
    }

    /** Another life of the object, after its finalizer was forced away. */
    void createAgain() {
        bench.createAgain("cr-2", Fixtures.wish().spec());
    }

    void forceAway() {
        bench.forceAway();
    }

    boolean pass() {
        return bench.pass();
    }

    void restart() {
        bench.restart();
    }

    boolean isGone() {
        return bench.isGone();
    }

    Optional<Problem> lastProblem() {
        return bench.lastProblem;
    }

    Map<String, Set<String>> dumps() {
        return Map.copyOf(dumps);
    }

    Optional<DatabaseBackup> backup() {
        return world.api.read(BACKUP).map(DatabaseBackup.class::cast);
    }

    Secret generated() {
        return world.api.read(GENERATED).map(Secret.class::cast).orElseThrow();
    }

    /** Gone with its roles, and all that was ever committed is in the one backup that there is. */
    void assertDropped() {
        assertThat(isGone()).as("gone; problem %s", lastProblem()).isTrue();
        assertThat(world.server.databases).doesNotContainKey(DB);
        assertThat(world.server.roles.keySet()).noneMatch(name -> name.startsWith(DB));
        assertThat(world.api.read(LOGIN)).isEmpty();
        var backup = backup().orElseThrow();
        assertThat(dumps.get(backup.getMetadata().getUid())).containsAll(written);
        assertThat(written).isNotEmpty();
    }

    void assertKept() {
        assertThat(world.server.knownDatabase(DB).contents.keySet()).containsAll(written);
    }
}
