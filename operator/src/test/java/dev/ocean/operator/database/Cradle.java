package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.ToolJob;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.TenantNames;
import dev.ocean.operator.testkit.SimulatedServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A {@link Bench} with a backup, a volume and a node that runs Jobs. The backup has the table {@code restored}. */
final class Cradle {

    static final TenantNames NAMES = new TenantNames(SqlIdentifier.of("shop_orders"));
    static final String SCRATCH = NAMES.scratch("cr-1").value();

    private static final String SHA = "a".repeat(64);
    private static final String RESTORED = """
            {"result":"Succeeded","tables":1,"rows":7,"skippedGrants":{"count":2,"names":["ACL a"]},"closedRoutines":0,"leftOut":{},"durationSeconds":3}""";
    private static final int PASSES = 30;

    final Bench bench = new Bench();
    String dumpedName = "shop_orders";
    String extensions = "";
    /** How the next restore Jobs end; by success where it is empty. */
    final Deque<Integer> exits = new ArrayDeque<>();

    Cradle() {
        backup("shop", true);
        bench.world.api.store(new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("shop-backups")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .endSpec()
                .build());
    }

    void backup(String project, boolean complete) {
        var backup = new DatabaseBackup();
        backup.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("nightly")
                .withUid("9a2b3c4d-0000-4000-8000-000000000009")
                .withCreationTimestamp("2026-11-22T09:00:00Z")
                .build());
        backup.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("gone"), Verification.ROW_COUNTS, FilePolicy.DELETE, null, false, null));
        var conditions = Conditions.after(List.of(), 1, Fixtures.NOW);
        backup.setStatus(new DatabaseBackupStatus(
                1L,
                Fixtures.NOW,
                Fixtures.NOW,
                new Location("shop-backups", project + "/gone/20261122T090000Z-9a2b3c4d", null),
                10L,
                1000L,
                SHA,
                "17.12",
                1,
                7L,
                null,
                complete
                        ? conditions
                                .holds(ConditionType.COMPLETE, Reason.COMPLETE, "")
                                .list()
                        : List.of()));
        bench.world.api.store(backup);
    }

    // ---- what the cluster does

    /** Ends every Job that runs. */
    void runJobs() {
        for (var job : bench.world.api.list(Job.class, "shop")) {
            if (isRunning(job)) {
                run(job);
            }
        }
    }

    private static boolean isRunning(Job job) {
        return job.getStatus() == null || job.getStatus().getConditions().isEmpty();
    }

    private void run(Job job) {
        var restoring = ToolJob.task(JobScript.RESTORE)
                .equals(job.getMetadata().getLabels().get(Labels.NAME));
        int exit = restoring && !exits.isEmpty() ? exits.pop() : 0;
        if (restoring) {
            scratch()
                    .ifPresent(scratch -> scratch.contents.put(
                            exit == 0 ? "table restored" : "half of a table", "shop_orders__owner"));
        }
        var told = restoring ? RESTORED : backedUp();
        ended(job, exit, exit == 0 ? told : "");
    }

    private String backedUp() {
        return """
            {"result":"Succeeded","startTime":"2026-11-22T09:00:00Z","completionTime":"2026-11-22T09:00:09Z","sizeBytes":10,"databaseSizeBytes":1000,"sha256":"%s",\
            "serverVersionNum":170000,"clientMajor":17,"tables":1,"rows":7,"uncounted":0,"largeObjects":0,"leftOut":{},"verification":"RowCounts",\
            "database":{"databaseName":"%s"},"encoding":"LATIN1","collate":"de_DE","ctype":"de_DE","localeProvider":"libc","locale":null,\
            "extensions":[%s],"extensionsLeftOff":0}""".formatted(SHA, dumpedName, extensions);
    }

    private void ended(Job job, int exit, String message) {
        bench.world.api.store(new JobBuilder(job)
                .withNewStatus()
                .addNewCondition()
                .withType(exit == 0 ? "Complete" : "Failed")
                .withStatus("True")
                .withLastTransitionTime(bench.now.toString())
                .endCondition()
                .endStatus()
                .build());
        bench.world.api.store(new PodBuilder()
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

    /** Passes, with a node that runs what they ask for, until nothing changes any more. */
    void converge() {
        for (var pass = 0; pass < PASSES; pass++) {
            var effects = bench.world.boundaries.count();
            var before = bench.status();
            bench.pass();
            if (effects == bench.world.boundaries.count()
                    && Objects.equals(before, bench.status())
                    && bench.world.api.list(Job.class, "shop").stream().noneMatch(Cradle::isRunning)) {
                return;
            }
            runJobs();
            bench.lastProblem
                    .flatMap(Problem::delay)
                    .filter(delay -> delay.toSeconds() > 5)
                    .ifPresent(bench::wait);
        }
        throw new AssertionError("no rest after " + PASSES + " passes; problem " + bench.lastProblem + ", effects "
                + bench.world.boundaries.passed());
    }

    // ---- what there is

    Optional<SimulatedServer.Database> scratch() {
        return bench.world.server.findDatabase(SCRATCH);
    }

    Optional<SimulatedServer.Database> database() {
        return bench.world.server.findDatabase("shop_orders");
    }

    List<String> jobs() {
        return bench.world.api.list(Job.class, "shop").stream()
                .map(job -> job.getMetadata().getName())
                .toList();
    }

    Optional<String> reason(ConditionType type) {
        return bench.status()
                .flatMap(status -> Conditions.find(status.conditions(), type))
                .map(Condition::getReason);
    }
}
