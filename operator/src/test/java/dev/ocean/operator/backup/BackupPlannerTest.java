package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.api.v1beta1.DatabaseReference;
import dev.ocean.operator.backup.ObservedBackup.Claim;
import dev.ocean.operator.connection.Endpoint;
import dev.ocean.operator.dump.ExitReason;
import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.JobState;
import dev.ocean.operator.dump.PodSettings;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.TlsMode;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.reference.BackupStorage.Home;
import dev.ocean.operator.reference.DatabaseReferences;
import dev.ocean.operator.reference.ServerDirectory;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.Adoption;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import static dev.ocean.operator.testkit.StatusAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BackupPlannerTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String UID = "1a2b3c4d-0000-4000-8000-000000000001";
    private static final String PATH = "shop/orders/20261122T030000Z-1a2b3c4d";
    private static final ToolSettings SETTINGS =
            new ToolSettings(Map.of(), "/var/backups/ocean", Duration.ofHours(6), PodSettings.DEFAULTS);
    private static final String TOLD =
            "{\"result\":\"Succeeded\",\"startTime\":\"2026-11-22T03:00:01Z\",\"completionTime\":\"2026-11-22T03:00:05Z\",\"sizeBytes\":4096,\"databaseSizeBytes\":8000000,"
                    + "\"sha256\":\"" + "ab".repeat(32)
                    + "\",\"serverVersionNum\":170005,\"clientMajor\":17,\"tables\":3,\"rows\":42,\"uncounted\":0,\"largeObjects\":0,\"leftOut\":{},\"verification\":\"RowCounts\","
                    + "\"database\":{\"databaseName\":\"shop_orders\"},\"encoding\":\"UTF8\",\"collate\":\"C\",\"ctype\":\"C\",\"localeProvider\":\"libc\",\"locale\":null,\"extensions\":[],\"extensionsLeftOff\":0}";

    private static final DatabaseReferences SERVER = new DatabaseReferences(
            "test",
            "ns-1",
            new ObjectId("PostgresInstance", "shop", "main", "i-1"),
            new ServerDirectory.Entry(
                    new Endpoint("db.example", 5432, TlsMode.VERIFY_FULL, Optional.of("PEM")),
                    "admin",
                    "postgres",
                    "17.5",
                    "7000000000000000001"),
            Optional.empty(),
            50,
            Adoption.NONE,
            false,
            Optional.empty());

    private static DatabaseBackup backup(@Nullable DatabaseBackupStatus status) {
        var cr = new DatabaseBackup();
        cr.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("nightly")
                .withUid(UID)
                .withGeneration(1L)
                .withCreationTimestamp("2026-11-22T03:00:00Z")
                .build());
        cr.setSpec(spec(FilePolicy.DELETE, null, null));
        cr.setStatus(status);
        return cr;
    }

    private static DatabaseBackupSpec spec(
            @Nullable FilePolicy policy, @Nullable Integer ttlDays, @Nullable String importFrom) {
        return new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, policy, ttlDays, false, importFrom);
    }

    private static DatabaseBackupStatus complete(Instant completed) {
        var conditions = Conditions.after(List.of(), 1, NOW)
                .holds(ConditionType.COMPLETE, Reason.COMPLETE, "Done.")
                .holds(ConditionType.READY, Reason.COMPLETE, "Done.")
                .list();
        return new DatabaseBackupStatus(
                1L,
                completed,
                completed,
                new Location("shop-backups", PATH, "c-1"),
                1L,
                1L,
                "ab",
                "17.5",
                1,
                1L,
                null,
                conditions);
    }

    private static BackupReferences references(Optional<Problem> notReady, Optional<Problem> noRoom) {
        return references(notReady, noRoom, false);
    }

    private static BackupReferences references(Optional<Problem> notReady, Optional<Problem> noRoom, boolean going) {
        var endpoint = new Endpoint("db.example", 5432, TlsMode.VERIFY_FULL, Optional.of("PEM"));
        var login = new ToolLogin(endpoint, 17, "shop_orders", "shop_orders__a", "orders-credentials");
        return new BackupReferences(
                new ObjectId("ManagedDatabase", "shop", "orders", "d-1"),
                "shop",
                "shop-backups",
                Optional.of(SERVER),
                notReady.isPresent() ? Optional.empty() : Optional.of(login),
                notReady,
                0,
                Optional.empty(),
                going,
                false,
                noRoom);
    }

    private static BackupRequest request(DatabaseBackup cr) {
        return BackupRequest.parse(cr, references(Optional.empty(), Optional.empty()));
    }

    private static ObservedBackup seen(JobAttempt... attempts) {
        return seen(Claim.USABLE, Set.of(), attempts);
    }

    /** What else may have been seen. */
    private enum Fact {
        OCCUPIED,
        TAKEN,
        SHARED,
        NEWER_GOOD,
        READ,
        RESTORED,
        CONDEMNED
    }

    private static ObservedBackup seen(Claim claim, Fact... facts) {
        return seen(claim, Set.of(facts));
    }

    private static ObservedBackup seen(Claim claim, Set<Fact> facts, JobAttempt... attempts) {
        var busy = Problem.of(ProblemKind.WAITING, Reason.OPERATION_IN_PROGRESS, "Another Job.");
        var taken = Problem.of(ProblemKind.INVALID, Reason.NAME_CONFLICT, "Another's.");
        return new ObservedBackup(
                Arrays.asList(attempts),
                claim,
                claim == Claim.MISSING ? Optional.empty() : Optional.of("c-1"),
                facts.contains(Fact.OCCUPIED) ? Optional.of(busy) : Optional.empty(),
                facts.contains(Fact.TAKEN) ? Optional.of(taken) : Optional.empty(),
                facts.contains(Fact.SHARED),
                facts.contains(Fact.NEWER_GOOD),
                facts.contains(Fact.READ),
                facts.contains(Fact.RESTORED),
                facts.contains(Fact.CONDEMNED) ? Optional.of(Reason.CHECKSUM_MISMATCH) : Optional.empty(),
                Optional.empty());
    }

    private static JobAttempt attempt(JobScript script, int number, JobState state) {
        var name = "nightly-" + script + "-" + number;
        return new JobAttempt(script, number, new ObjectName(Job.class, "shop", name), "j-" + number, state, false);
    }

    private static JobState.Failed exited(int code, Instant at) {
        return new JobState.Failed(at, Optional.of(code), Optional.empty(), Optional.empty());
    }

    private static Plan plan(ObservedBackup seen) {
        return BackupPlanner.plan(request(backup(null)), seen, SETTINGS, NOW);
    }

    private static Job created(Plan plan) {
        return (Job) ((Step.Create) plan.steps().getFirst()).object();
    }

    @Test
    void dumpsOnce() {
        var plan = plan(seen());

        assertThat(plan.problem()).isEmpty();
        assertThat(plan.steps()).hasSize(1);
        var job = created(plan);
        assertThat(job.getMetadata().getName()).isEqualTo("nightly-1a2b3c4d-dump-1");
        var container = job.getSpec().getTemplate().getSpec().getContainers().getFirst();
        assertThat(container.getImage()).isEqualTo("docker.io/library/postgres:17");
        assertThat(container.getEnv())
                .filteredOn(variable -> variable.getName().equals("BACKUP_PATH"))
                .extracting(variable -> variable.getValue())
                .containsExactly(PATH);
        assertThat(container.getEnv())
                .filteredOn(variable -> variable.getName().equals("PGPASSWORD"))
                .allSatisfy(variable -> assertThat(variable.getValue()).isNull());
        assertThat(plan(seen(attempt(JobScript.DUMP, 1, new JobState.Running(Optional.empty()))))
                        .problem()
                        .orElseThrow()
                        .reason())
                .isEqualTo(Reason.DUMPING);
    }

    @Test
    void isCompleteOnlyWithTheScriptsWord() {
        var told = seen(attempt(JobScript.DUMP, 1, new JobState.Succeeded(Optional.of(TOLD))));
        var mute = seen(attempt(JobScript.DUMP, 1, new JobState.Succeeded(Optional.empty())));
        var lying = seen(attempt(JobScript.DUMP, 1, new JobState.Succeeded(Optional.of("{\"result\":\"Succeeded\"}"))));

        assertThat(plan(told).isSettled()).isTrue();
        // The next attempt finds the finished files and tells again.
        assertThat(created(plan(mute)).getMetadata().getName()).endsWith("-dump-2");
        assertThat(created(plan(lying)).getMetadata().getName()).endsWith("-dump-2");
        var cr = backup(null);
        var status = BackupStatusMapper.next(cr, request(cr), new Settled<>(told, Optional.empty(), List.of()), NOW);
        assertThat(status).isWellFormed().hasCondition(ConditionType.COMPLETE).isTrue();
        assertThat(status.rows()).isEqualTo(42);
        assertThat(status.serverVersion()).isEqualTo("17.5");
        assertThat(status.location()).isEqualTo(new Location("shop-backups", PATH, "c-1"));
    }

    @Test
    void triesAgainAfterAPauseAndThenGivesUp() {
        var early = plan(seen(attempt(JobScript.DUMP, 1, exited(30, NOW.minusSeconds(10)))));
        var due = plan(seen(attempt(JobScript.DUMP, 1, exited(30, NOW.minusSeconds(60)))));
        var last = plan(seen(attempt(JobScript.DUMP, 4, exited(30, NOW.minus(Duration.ofDays(1))))));

        assertThat(early.steps()).isEmpty();
        assertThat(early.problem().orElseThrow().kind()).isEqualTo(ProblemKind.WAITING);
        assertThat(early.problem().orElseThrow().delay()).contains(Duration.ofSeconds(51));
        assertThat(due.steps()).hasSize(2);
        assertThat(created(due).getMetadata().getName()).endsWith("-dump-2");
        assertThat(last.steps()).isEmpty();
        assertThat(last.problem().orElseThrow().kind()).isEqualTo(ProblemKind.FAILED);
        var cr = backup(null);
        var status = BackupStatusMapper.next(cr, request(cr), new Settled<>(seen(), last.problem(), List.of()), NOW);
        assertThat(status)
                .isWellFormed()
                .hasCondition(ConditionType.FAILED)
                .isTrue()
                .withReason(Reason.DUMP_FAILED);
    }

    @Test
    void doesNotRepeatWhatCannotHelp() {
        assertThat(plan(seen(attempt(JobScript.DUMP, 1, exited(33, NOW.minus(Duration.ofDays(1))))))
                        .problem()
                        .orElseThrow())
                .satisfies(problem -> {
                    assertThat(problem.kind()).isEqualTo(ProblemKind.FAILED);
                    assertThat(problem.reason()).isEqualTo(Reason.ROW_SECURITY_BLOCKS);
                });
    }

    @Test
    void waitsForWhatItNeeds() {
        var request = request(backup(null));
        var missing = seen(Claim.MISSING);
        var foreign = seen(Claim.NOT_ALLOWED);
        var taken = seen(Claim.USABLE, Fact.OCCUPIED);
        var full = Problem.of(ProblemKind.INVALID, Reason.QUOTA_EXCEEDED, "Full.");

        assertThat(reason(request, missing)).isEqualTo(Reason.REFERENCE_NOT_FOUND);
        assertThat(reason(request, foreign)).isEqualTo(Reason.VOLUME_NOT_ALLOWED);
        assertThat(reason(request, taken)).isEqualTo(Reason.OPERATION_IN_PROGRESS);
        assertThat(reason(BackupRequest.parse(backup(null), references(Optional.empty(), Optional.of(full))), seen()))
                .isEqualTo(Reason.QUOTA_EXCEEDED);
    }

    @Test
    void ofADatabaseThatGoesOnlyTheLastOneIsMade() {
        var request = BackupRequest.parse(backup(null), references(Optional.empty(), Optional.empty(), true));
        var running = seen(attempt(JobScript.DUMP, 1, new JobState.Running(Optional.empty())));
        var stopped = BackupPlanner.plan(request, running, SETTINGS, NOW);

        assertThat(stopped.steps()).singleElement().isInstanceOfSatisfying(Step.Delete.class, step -> assertThat(
                        step.sighting().uid())
                .isEqualTo("j-1"));
        assertThat(stopped.problem().orElseThrow().reason()).isEqualTo(Reason.OPERATION_IN_PROGRESS);
        assertThat(reason(request, seen())).isEqualTo(Reason.OPERATION_IN_PROGRESS);
        // What was made before is one all the same.
        assertThat(BackupPlanner.plan(
                                request,
                                seen(attempt(JobScript.DUMP, 1, new JobState.Succeeded(Optional.of(TOLD)))),
                                SETTINGS,
                                NOW)
                        .isSettled())
                .isTrue();
    }

    /** Who waits for the Secret to go knows then that the Job is gone too. */
    @Test
    void theLoginOfALastBackupGoesAfterItsJob() {
        var seen = ofALastBackup(attempt(JobScript.DUMP, 1, new JobState.Succeeded(Optional.of(TOLD))));

        assertThat(BackupPlanner.plan(request(backup(complete(NOW))), seen, SETTINGS, NOW)
                        .steps())
                .asInstanceOf(InstanceOfAssertFactories.list(Step.Delete.class))
                .extracting(step -> step.sighting().uid())
                .containsExactly("j-1", "s-1");
    }

    /** No event of the Job's comes any more. */
    @Test
    void aLastBackupThatFailedForGoodIsSoonLookedAtAgain() {
        var failed = seen(attempt(JobScript.DUMP, 1, exited(33, NOW)));
        var ofLast = ofALastBackup(failed.attempts().getFirst());
        var request = request(backup(null));

        assertThat(BackupPlanner.plan(request, ofLast, SETTINGS, NOW).problem().orElseThrow())
                .returns(Reason.ROW_SECURITY_BLOCKS, Problem::reason)
                .extracting(Problem::delay)
                .isEqualTo(Optional.of(Duration.ofSeconds(2)));
        assertThat(BackupPlanner.plan(request, failed, SETTINGS, NOW)
                        .problem()
                        .orElseThrow()
                        .delay())
                .isEmpty();
    }

    private static ObservedBackup ofALastBackup(JobAttempt attempt) {
        return new ObservedBackup(
                List.of(attempt),
                Claim.USABLE,
                Optional.of("c-1"),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false,
                false,
                Optional.empty(),
                Optional.of(new ObservedBackup.OwnLogin(new ObjectName(Secret.class, "shop", "nightly-login"), "s-1")));
    }

    private static Reason reason(BackupRequest request, ObservedBackup seen) {
        var plan = BackupPlanner.plan(request, seen, SETTINGS, NOW);
        assertThat(plan.steps()).isEmpty();
        return plan.problem().orElseThrow().reason();
    }

    @Test
    void takesOverWithoutDumpingAndWithoutTheDatabase() {
        var cr = backup(null);
        cr.setSpec(spec(FilePolicy.DELETE, null, "20260101T000000Z-ffffffff"));
        var notReady = Problem.of(ProblemKind.WAITING, Reason.DATABASE_NOT_READY, "Not yet.");
        var request = BackupRequest.parse(cr, references(Optional.of(notReady), Optional.empty()));

        var job = created(BackupPlanner.plan(request, seen(), SETTINGS, NOW));

        assertThat(job.getMetadata().getName()).endsWith("-check-1");
        assertThat(request.location().path()).isEqualTo("shop/orders/20260101T000000Z-ffffffff");
    }

    @Test
    void whatIsOverIsNotLookedAtAgain() {
        var cr = backup(complete(NOW.minusSeconds(5)));
        var told = seen(attempt(JobScript.DUMP, 1, new JobState.Succeeded(Optional.of(TOLD))));

        var plan = BackupPlanner.plan(request(cr), told, SETTINGS, NOW);

        assertThat(plan.steps()).singleElement().isInstanceOf(Step.Delete.class);
        assertThat(BackupPlanner.plan(request(cr), seen(), SETTINGS, NOW).isSettled())
                .as("a Job that is gone starts no second dump")
                .isTrue();
    }

    @Test
    void expiresOnlyBesideANewerGoodOne() {
        var cr = backup(complete(NOW.minus(Duration.ofDays(31))));
        cr.setSpec(spec(FilePolicy.DELETE, 30, null));
        var alone = seen(Claim.USABLE);
        var outlived = seen(Claim.USABLE, Fact.NEWER_GOOD);

        assertThat(BackupPlanner.plan(request(cr), alone, SETTINGS, NOW).isSettled())
                .isTrue();
        assertThat(BackupPlanner.plan(request(cr), outlived, SETTINGS, NOW).steps())
                .singleElement()
                .hasToString("Delete DatabaseBackup shop/nightly");
        assertThat(BackupPlanner.plan(request(cr), outlived, SETTINGS, NOW.minus(Duration.ofDays(2)))
                        .isSettled())
                .isTrue();
    }

    @Test
    void removesItsFilesAndNothingElse() {
        var request = removed(complete(NOW), Optional.of(new Home("shop", "shop-backups")));
        var first = removal(request, seen());

        assertThat(first.steps()).singleElement().isInstanceOf(Step.Discard.class);
        assertThat(first.steps()).singleElement().hasToString("Discard nightly-1a2b3c4d-delete-1");
        var running = seen(attempt(JobScript.DELETE, 1, new JobState.Running(Optional.empty())));
        assertThat(removal(request, running).problem()).isPresent();
        assertThat(removal(request, seen(attempt(JobScript.DELETE, 1, new JobState.Succeeded(Optional.empty()))))
                        .isSettled())
                .isTrue();
        var failed = seen(attempt(JobScript.DELETE, 9, exited(20, NOW.minus(Duration.ofMinutes(16)))));
        assertThat(removal(request, failed).steps().getFirst())
                .as("without end")
                .hasToString("Discard nightly-1a2b3c4d-delete-10");
    }

    @Test
    void stopsItsDumpBeforeItsFilesGo() {
        var request = removed(complete(NOW), Optional.of(new Home("shop", "shop-backups")));
        var dumping = attempt(JobScript.DUMP, 1, new JobState.Running(Optional.empty()));

        assertThat(removal(request, seen(dumping)).steps()).singleElement().isInstanceOf(Step.Delete.class);
        var going = new JobAttempt(dumping.script(), 1, dumping.name(), dumping.uid(), exited(143, NOW), true);
        assertThat(removal(request, seen(going)).steps()).isEmpty();
        assertThat(removal(request, seen(going)).problem()).isPresent();
    }

    @Test
    void leavesFilesWhereAskedTo() {
        var cr = backup(complete(NOW));
        cr.setSpec(spec(FilePolicy.RETAIN, null, null));
        var request = BackupRequest.parseRemoved(cr, Optional.of(new Home("shop", "shop-backups")))
                .orElseThrow();

        assertThat(removal(request, seen()).isSettled()).isTrue();
    }

    @Test
    void aForgedStatusReachesNoOtherFiles() {
        var forged = forged("other/orders/20261122T030000Z-deadbeef");

        assertThatThrownBy(() -> BackupRequest.parseRemoved(backup(forged), Optional.empty()))
                .isInstanceOf(Blocked.class);
        assertThatThrownBy(() -> BackupRequest.parseRemoved(
                        backup(forged("shop/carts/20261122T030000Z-1a2b3c4d")), Optional.empty()))
                .isInstanceOf(Blocked.class);
        assertThat(BackupRequest.parseRemoved(backup(forged), Optional.of(new Home("shop", "shop-backups")))
                        .orElseThrow()
                        .location()
                        .path())
                .as("computed, where it can be")
                .isEqualTo(PATH);
    }

    private static DatabaseBackupStatus forged(String path) {
        return new DatabaseBackupStatus(
                1L,
                null,
                null,
                new Location("shop-backups", path, null),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    @Test
    void whatNeverBeganIsGoneAtOnce() {
        assertThat(BackupRequest.parseRemoved(backup(null), Optional.empty())).isEmpty();
        assertThat(removal(removed(null, Optional.of(new Home("shop", "shop-backups"))), seen())
                        .isSettled())
                .isTrue();
        var lostVolume = seen(Claim.MISSING);
        assertThat(removal(removed(complete(NOW), Optional.empty()), lostVolume).isSettled())
                .isTrue();
    }

    private static BackupRequest removed(@Nullable DatabaseBackupStatus status, Optional<Home> place) {
        return BackupRequest.parseRemoved(backup(status), place).orElseThrow();
    }

    private static Plan removal(BackupRequest request, ObservedBackup seen) {
        return BackupPlanner.planRemoval(request, seen, SETTINGS, NOW);
    }

    @Test
    void staysWhileARestoreReadsIt() {
        var read = seen(Claim.USABLE, Fact.READ);

        var plan = removal(removed(complete(NOW), Optional.of(new Home("shop", "shop-backups"))), read);

        assertThat(plan.steps()).isEmpty();
        assertThat(plan.problem().orElseThrow().reason()).isEqualTo(Reason.IN_USE);
    }

    @Test
    void isVerifiedByARestoreAndStaysSo() {
        var cr = backup(complete(NOW.minusSeconds(60)));
        var restored = seen(Claim.USABLE, Fact.RESTORED);

        var verified =
                BackupStatusMapper.next(cr, request(cr), new Settled<>(restored, Optional.empty(), List.of()), NOW);

        assertThat(verified)
                .isWellFormed()
                .hasCondition(ConditionType.VERIFIED)
                .isTrue()
                .withReason(Reason.RESTORED_IN_PLACE);
        cr.setStatus(verified);
        assertThat(BackupStatusMapper.next(cr, request(cr), new Settled<>(seen(), Optional.empty(), List.of()), NOW))
                .as("also when the restore's object is gone")
                .isEqualTo(verified);
    }

    @Test
    void whatCouldNotBeTakenOverStaysWhereItIs() {
        var cr = backup(forged(PATH));
        cr.setSpec(spec(FilePolicy.DELETE, null, "20260101T000000Z-ffffffff"));
        var request = BackupRequest.parseRemoved(cr, Optional.of(new Home("shop", "shop-backups")))
                .orElseThrow();

        assertThat(removal(request, seen(attempt(JobScript.CHECK, 1, exited(40, NOW))))
                        .isSettled())
                .isTrue();
    }

    @Test
    void isNoGoodBackupAnyMoreOnceARestoreFoundItsFilesBad() {
        var cr = backup(complete(NOW.minusSeconds(60)));
        var bad = seen(Claim.USABLE, Fact.CONDEMNED);
        var gone = seen(Claim.MISSING, Fact.RESTORED);

        assertThat(BackupStatusMapper.next(cr, request(cr), new Settled<>(bad, Optional.empty(), List.of()), NOW))
                .isWellFormed()
                .hasCondition(ConditionType.READY)
                .isFalse()
                .withReason(Reason.CHECKSUM_MISMATCH);
        assertThat(BackupStatusMapper.next(cr, request(cr), new Settled<>(gone, Optional.empty(), List.of()), NOW))
                .isWellFormed()
                .hasCondition(ConditionType.READY)
                .isFalse();
    }

    @Test
    void doesNotAskForEverWhatCannotBeRead() {
        var mute = new JobState.Succeeded(Optional.of("{}"));

        assertThat(created(plan(seen(attempt(JobScript.DUMP, 3, mute))))
                        .getMetadata()
                        .getName())
                .endsWith("-dump-4");
        assertThat(plan(seen(attempt(JobScript.DUMP, 4, mute)))
                        .problem()
                        .orElseThrow()
                        .kind())
                .isEqualTo(ProblemKind.FAILED);
    }

    @Test
    void theClusterMayEndAJobToo() {
        var lost = new JobState.Failed(
                NOW.minusSeconds(90), Optional.empty(), Optional.empty(), Optional.of(ExitReason.OUT_OF_MEMORY));

        assertThat(created(plan(seen(attempt(JobScript.DUMP, 1, lost))))
                        .getMetadata()
                        .getName())
                .endsWith("-dump-2");
    }

    @Test
    void aVolumeThatWasMadeAgainIsAnotherOne() {
        var cr = backup(complete(NOW.minusSeconds(60)));
        var elsewhere = seen(Claim.REPLACED);

        var status =
                BackupStatusMapper.next(cr, request(cr), new Settled<>(elsewhere, Optional.empty(), List.of()), NOW);

        assertThat(status)
                .isWellFormed()
                .hasCondition(ConditionType.READY)
                .isFalse()
                .withReason(Reason.VOLUME_REPLACED);
        assertThat(Objects.requireNonNull(status.location()).claimUid())
                .as("stays what it was")
                .isEqualTo("c-1");
        assertThat(message(status)).contains("shop-backups", "importFrom: 20261122T030000Z-1a2b3c4d");
        assertThat(removal(removed(complete(NOW), Optional.empty()), elsewhere).isSettled())
                .as("nothing on it is touched, and nothing holds the object")
                .isTrue();
    }

    private static String message(DatabaseBackupStatus status) {
        return Conditions.find(status.conditions(), ConditionType.READY)
                .orElseThrow()
                .getMessage();
    }

    @Test
    void aDumpThatDidNotEndGoesOnOnAVolumeThatWasMadeAgain() {
        var conditions = Conditions.after(List.of(), 1, NOW)
                .holdsNot(ConditionType.READY, Reason.DUMPING, "")
                .list();
        var begun = new DatabaseBackupStatus(
                1L,
                null,
                null,
                new Location("shop-backups", PATH, "c-0"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                conditions);

        assertThat(request(backup(begun)).claimUid()).isEmpty();
        assertThat(request(backup(complete(NOW))).claimUid()).contains("c-1");
    }

    @Test
    void isTakenOverByOneOfTwoThatWereMadeAtTheSameMoment() {
        var cr = backup(null);
        cr.setSpec(spec(FilePolicy.DELETE, null, "20260101T000000Z-ffffffff"));
        var late = seen(
                Claim.USABLE,
                Set.of(Fact.TAKEN),
                attempt(JobScript.CHECK, 1, new JobState.Succeeded(Optional.of(TOLD))));

        var plan = BackupPlanner.plan(request(cr), late, SETTINGS, NOW);

        assertThat(plan.steps()).isEmpty();
        assertThat(plan.problem().orElseThrow().reason()).isEqualTo(Reason.NAME_CONFLICT);
        assertThat(BackupStatusMapper.next(cr, request(cr), new Settled<>(late, plan.problem(), List.of()), NOW))
                .as("although its files were found to be good")
                .hasCondition(ConditionType.READY)
                .isFalse();
    }

    @Test
    void filesOfAnotherCompleteBackupStay() {
        assertThat(removal(removed(complete(NOW), Optional.empty()), seen(Claim.USABLE, Fact.SHARED))
                        .isSettled())
                .isTrue();
    }

    @Test
    void findsItsFilesAlsoWhereItsDatabaseIsOfAnotherProjectNow() {
        var request = removed(complete(NOW), Optional.of(new Home("garden", "garden-backups")));

        assertThat(request.location().path()).isEqualTo(PATH);
        assertThat(request.claimName()).isEqualTo("shop-backups");
        assertThat(request.claimUid()).contains("c-1");
    }

    @Test
    void failedByHandItGoesAfterAWeek() {
        var failed = failed(NOW.minus(Duration.ofDays(7)));
        var cr = backup(failed);

        assertThat(BackupPlanner.plan(request(cr), seen(), SETTINGS, NOW).steps())
                .singleElement()
                .hasToString("Delete DatabaseBackup shop/nightly");
        assertThat(BackupPlanner.plan(request(cr), seen(), SETTINGS, NOW.minusSeconds(1))
                        .isSettled())
                .isTrue();
        assertThat(BackupPlanner.plan(request(cr), seen(Claim.USABLE, Fact.READ), SETTINGS, NOW)
                        .isSettled())
                .as("a restore waits for it")
                .isTrue();
        cr.getMetadata().setLabels(Map.of("ocean.dev/owner-kind", "BackupSchedule"));
        assertThat(BackupPlanner.plan(request(cr), seen(), SETTINGS, NOW).isSettled())
                .as("a schedule counts its own")
                .isTrue();
        var pinned = backup(failed);
        pinned.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, FilePolicy.DELETE, 1, true, null));
        assertThat(BackupPlanner.plan(request(pinned), seen(), SETTINGS, NOW).isSettled())
                .isTrue();
    }

    @Test
    void whatAFailedOneLeftGoesWithIt() {
        assertThat(removal(removed(failed(NOW), Optional.empty()), seen()).steps())
                .singleElement()
                .hasToString("Discard nightly-1a2b3c4d-delete-1");
    }

    private static DatabaseBackupStatus failed(Instant at) {
        var conditions = Conditions.after(List.of(), 1, at)
                .holds(ConditionType.FAILED, Reason.DUMP_FAILED, "No.")
                .list();
        return new DatabaseBackupStatus(
                1L,
                null,
                null,
                new Location("shop-backups", PATH, "c-1"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                conditions);
    }

    @Test
    void aListOfBackupsShowsThatItFailed() {
        var cr = backup(null);
        var gone = Problem.of(ProblemKind.FAILED, Reason.DUMP_FAILED, "No.");

        var status = BackupStatusMapper.next(cr, request(cr), new Settled<>(seen(), Optional.of(gone), List.of()), NOW);

        assertThat(status).hasCondition(ConditionType.COMPLETE).isFalse().withReason(Reason.DUMP_FAILED);
        cr.setStatus(status);
        assertThat(BackupMemory.of(cr).outcome()).isEqualTo(BackupMemory.Outcome.FAILED);
    }

    @Test
    void namesJobsAndVolumes() {
        var dumping = plan(seen(attempt(JobScript.DUMP, 1, new JobState.Running(Optional.empty()))));
        var failing = plan(seen(attempt(JobScript.DUMP, 1, exited(30, NOW))));
        var removing = removal(
                removed(complete(NOW), Optional.empty()),
                seen(attempt(JobScript.DELETE, 1, new JobState.Running(Optional.empty()))));

        assertThat(dumping.problem().orElseThrow().message()).contains("'nightly-DUMP-1'", "'shop-backups'");
        assertThat(failing.problem().orElseThrow().message()).contains("'nightly-DUMP-1'");
        assertThat(removing.problem().orElseThrow().message()).contains("'nightly-DELETE-1'", "'shop-backups'");
    }

    @Test
    void whatCannotBeRemovedNamesTheWayOut() {
        var request = removed(complete(NOW), Optional.empty());
        var foreign = removal(request, seen(Claim.NOT_ALLOWED));
        var pending = Problem.of(ProblemKind.WAITING, Reason.VOLUME_PENDING, "No node can mount it.");
        var held = removal(request, seen(attempt(JobScript.DELETE, 1, new JobState.Running(Optional.of(pending)))));
        var failed = removal(request, seen(attempt(JobScript.DELETE, 1, exited(20, NOW))));

        assertThat(List.of(foreign, held, failed)).allSatisfy(plan -> {
            assertThat(plan.steps()).isEmpty();
            assertThat(plan.problem().orElseThrow().message()).contains("ocean.dev/abandon: \"true\"");
        });
    }

    @Test
    void theLastPlaceOfAQuotaIsGivenWhenAllOfItsSecondAreKnown() {
        var created = Instant.parse("2026-11-22T03:00:00Z");
        var request = BackupRequest.parse(backup(null), rationed());

        var early = BackupPlanner.plan(request, seen(), SETTINGS, created.plusSeconds(1));

        assertThat(early.steps()).isEmpty();
        assertThat(early.problem().orElseThrow().kind()).isEqualTo(ProblemKind.BUSY);
        assertThat(BackupPlanner.plan(request, seen(), SETTINGS, created.plusSeconds(2))
                        .steps())
                .hasSize(1);
        assertThat(BackupPlanner.plan(request(backup(null)), seen(), SETTINGS, created)
                        .steps())
                .as("without a quota it begins at once")
                .hasSize(1);
    }

    private static BackupReferences rationed() {
        var free = references(Optional.empty(), Optional.empty());
        return new BackupReferences(
                free.database(),
                free.project(),
                free.claimName(),
                free.server(),
                free.login(),
                free.notReady(),
                free.previousBytes(),
                free.before(),
                false,
                true,
                free.noRoom());
    }
}
