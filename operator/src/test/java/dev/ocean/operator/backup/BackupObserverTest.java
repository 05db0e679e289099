package dev.ocean.operator.backup;

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
import dev.ocean.operator.backup.ObservedBackup.Claim;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** What is seen of volumes and of other backups, live. */
class BackupObserverTest {

    private static final Instant COMPLETED = Instant.parse("2026-11-22T03:10:00Z");
    private static final String DIRECTORY = "20261101T000000Z-ffffffff";
    private static final Map<String, String> CONSENT = Map.of("ocean.dev/backup-storage", "true");

    private final SimulatedWorld world = new SimulatedWorld();
    private final BackupObserver observer = new BackupObserver(world.api);

    private static DatabaseBackup backup(String name, char uid, @Nullable String importFrom) {
        var cr = new DatabaseBackup();
        cr.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName(name)
                .withUid(String.valueOf(uid).repeat(8) + "-0000-4000-8000-000000000001")
                .withGeneration(1L)
                .withCreationTimestamp("2026-11-22T03:00:00Z")
                .build());
        cr.setSpec(new DatabaseBackupSpec(
                new DatabaseReference("orders"), Verification.ROW_COUNTS, FilePolicy.DELETE, 1, false, importFrom));
        return cr;
    }

    private static DatabaseBackup complete(DatabaseBackup cr, Instant completed, String claimUid) {
        var from = cr.getSpec().importFrom();
        var directory = from != null
                ? from
                : "20261122T030000Z-" + cr.getMetadata().getUid().substring(0, 8);
        var conditions = Conditions.after(List.of(), 1, completed)
                .holds(ConditionType.COMPLETE, Reason.COMPLETE, "Done.")
                .holds(ConditionType.READY, Reason.COMPLETE, "Done.")
                .list();
        cr.setStatus(new DatabaseBackupStatus(
                1L,
                completed,
                completed,
                new Location("shop-backups", "shop/orders/" + directory, claimUid),
                1L,
                1L,
                "ab",
                "17.5",
                1,
                1L,
                null,
                conditions));
        return cr;
    }

    private static DatabaseBackup going(DatabaseBackup cr, FilePolicy policy) {
        cr.getMetadata().setDeletionTimestamp("2026-11-22T04:00:00Z");
        var spec = cr.getSpec();
        cr.setSpec(new DatabaseBackupSpec(
                spec.databaseRef(), spec.verification(), policy, spec.ttlDays(), spec.pinned(), spec.importFrom()));
        return cr;
    }

    private static PersistentVolumeClaim claim(String uid, Map<String, String> labels) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("shop-backups")
                .withUid(uid)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .endSpec()
                .build();
    }

    private ObservedBackup removed(DatabaseBackup cr) {
        return observer.look(
                cr, BackupRequest.parseRemoved(cr, Optional.empty()).orElseThrow());
    }

    private ObservedBackup made(DatabaseBackup cr) {
        var references = new BackupReferences(
                new ObjectId("ManagedDatabase", "shop", "orders", "d-1"),
                "shop",
                "shop-backups",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                false,
                false,
                Optional.empty());
        return observer.look(cr, BackupRequest.parse(cr, references));
    }

    @Test
    void aClaimIsTheOneThatWasWrittenTo() {
        var cr = complete(backup("nightly", 'a', null), COMPLETED, "c-1");
        assertThat(removed(cr).claim()).isEqualTo(Claim.MISSING);

        world.api.store(claim("c-1", CONSENT));
        assertThat(removed(cr).claim()).isEqualTo(Claim.USABLE);
        assertThat(removed(cr).claimUid()).contains("c-1");
        assertThat(made(cr).claim()).isEqualTo(Claim.USABLE);
    }

    @Test
    void aClaimOfItsNameThatWasMadeAgainIsAnotherOneWhateverItSays() {
        var cr = complete(backup("nightly", 'a', null), COMPLETED, "c-1");
        world.api.store(claim("c-2", Map.of()));

        assertThat(removed(cr).claim()).isEqualTo(Claim.REPLACED);
        assertThat(made(cr).claim()).isEqualTo(Claim.REPLACED);
    }

    @Test
    void aClaimWithoutItsLabelIsNotTouched() {
        world.api.store(claim("c-1", Map.of("ocean.dev/backup-storage", "yes")));

        assertThat(removed(complete(backup("nightly", 'a', null), COMPLETED, "c-1"))
                        .claim())
                .isEqualTo(Claim.NOT_ALLOWED);
    }

    @Test
    void aClaimThatIsBeingDeletedIsGone() {
        var claim = claim("c-1", CONSENT);
        claim.getMetadata().setDeletionTimestamp("2026-11-22T04:00:00Z");
        world.api.store(claim);

        assertThat(removed(complete(backup("nightly", 'a', null), COMPLETED, "c-1"))
                        .claim())
                .as("no pod can mount it, and its files go with it")
                .isEqualTo(Claim.MISSING);
    }

    @Test
    void namesTheJobThatIsOnTheVolume() {
        world.api.store(claim("c-1", CONSENT));
        world.api.store(new JobBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("other-dump-1")
                .withLabels(Map.of("app.kubernetes.io/managed-by", "ocean", "ocean.dev/claim", "shop-backups"))
                .endMetadata()
                .build());

        assertThat(made(backup("nightly", 'a', null)).occupied().orElseThrow().message())
                .contains("'other-dump-1'", "'shop-backups'");
    }

    @Test
    void aNewerOneIsNoReasonToExpireOnceItsVolumeIsAnother() {
        var old = complete(backup("old", 'a', null), COMPLETED, "c-2");
        world.api.store(complete(backup("newer", 'b', null), COMPLETED.plusSeconds(60), "c-1"));

        world.api.store(claim("c-1", CONSENT));
        assertThat(made(old).newerGood()).isTrue();
        world.api.remove(new ObjectName(PersistentVolumeClaim.class, "shop", "shop-backups"));
        assertThat(made(old).newerGood()).as("its status has not noticed").isFalse();
        world.api.store(claim("c-2", CONSENT));
        assertThat(made(old).newerGood()).isFalse();
    }

    @Test
    void ofTwoImportsOfTheSameSecondOneHasTheDirectory() {
        var one = backup("one", 'a', DIRECTORY);
        var two = backup("two", 'b', DIRECTORY);
        world.api.store(one);
        world.api.store(two);

        assertThat(made(one).taken()).isEmpty();
        assertThat(made(two).taken().orElseThrow().message()).contains("'one'");
    }

    @Test
    void oneThatWasQuickerHasItForGood() {
        var one = backup("one", 'a', DIRECTORY);
        world.api.store(one);
        world.api.store(complete(backup("two", 'b', DIRECTORY), COMPLETED, "c-1"));

        assertThat(made(one).taken().orElseThrow().message()).contains("'two'");
    }

    @Test
    void oneThatFailedHasNothing() {
        var failed = backup("one", 'a', DIRECTORY);
        failed.setStatus(new DatabaseBackupStatus(
                1L,
                null,
                null,
                new Location("shop-backups", "shop/orders/" + DIRECTORY, "c-1"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Conditions.after(List.of(), 1, COMPLETED)
                        .holds(ConditionType.FAILED, Reason.CHECKSUM_MISMATCH, "No.")
                        .list()));
        world.api.store(failed);

        assertThat(made(backup("two", 'b', DIRECTORY)).taken()).isEmpty();
    }

    @Test
    void whoMadeADirectoryHasItUntilItIsGone() {
        var maker = going(backup("maker", 'f', null), FilePolicy.DELETE);
        world.api.store(maker);

        assertThat(made(backup("two", 'b', "20261122T030000Z-ffffffff")).taken())
                .isPresent();
    }

    @Test
    void filesOfAnotherCompleteOneAreShared() {
        var going = going(complete(backup("one", 'a', DIRECTORY), COMPLETED, "c-1"), FilePolicy.DELETE);
        assertThat(removed(going).shared()).isFalse();

        world.api.store(backup("two", 'b', DIRECTORY));
        assertThat(removed(going).shared()).as("not found to be complete").isFalse();
        world.api.remove(new ObjectName(DatabaseBackup.class, "shop", "two"));
        world.api.store(complete(backup("two", 'b', DIRECTORY), COMPLETED, "c-1"));
        assertThat(removed(going).shared()).isTrue();
        world.api.remove(new ObjectName(DatabaseBackup.class, "shop", "two"));
        world.api.store(going(complete(backup("two", 'b', DIRECTORY), COMPLETED, "c-1"), FilePolicy.DELETE));
        assertThat(removed(going).shared())
                .as("both go, and the files with them")
                .isFalse();
        world.api.remove(new ObjectName(DatabaseBackup.class, "shop", "two"));
        world.api.store(going(complete(backup("two", 'b', DIRECTORY), COMPLETED, "c-1"), FilePolicy.RETAIN));
        assertThat(removed(going).shared()).as("that one's are to stay").isTrue();
    }

    private static DatabaseRestore restore(@Nullable String backupUid, @Nullable ConditionType how) {
        var restore = new DatabaseRestore();
        restore.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("back")
                .withUid("r-1")
                .withCreationTimestamp("2026-11-22T05:00:00Z")
                .build());
        restore.setSpec(new DatabaseRestoreSpec(
                new BackupReference("nightly"), new DatabaseReference("orders"), "shop_orders", 24, false, false));
        var conditions = Conditions.after(List.of(), 1, COMPLETED);
        restore.setStatus(new DatabaseRestoreStatus(
                1L,
                COMPLETED,
                null,
                new DatabaseRestoreStatus.Bound("d-1", backupUid, null),
                null,
                null,
                null,
                null,
                null,
                (how == null ? conditions : conditions.holds(how, Reason.CHECKSUM_MISMATCH, "")).list()));
        return restore;
    }

    /** The times say nothing: a restore may begin with one backup and end beside its successor. */
    @Test
    void aRestoreOfAnotherBackupOfTheSameNameSaysNothing() {
        var cr = complete(backup("nightly", 'a', null), COMPLETED, "c-1");
        var own = cr.getMetadata().getUid();

        world.api.store(restore("of-a-predecessor", ConditionType.COMPLETE));
        assertThat(made(cr).restored()).isFalse();
        world.api.store(restore(own, ConditionType.COMPLETE));
        assertThat(made(cr).restored()).isTrue();
        world.api.store(restore("of-a-predecessor", ConditionType.FAILED));
        assertThat(made(cr).condemned()).isEmpty();
        world.api.store(restore(own, ConditionType.FAILED));
        assertThat(made(cr).condemned()).contains(Reason.CHECKSUM_MISMATCH);
        world.api.store(restore("of-a-predecessor", null));
        assertThat(made(cr).read()).isFalse();
        world.api.store(restore(own, null));
        assertThat(made(cr).read()).isTrue();
        world.api.store(restore(null, null));
        assertThat(made(cr).read()).as("it waits for a backup of that name").isTrue();
    }
}
