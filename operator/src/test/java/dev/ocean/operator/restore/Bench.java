package dev.ocean.operator.restore;

import dev.ocean.operator.api.v1beta1.BackupReference;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreSpec;
import dev.ocean.operator.api.v1beta1.DatabaseRestoreStatus;
import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.DesiredSecret;
import dev.ocean.operator.connection.Endpoint;
import dev.ocean.operator.connection.SecretTemplate;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.PodSettings;
import dev.ocean.operator.dump.ToolJob;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.pass.Notice;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.TlsMode;
import dev.ocean.operator.reference.DatabaseReferences;
import dev.ocean.operator.reference.RestoreReferences;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.reference.ServerDirectory;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.Adoption;
import dev.ocean.operator.tenancy.DatabaseParameter;
import dev.ocean.operator.tenancy.DatabaseSettings;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.tenancy.TenantNames;
import dev.ocean.operator.testkit.SimulatedServer;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes over one DatabaseRestore in a simulated world, as the reconciler walks them but without the framework, and a node that runs its Jobs. The live database has the
 * table {@code live}, the backup has {@code restored}.
 */
final class Bench {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final String RESTORE = "1a2b3c4d-0000-4000-8000-000000000001";
    static final ObjectId DATABASE = new ObjectId("ManagedDatabase", "shop", "orders", "cr-1");
    static final TenantNames NAMES = new TenantNames(SqlIdentifier.of("shop_orders"));
    static final OwnershipMark MARK = OwnershipMark.of("installation-1", "namespace-1", DATABASE);
    static final String BACKUP = "9a2b3c4d-0000-4000-8000-000000000009";
    static final String SHA = "a".repeat(64);
    static final String BACKED_UP = """
        {"result":"Succeeded","startTime":"2026-11-22T09:00:00Z","completionTime":"2026-11-22T09:00:09Z","sizeBytes":10,"databaseSizeBytes":1000,"sha256":"%s",\
        "serverVersionNum":%d,"clientMajor":%d,"tables":1,"rows":7,"uncounted":0,"largeObjects":0,"leftOut":{%s},"verification":"RowCounts",\
        "database":{"databaseName":"shop_orders"},"encoding":"UTF8","collate":"C.UTF-8","ctype":"C.UTF-8","localeProvider":"libc","locale":null,\
        "extensions":[%s],"extensionsLeftOff":0}\
        """;
    static final String RESTORED = """
        {"result":"Succeeded","tables":1,"rows":7,"skippedGrants":{"count":0,"names":[]},"closedRoutines":0,"leftOut":{},"durationSeconds":3}\
        """;

    private static final ObjectName CR = new ObjectName(DatabaseRestore.class, "shop", "back");
    private static final Password PASSWORD = Password.of("correct-horse-battery");
    private static final ScramVerifier VERIFIER = ScramVerifier.of(PASSWORD, new byte[ScramVerifier.SALT_BYTES]);
    private static final ToolSettings SETTINGS =
            new ToolSettings(Map.of(), "/var/backups/ocean", Duration.ofHours(6), PodSettings.DEFAULTS);
    private static final int PASSES = 25;

    final SimulatedWorld world = new SimulatedWorld();
    Instant now = NOW;
    LoginProofs proofs = new LoginProofs(now);
    Optional<Problem> lastProblem = Optional.empty();
    boolean backupComplete = true;
    String extensions = "";
    int backupMajor = 17;
    /** UIDs and identity that the names lead to now; empty for a backup that is gone. */
    String database = DATABASE.uid();

    String backup = BACKUP;
    String identifier = SimulatedServer.IDENTIFIER;
    /** What the Jobs say; empty for the truth. */
    String checked = "";

    String restored = RESTORED;
    String leftOut = "";
    final List<Notice> events = new ArrayList<>();
    /** How the next restore Jobs end; by success where it is empty. */
    final Deque<Integer> exits = new ArrayDeque<>();

