package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.backup.BackupMemory.Outcome;
import dev.ocean.operator.dump.BackupLocation;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.plan.Subject;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.reference.BackupStorage.Home;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a DatabaseBackup asks for, with defaults and references resolved, and checked again in code.
 *
 * @param references empty for one that goes
 * @param claimName of the volume that it is, or will be, on
 * @param claimUid of the volume that its files are on; empty where it has none yet, or nobody knows
 * @param location on that volume
 * @param created when its object was made
 * @param imported whether it is on the volume already and only taken over
 * @param policy what becomes of the files when the object goes
 * @param ttl after completion; empty for ever
 * @param failedTtl after it failed for good; empty for ever
 */
record BackupRequest(
        Subject subject,
        Optional<BackupReferences> references,
        String claimName,
        Optional<String> claimUid,
        BackupLocation location,
        Instant created,
        boolean imported,
        Verification verification,
        FilePolicy policy,
        Optional<Duration> ttl,
        Optional<Duration> failedTtl,
        BackupMemory memory) {

    private static final String KIND = "DatabaseBackup";
    private static final Duration FAILED_TTL = Duration.ofDays(7);

    ObjectId id() {
        return subject.id();
    }

    /** What makes it: a dump, or the check of what is taken over. */
    JobScript script() {
        return imported ? JobScript.CHECK : JobScript.DUMP;
    }

    /** Whether it is complete and to be restored, and nobody knows yet what comes of that. */
    boolean isToBeVerified() {
        return verification == Verification.RESTORE && memory.isUnproved();
    }

    static BackupRequest parse(DatabaseBackup cr, BackupReferences references) {
        var memory = BackupMemory.of(cr);
        var place = new Place(
                memory.place().map(Location::claimName).orElse(references.claimName()),
                // A claim made again before the end gets the files as well as any.
                memory.outcome() == Outcome.COMPLETE ? claimUid(memory) : Optional.empty(),
                location(cr, references.project()));
        return of(cr, Optional.of(references), place);
    }

    private static Optional<String> claimUid(BackupMemory memory) {
        return memory.place().flatMap(place -> Optional.ofNullable(place.claimUid()));
    }

    /**
     * For one that goes. Its status tells where its files are, as its database may be of another Project by now; a status that names what cannot be this very backup's is not
     * believed.
     *
     * @param home computed again, if its database and Project are there
     * @return empty if it has no files: it never had a place
     */
    static Optional<BackupRequest> parseRemoved(DatabaseBackup cr, Optional<Home> home) {
        var memory = BackupMemory.of(cr);
        var told = memory.place();
        var location = told.flatMap(place -> told(cr, place)).or(() -> home.map(now -> location(cr, now.project())));
        if (told.isPresent() && location.isEmpty()) {
            throw Blocked.by(
                    ProblemKind.INVALID,
                    Reason.INVALID_SPEC,
                    "`status.location.path` is not a place of this backup, so nothing is removed. Create its database and Project again, or annotate this object with "
                            + Annotations.ABANDON + ": \"true\" to let it go without.");
        }
        return location.map(found -> of(
                cr,
                Optional.empty(),
                new Place(
                        told.map(Location::claimName)
                                .or(() -> home.map(Home::claimName))
                                .orElseThrow(),
                        claimUid(memory),
                        found)));
    }

    private static Optional<BackupLocation> told(DatabaseBackup cr, Location place) {
        var metadata = cr.getMetadata();
        return BackupLocation.fromStatus(
                        place.path(),
                        Instant.parse(metadata.getCreationTimestamp()),
                        metadata.getUid(),
                        Optional.ofNullable(cr.getSpec().importFrom()))
                .filter(location ->
                        location.database().equals(cr.getSpec().databaseRef().name()));
    }

    private record Place(String claimName, Optional<String> claimUid, BackupLocation location) {}

    private static BackupRequest of(DatabaseBackup cr, Optional<BackupReferences> references, Place place) {
        var metadata = cr.getMetadata();
        var spec = cr.getSpec();
        var id = new ObjectId(KIND, metadata.getNamespace(), metadata.getName(), metadata.getUid());
        return new BackupRequest(
                Subject.of(
                        cr,
                        id,
                        references
                                .flatMap(BackupReferences::server)
                                .map(server -> server.key())
                                .orElse(ServerKey.NONE)),
                references,
                place.claimName(),
                place.claimUid(),
                place.location(),
                Instant.parse(metadata.getCreationTimestamp()),
                spec.importFrom() != null,
                // What is only to be removed need not be known.
                references.isPresent() ? known(spec.verification(), "verification") : Verification.ARCHIVE,
                known(spec.deletionPolicy(), "deletionPolicy"),
                ttl(spec),
                failedTtl(cr),
                BackupMemory.of(cr));
    }

    private static Optional<Duration> ttl(DatabaseBackupSpec spec) {
        return spec.pinned()
                ? Optional.empty()
                : Optional.ofNullable(spec.ttlDays()).map(Duration::ofDays);
    }

    /** Only what was made by hand: who made another one, a schedule perhaps, counts its failures. */
    private static Optional<Duration> failedTtl(DatabaseBackup cr) {
        var labels = cr.getMetadata().getLabels();
        return cr.getSpec().pinned() || (labels != null && labels.containsKey(Labels.OWNER_KIND))
                ? Optional.empty()
                : Optional.of(FAILED_TTL);
    }

    private static BackupLocation location(DatabaseBackup cr, String project) {
        var database = cr.getSpec().databaseRef().name();
        var from = cr.getSpec().importFrom();
        return from != null
                ? new BackupLocation(project, database, from)
                : BackupLocation.of(
                        project,
                        database,
                        Instant.parse(cr.getMetadata().getCreationTimestamp()),
                        cr.getMetadata().getUid());
    }

    /** A value that a newer version of the API knows is read as null. */
    private static <T> T known(@Nullable T value, String field) {
        if (value == null) {
            throw Blocked.by(
                    ProblemKind.INVALID,
                    Reason.INVALID_SPEC,
                    "`spec." + field + "` has a value that this version of the operator does not know. Update it.");
        }
        return value;
    }
}
