package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.BackupReference;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
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
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.TlsMode;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.reference.BackupStorage.Home;
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
import dev.ocean.operator.tenancy.DatabaseSettings;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.tenancy.TenantNames;
import dev.ocean.operator.testkit.SimulatedServer;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes over one DatabaseBackup in a simulated world, as the reconciler walks them but without the framework, and a node that runs its Jobs. The live database has the
 * table {@code live}, a restore of the backup has {@code restored}.
 */
final class Bench {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final String BACKUP = "9a2b3c4d-0000-4000-8000-000000000009";
    static final ObjectId DATABASE = new ObjectId("ManagedDatabase", "shop", "orders", "cr-1");
    static final TenantNames NAMES = new TenantNames(SqlIdentifier.of("shop_orders"));
    static final OwnershipMark MARK = OwnershipMark.of("installation-1", "namespace-1", DATABASE);
    static final String SHA = "a".repeat(64);
    static final String BACKED_UP = """
            {"result":"Succeeded","startTime":"2026-11-22T09:00:00Z","completionTime":"2026-11-22T09:00:09Z","sizeBytes":10,"databaseSizeBytes":1000,"sha256":"%s",\
            "serverVersionNum":170000,"clientMajor":17,"tables":1,"rows":7,"uncounted":0,"largeObjects":0,"leftOut":{},"verification":"RowCounts",\
            "database":{"databaseName":"shop_orders"},"encoding":"UTF8","collate":"C.UTF-8","ctype":"C.UTF-8","localeProvider":"libc","locale":null,\
            "extensions":[],"extensionsLeftOff":0}""".formatted(SHA);
    static final String RESTORED = """
            {"result":"Succeeded","tables":1,"rows":7,"skippedGrants":{"count":0,"names":[]},"closedRoutines":0,"leftOut":{},"durationSeconds":3}""";

    private static final String DIRECTORY = "20261122T090000Z-9a2b3c4d";
    private static final ObjectName CR = new ObjectName(DatabaseBackup.class, "shop", "nightly");
    private static final Password PASSWORD = Password.of("correct-horse-battery");
    private static final ScramVerifier VERIFIER = ScramVerifier.of(PASSWORD, new byte[ScramVerifier.SALT_BYTES]);
    private static final ToolSettings SETTINGS =
            new ToolSettings(Map.of(), "/var/backups/ocean", Duration.ofHours(6), PodSettings.DEFAULTS);
    private static final int PASSES = 25;

    final SimulatedWorld world = new SimulatedWorld();
    Instant now = NOW;
    LoginProofs proofs = new LoginProofs(now);
    Optional<Problem> lastProblem = Optional.empty();
    Optional<String> before = Optional.empty();
    /** How the next restore Jobs end; by success where it is empty. */
    final Deque<Integer> exits = new ArrayDeque<>();