    Bench() {
        var settings = new DatabaseSettings(
                "UTF8", Optional.empty(), 54, List.of(new DatabaseParameter("statement_timeout", "30s")));
        world.apply(new Step.Sql(new ServerStep.CreateGroups(NAMES, NAMES.groups(), MARK)));
        world.apply(new Step.Sql(new ServerStep.CreateDatabase(NAMES, MARK, settings)));
        world.apply(new Step.Sql(
                new ServerStep.FurnishDatabase(NAMES, MARK, new ServerStep.Login(Slot.A, VERIFIER, 54), List.of())));
        world.server.knownDatabase("shop_orders").contents.put("table live", "shop_orders__owner");
        world.server.database("neighbour").contents.put("table theirs", "neighbour__owner");
        world.api.store(secret());
        backup();
    }

    private static io.fabric8.kubernetes.api.model.Secret secret() {
        var values = ConnectionSecret.values(
                endpoint(), "shop_orders", new Credentials("shop_orders__a", PASSWORD), Optional.empty());
        var secret =
                new DesiredSecret("orders-credentials", DATABASE, "shop", values, SecretTemplate.NONE, NOW).object();
        secret.getMetadata().setNamespace("shop");
        return secret;
    }

    private static Endpoint endpoint() {
        return new Endpoint("db.example.org", 5432, TlsMode.VERIFY_FULL, Optional.of("CA"));
    }

