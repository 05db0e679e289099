package dev.ocean.operator.backup;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.FilePolicy;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.dump.BackupLocation;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.plan.Subject;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.reference.BackupStorage.Place;
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
 * @param location on that volume
 * @param created when its object was made
 * @param imported whether it is on the volume already and only taken over
 * @param policy what becomes of the files when the object goes
 * @param ttl after completion; empty for ever
 */
record BackupRequest(
        Subject subject,
        Optional<BackupReferences> references,
        String claimName,
        BackupLocation location,
        Instant created,
        boolean imported,
        Verification verification,
        FilePolicy policy,
        Optional<Duration> ttl,
        BackupMemory memory) {

    private static final String KIND = "DatabaseBackup";

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
        var claim = Optional.ofNullable(cr.getStatus())
                .map(DatabaseBackupStatus::location)
                .map(Location::claimName)
                .orElse(references.claimName());
        return of(cr, Optional.of(references), claim, location(cr, references.project()));
    }

    /**
     * For one that goes.
     *
     * @param place computed again, if its database and Project are there: a forged status must not reach another backup's files
     * @return empty if it has no files: it never had a place
     */
    static Optional<BackupRequest> parseRemoved(DatabaseBackup cr, Optional<Place> place) {
        var told = Optional.ofNullable(cr.getStatus()).map(DatabaseBackupStatus::location);
        if (place.isPresent()) {
            var claim = told.map(Location::claimName).orElse(place.get().claimName());
            return Optional.of(
                    of(cr, Optional.empty(), claim, location(cr, place.get().project())));
        }
        return told.map(
                found -> of(
                        cr,
                        Optional.empty(),
                        found.claimName(),
                        BackupLocation.fromStatus(
                                        found.path(),
                                        cr.getMetadata().getUid(),
                                        Optional.ofNullable(cr.getSpec().importFrom()))
                                .filter(location -> location.database()
                                        .equals(cr.getSpec().databaseRef().name()))
                                .orElseThrow(
                                        () -> Blocked.by(
                                                ProblemKind.INVALID,
                                                Reason.INVALID_SPEC,
                                                "`status.location.path` is not a place of this backup, so nothing is removed. Take the finalizer off, or create its database and Project again."))));
    }

    private static BackupRequest of(
            DatabaseBackup cr, Optional<BackupReferences> references, String claimName, BackupLocation location) {
        var metadata = cr.getMetadata();
        var spec = cr.getSpec();
        var id = new ObjectId(KIND, metadata.getNamespace(), metadata.getName(), metadata.getUid());
        return new BackupRequest(
                new Subject(
                        new ObjectName(DatabaseBackup.class, id.namespace(), id.name()),
                        id,
                        references
                                .flatMap(BackupReferences::server)
                                .map(server -> server.key())
                                .orElse(ServerKey.NONE)),
                references,
                claimName,
                location,
                Instant.parse(metadata.getCreationTimestamp()),
                spec.importFrom() != null,
                // What is only to be removed need not be known.
                references.isPresent() ? known(spec.verification(), "verification") : Verification.ARCHIVE,
                known(spec.deletionPolicy(), "deletionPolicy"),
                ttl(spec),
                BackupMemory.of(cr));
    }

    private static Optional<Duration> ttl(DatabaseBackupSpec spec) {
        return spec.pinned()
                ? Optional.empty()
                : Optional.ofNullable(spec.ttlDays()).map(Duration::ofDays);
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