    Bench() {
        var settings = new DatabaseSettings("UTF8", Optional.empty(), 54, List.of());
        world.apply(new Step.Sql(new ServerStep.CreateGroups(NAMES, NAMES.groups(), MARK)));
        world.apply(new Step.Sql(new ServerStep.CreateDatabase(NAMES, MARK, settings)));
        world.apply(new Step.Sql(
                new ServerStep.FurnishDatabase(NAMES, MARK, new ServerStep.Login(Slot.A, VERIFIER, 54), List.of())));
        world.server.knownDatabase("shop_orders").contents.put("table live", "shop_orders__owner");
        world.server.database("neighbour").contents.put("table theirs", "neighbour__owner");
        world.api.store(secret());
        world.api.store(new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("shop-backups")
                .withLabels(Map.of(Labels.BACKUP_STORAGE, "true"))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .endSpec()
                .build());
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

    // ---- what users do

    void backUp(@Nullable String importFrom) {
        var cr = new DatabaseBackup();
        cr.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("nightly")
                .withUid(BACKUP)
                .withGeneration(1L)
                .withCreationTimestamp("2026-11-22T09:00:00Z")
                .build());
        cr.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.RESTORE, FilePolicy.DELETE, null, false, importFrom));
        world.api.store(cr);
    }

    void delete() {
        var cr = cr();
        cr.getMetadata().setDeletionTimestamp(now.toString());
        world.api.store(cr);
    }

    /** A restore in place of the same backup, as it ended. */
    void restoredInPlace(ConditionType type, Reason reason) {
        var restore = new DatabaseRestore();
        restore.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("back")
                .withUid("1a2b3c4d-0000-4000-8000-000000000001")
                .withCreationTimestamp("2026-11-22T09:30:00Z")
                .build());
        restore.setSpec(new DatabaseRestoreSpec(
                new BackupReference("nightly"), new DatabaseReference("orders"), "shop_orders", 24, false, false));
        restore.setStatus(new DatabaseRestoreStatus(
                1L,
                NOW,
                NOW,
                new DatabaseRestoreStatus.Bound(null, BACKUP, null),
                null,
                null,
                null,
                null,
                null,
                Conditions.after(List.of(), 1, NOW).holds(type, reason, "").list()));
        world.api.store(restore);
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
        var task = job.getMetadata().getLabels().get(Labels.NAME);
        if (!ToolJob.task(JobScript.RESTORE).equals(task)) {
            ended(job, 0, ToolJob.task(JobScript.DELETE).equals(task) ? "{\"result\":\"Succeeded\"}" : BACKED_UP);
            return;
        }
        int exit = exits.isEmpty() ? 0 : exits.pop();
        scratch()
                .ifPresent(scratch ->
                        scratch.contents.put(exit == 0 ? "table restored" : "half of a table", "shop_orders__owner"));
        ended(job, exit, exit == 0 ? RESTORED : "");
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
        var cr = (DatabaseBackup) found.get();
        lastProblem = cr.getMetadata().getDeletionTimestamp() == null ? reconcile(cr) : cleanup(cr);
    }

    private Optional<Problem> reconcile(DatabaseBackup cr) {
        try {
            var request = request(cr);
            return request.isToBeVerified() ? verify(cr, request) : make(cr, request);
        } catch (Blocked blocked) {
            write(cr, BackupStatusMapper.blocked(cr, blocked.problem(), now));
            return Optional.of(blocked.problem());
        }
    }

    private Optional<Problem> make(DatabaseBackup cr, BackupRequest request) {
        var settled = executor()
                .settle(
                        request.subject(),
                        () -> observer().look(cr, request),
                        seen -> BackupPlanner.plan(request, seen, SETTINGS, now));
        write(cr, BackupStatusMapper.next(cr, request, settled, now));
        return settled.problem();
    }

    private Optional<Problem> verify(DatabaseBackup cr, BackupRequest request) {
        var verification = VerificationRequest.of(cr, beside(cr));
        var lane = world.lane(NAMES);
        var settled = executor()
                .settle(
                        verification.subject(),
                        lane,
                        () -> verifications().look(verification, observer().look(cr, request), lane),
                        seen -> world.expect(VerificationPlanner.plan(request, verification, seen, SETTINGS, now)));
        write(cr, BackupStatusMapper.nextVerified(cr, request, settled, now));
        return settled.problem();
    }

    private Optional<Problem> cleanup(DatabaseBackup cr) {
        var problem = withdraw(cr);
        if (problem.isEmpty()) {
            problem = discard(cr);
        }
        if (problem.isEmpty()) {
            world.api.remove(CR);
        }
        return problem;
    }

    private Optional<Problem> withdraw(DatabaseBackup cr) {
        if (!VerificationRequest.isOpen(cr)) {
            return Optional.empty();
        }
        var verification = VerificationRequest.of(cr, beside(cr));
        var lane = world.lane(NAMES);
        return executor()
                .settle(
                        verification.subject(),
                        lane,
                        () -> verifications().look(verification, lane),
                        seen -> world.expect(VerificationPlanner.planRemoval(verification, seen)))
                .problem();
    }

    private Optional<Problem> discard(DatabaseBackup cr) {
        return BackupRequest.parseRemoved(cr, Optional.of(new Home("shop", "shop-backups")))
                .flatMap(request -> executor()
                        .settle(
                                request.subject(),
                                () -> observer().look(cr, request),
                                seen -> BackupPlanner.planRemoval(request, seen, SETTINGS, now))
                        .problem());
    }

    private void write(DatabaseBackup cr, DatabaseBackupStatus status) {
        if (world.api.read(CR).isPresent() && !status.equals(cr.getStatus())) {
            cr.setStatus(status);
            world.api.store(cr);
        }
    }

    /** Passes, with a node that runs what they ask for, until nothing changes any more. */
    void converge() {
        for (var pass = 0; pass < PASSES; pass++) {
            var effects = world.boundaries.count();
            var status = status();
            pass();
            if (effects == world.boundaries.count() && Objects.equals(status, status()) && !hasWork()) {
                return;
            }
            runJobs();
            lastProblem
                    .flatMap(Problem::delay)
                    .filter(delay -> delay.toSeconds() > 5)
                    .ifPresent(delay -> now = now.plus(delay));
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

    DatabaseBackup cr() {
        return (DatabaseBackup) world.api.read(CR).orElseThrow();
    }

    boolean isGone() {
        return world.api.read(CR).isEmpty();
    }

    Optional<DatabaseBackupStatus> status() {
        return world.api.read(CR).map(DatabaseBackup.class::cast).map(DatabaseBackup::getStatus);
    }

    Optional<Condition> condition(ConditionType type) {
        return status().flatMap(status -> Conditions.find(status.conditions(), type));
    }

    Optional<SimulatedServer.Database> scratch() {
        return world.server.findDatabase(NAMES.verification(BACKUP).value());
    }

    List<String> jobs() {
        return world.api.list(Job.class, "shop").stream()
                .map(job -> job.getMetadata().getName())
                .toList();
    }

    private BackupRequest request(DatabaseBackup cr) {
        var references = new BackupReferences(
                DATABASE,
                "shop",
                "shop-backups",
                Optional.of(server()),
                Optional.of(login()),
                Optional.empty(),
                0,
                before,
                false,
                false,
                Optional.empty());
        return BackupRequest.parse(cr, references);
    }

    private static ToolLogin login() {
        return new ToolLogin(endpoint(), 17, "shop_orders", "shop_orders__a", "orders-credentials");
    }

    private static DatabaseReferences server() {
        return new DatabaseReferences(
                "installation-1",
                "namespace-1",
                new ObjectId("PostgresInstance", "shop", "main", "instance-1"),
                new ServerDirectory.Entry(
                        endpoint(), SimulatedServer.ADMIN, "postgres", "17.12", SimulatedServer.IDENTIFIER),
                Optional.empty(),
                50,
                Adoption.NONE,
                false,
                Optional.empty());
    }

    private static RestoreReferences beside(DatabaseBackup cr) {
        var id = new ObjectId(
                "DatabaseBackup", "shop", "nightly", cr.getMetadata().getUid());
        var source = new Source(
                id, true, true, true, "shop-backups", "shop/orders/" + DIRECTORY, SHA, Duration.ofSeconds(9));
        return new RestoreReferences(server(), DATABASE, NAMES.database(), false, login(), Optional.of(source));
    }

    private BackupObserver observer() {
        return new BackupObserver(world.api);
    }

    private VerificationObserver verifications() {
        return new VerificationObserver(world.api, new Pictures());
    }

    private Executor executor() {
        return new Executor(world.api, proofs, () -> now);
    }
}