    private void backup() {
        var backup = new DatabaseBackup();
        backup.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("nightly")
                .withUid("9a2b3c4d-0000-4000-8000-000000000009")
                .withCreationTimestamp("2026-11-22T09:00:00Z")
                .build());
        backup.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, FilePolicy.DELETE, null, false, null));
        backup.setStatus(new DatabaseBackupStatus(
                1L,
                NOW,
                NOW,
                new Location("shop-backups", "shop/orders/20261122T090000Z-9a2b3c4d", null),
                10L,
                1000L,
                SHA,
                "17.12",
                1,
                7L,
                null,
                Conditions.after(List.of(), 1, NOW)
                        .holds(ConditionType.COMPLETE, Reason.COMPLETE, "")
                        .list()));
        world.api.store(backup);
    }

    // ---- what users do

    void restore() {
        restore(24, false, "shop_orders");
    }

    void restore(int keepHours, boolean dryRun, String confirmed) {
        var cr = new DatabaseRestore();
        cr.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("back")
                .withUid(RESTORE)
                .withGeneration(1L)
                .withCreationTimestamp("2026-11-22T09:59:00Z")
                .build());
        cr.setSpec(new DatabaseRestoreSpec(
                new BackupReference("nightly"), new DatabaseReference("orders"), confirmed, keepHours, dryRun, false));
        world.api.store(cr);
    }

    void rollBack() {
        var cr = cr();
        var spec = cr.getSpec();
        cr.setSpec(new DatabaseRestoreSpec(
                spec.backupRef(),
                spec.databaseRef(),
                spec.confirmDatabaseName(),
                spec.keepPreviousHours(),
                spec.dryRun(),
                true));
        cr.getMetadata().setGeneration(2L);
        world.api.store(cr);
    }

    void delete() {
        var cr = cr();
        cr.getMetadata().setDeletionTimestamp(now.toString());
        world.api.store(cr);
    }

    /** The ManagedDatabase is deleted and made again, and takes back what its predecessor had. */
    void takeBack(String uid) {
        world.server.roles.values().forEach(role -> role.comment = renewed(role.comment, uid));
        world.server.databases.values().forEach(found -> found.comment = renewed(found.comment, uid));
        database = uid;
        var secret = secret();
        secret.getMetadata().getOwnerReferences().forEach(owner -> owner.setUid(uid));
        world.api.store(secret);
    }

    private static @Nullable String renewed(@Nullable String comment, String uid) {
        return comment == null ? null : comment.replace("uid=" + DATABASE.uid(), "uid=" + uid);
    }

    void wait(Duration time) {
        now = now.plus(time);
    }

    // ---- what the cluster does

    /** Ends every Job that runs. */
    void runJobs() {
        for (var job : world.api.list(Job.class, "shop")) {
            if (job.getStatus() == null || job.getStatus().getConditions().isEmpty()) {
                run(job);
            }
        }
    }

    private void run(Job job) {
        var restoring = ToolJob.task(JobScript.RESTORE)
                .equals(job.getMetadata().getLabels().get(Labels.NAME));
        var exit = restoring && !exits.isEmpty() ? exits.pop() : Integer.valueOf(0);
        if (restoring) {
            world.server
                    .findDatabase(NAMES.scratch(RESTORE).value())
                    .ifPresent(scratch -> scratch.contents.put(
                            exit == 0 ? "table restored" : "half of a table", "shop_orders__owner"));
        }
        ended(job, exit, exit == 0 ? restoring ? restored : backedUp() : "");
    }

    private String backedUp() {
        return checked.isEmpty()
                ? BACKED_UP.formatted(SHA, backupMajor * 10_000, backupMajor, leftOut, extensions)
                : checked;
    }

    private void ended(Job job, int exit, String message) {
        world.api.store(new JobBuilder(job)
                .withNewStatus()
                .addNewCondition()
                .withType(exit == 0 ? "Complete" : "Failed")
                .withStatus("True")
                .withLastTransitionTime(now.toString())
                .endCondition()
                .endStatus()
                .build());
        world.api.store(new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(job.getMetadata().getName())
                .withLabels(
                        Map.of("batch.kubernetes.io/job-name", job.getMetadata().getName()))
                .addNewOwnerReference()
                .withUid(job.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .withNewStatus()
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withNewState()
                        .withNewTerminated()
                        .withExitCode(exit)
                        .withMessage(message)
                        .endTerminated()
                        .endState()
                        .build())
                .endStatus()
                .build());
    }

    // ---- what the operator does

    /** Another process: what was in memory is gone. */
    void restart() {
        proofs = new LoginProofs(now);
    }

    void pass() {
        now = now.plusSeconds(1);
        var found = world.api.read(CR);
        if (found.isEmpty()) {
            return;
        }
        pass((DatabaseRestore) found.get());
    }

    /** With the object as a cache has it. */
    void pass(DatabaseRestore cr) {
        lastProblem = cr.getMetadata().getDeletionTimestamp() == null ? reconcile(cr) : cleanup(cr);
    }

    private Optional<Problem> reconcile(DatabaseRestore cr) {
        try {
            var request = request(cr);
            var lane = world.lane(NAMES);
            var settled = executor()
                    .settle(
                            request.subject(),
                            lane,
                            () -> observer().look(cr, request, lane),
                            seen -> world.expect(RestorePlanner.plan(request, seen, SETTINGS, now)));
            var status = RestoreStatusMapper.next(cr, request, settled, lane.outage(), now);
            events.addAll(RestoreNotices.of(cr, request, settled, status));
            write(cr, status);
            return settled.problem();
        } catch (Blocked blocked) {
            write(cr, RestoreStatusMapper.blocked(cr, blocked.problem(), now));
            return Optional.of(blocked.problem());
        }
    }

    private Optional<Problem> cleanup(DatabaseRestore cr) {
        if (RestoreMemory.of(cr).leavesNothing()) {
            world.api.remove(CR);
            return Optional.empty();
        }
        var request = request(cr);
        var lane = world.lane(NAMES);
        var problem = executor()
                .settle(
                        request.subject(),
                        lane,
                        () -> observer().look(cr, request, lane),
                        seen -> world.expect(RestorePlanner.planRemoval(request, seen, SETTINGS, now)))
                .problem();
        if (problem.isEmpty()) {
            world.api.remove(CR);
        }
        return problem;
    }

    private void write(DatabaseRestore cr, DatabaseRestoreStatus status) {
        if (!status.equals(cr.getStatus())) {
            cr.setStatus(status);
            world.api.store(cr);
        }
    }

    /** Passes, with a node that runs what they ask for, also where they never come to rest. */
    void passes(int count) {
        for (var pass = 0; pass < count; pass++) {
            pass();
            runJobs();
        }
    }

    /** Passes, with a node that runs what they ask for, until nothing changes any more. */
    void converge() {
        for (var pass = 0; pass < PASSES; pass++) {
            var effects = world.boundaries.count();
            var before = status();
            pass();
            if (effects == world.boundaries.count() && Objects.equals(before, status()) && !hasWork()) {
                return;
            }
            runJobs();
            if (lastProblem
                    .flatMap(Problem::delay)
                    .filter(delay -> delay.toSeconds() > 5)
                    .isPresent()) {
                wait(lastProblem.flatMap(Problem::delay).orElseThrow());
            }
        }
        throw new AssertionError("no rest after " + PASSES + " passes; problem " + lastProblem + ", effects "
                + world.boundaries.passed());
    }

    private boolean hasWork() {
        return world.api.list(Job.class, "shop").stream()
                .anyMatch(job -> job.getStatus() == null
                        || job.getStatus().getConditions().isEmpty());
    }

    // ---- what there is

    DatabaseRestore cr() {
        return (DatabaseRestore) world.api.read(CR).orElseThrow();
    }

    boolean isGone() {
        return world.api.read(CR).isEmpty();
    }

    Optional<DatabaseRestoreStatus> status() {
        return world.api.read(CR).map(DatabaseRestore.class::cast).map(DatabaseRestore::getStatus);
    }

    /** Reason of a condition that is True; empty if it is not. */
    Optional<String> holds(ConditionType type) {
        return status().flatMap(status -> Conditions.find(status.conditions(), type))
                .filter(condition -> "True".equals(condition.getStatus()))
                .map(condition -> condition.getReason());
    }

    Plan plan() {
        var cr = cr();
        var request = request(cr);
        return RestorePlanner.plan(request, observer().look(cr, request, world.lane(NAMES)), SETTINGS, now);
    }

    boolean has(String database, String thing) {
        return world.server
                .findDatabase(database)
                .filter(found -> found.contents.containsKey(thing))
                .isPresent();
    }

    Optional<SimulatedServer.Database> scratch() {
        return world.server.findDatabase(NAMES.scratch(RESTORE).value());
    }

    Optional<SimulatedServer.Database> previous() {
        return world.server.findDatabase(NAMES.previous(RESTORE).value());
    }

    private RestoreRequest request(DatabaseRestore cr) {
        return RestoreRequest.parse(cr, references());
    }

    private RestoreReferences references() {
        var server = new DatabaseReferences(
                "installation-1",
                "namespace-1",
                new ObjectId("PostgresInstance", "shop", "main", "instance-1"),
                new ServerDirectory.Entry(endpoint(), SimulatedServer.ADMIN, "postgres", "17.12", identifier),
                Optional.empty(),
                50,
                Adoption.NONE,
                true,
                Optional.empty());
        return new RestoreReferences(
                server,
                new ObjectId(DATABASE.kind(), DATABASE.namespace(), DATABASE.name(), database),
                NAMES.database(),
                false,
                new ToolLogin(endpoint(), 17, "shop_orders", "shop_orders__a", "orders-credentials"),
                Optional.of(backup)
                        .filter(uid -> !uid.isEmpty())
                        .map(uid -> new Source(
                                new ObjectId("DatabaseBackup", "shop", "nightly", uid),
                                true,
                                true,
                                backupComplete,
                                "shop-backups",
                                "shop/orders/20261122T090000Z-9a2b3c4d",
                                SHA,
                                Duration.ofSeconds(9))));
    }

    private RestoreObserver observer() {
        return new RestoreObserver(world.api, new Pictures(), proofs);
    }

    private Executor executor() {
        return new Executor(world.api, proofs, () -> now);
    }
}
