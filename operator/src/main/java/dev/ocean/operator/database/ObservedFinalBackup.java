package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackupStatus.Location;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.dump.BackupLocation;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseActivity;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What there is of the last backup of a database that is to be dropped.
 *
 * @param object the DatabaseBackup under its name, whoever made it; empty for none
 * @param login the Secret of its own
 * @param activity who is in the database
 */
record ObservedFinalBackup(Optional<Found> object, ObservedSecret login, DatabaseActivity activity) {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    enum Outcome {
        OPEN,
        /** Not over, but it waits for a person. */
        STUCK,
        COMPLETE,
        FAILED
    }

    /**
     * A DatabaseBackup, as its object tells.
     *
     * @param ours whether it asks for what we would ask for; anybody can write that
     * @param going whether it is being deleted
     * @param begun whether a dump may have begun
     * @param start when the dump of a good one began: complete, in its place, and nothing known against it
     * @param word what it says of itself: reason and message
     */
    record Found(
            String uid,
            Instant created,
            boolean ours,
            boolean going,
            boolean begun,
            Outcome outcome,
            Optional<Instant> start,
            String word) {

        /** @param isThere whether the volume on which files are said to be is the one that they were written to */
        static Found of(DatabaseBackup backup, DatabaseRequest request, Predicate<Location> isThere) {
            var metadata = backup.getMetadata();
            var status = Optional.ofNullable(backup.getStatus());
            var outcome = status.map(Found::outcome).orElse(Outcome.OPEN);
            return new Found(
                    metadata.getUid(),
                    Instant.parse(metadata.getCreationTimestamp()),
                    isOurs(backup, request),
                    metadata.getDeletionTimestamp() != null,
                    outcome == Outcome.COMPLETE
                            || outcome == Outcome.FAILED
                            || status.map(DatabaseBackupStatus::location).isPresent(),
                    outcome,
                    status.filter(found -> isGood(found, backup, request))
                            .filter(found -> Optional.ofNullable(found.location())
                                    .filter(isThere)
                                    .isPresent())
                            .map(DatabaseBackupStatus::startTime),
                    ready(status)
                            .map(ready -> ready.getReason() + ": " + ready.getMessage())
                            .orElse(""));
        }

        private static boolean isOurs(DatabaseBackup backup, DatabaseRequest request) {
            var labels = Objects.requireNonNullElse(backup.getMetadata().getLabels(), Map.<String, String>of());
            return request.id().uid().equals(labels.get(Labels.FINAL_OF)) && isWhole(backup.getSpec(), request);
        }

        private static boolean isWhole(DatabaseBackupSpec spec, DatabaseRequest request) {
            return spec.databaseRef().name().equals(request.id().name())
                    && spec.verification() == Verification.ROW_COUNTS
                    && spec.importFrom() == null;
        }

        private static Outcome outcome(DatabaseBackupStatus status) {
            if (Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)) {
                return Outcome.COMPLETE;
            }
            if (Conditions.isTrue(status.conditions(), ConditionType.FAILED)) {
                return Outcome.FAILED;
            }
            // Its volume is gone: it waits for a person too, who may never come.
            var missing = ready(Optional.of(status))
                    .filter(ready -> Reason.REFERENCE_NOT_FOUND.code().equals(ready.getReason()))
                    .isPresent();
            return missing || Conditions.isTrue(status.conditions(), ConditionType.STALLED)
                    ? Outcome.STUCK
                    : Outcome.OPEN;
        }

        /** Also its place: what lies elsewhere is not what its own Job made. */
        private static boolean isGood(DatabaseBackupStatus status, DatabaseBackup backup, DatabaseRequest request) {
            var place = Optional.ofNullable(status.location())
                    .flatMap(location -> BackupLocation.fromStatus(
                            location.path(),
                            Instant.parse(backup.getMetadata().getCreationTimestamp()),
                            backup.getMetadata().getUid(),
                            Optional.empty()))
                    .filter(location -> location.project().equals(request.project())
                            && location.database().equals(request.id().name()));
            return place.isPresent()
                    && status.sha256() != null
                    && SHA256.matcher(status.sha256()).matches()
                    && Conditions.isTrue(status.conditions(), ConditionType.COMPLETE)
                    && Conditions.isTrue(status.conditions(), ConditionType.READY);
        }

        private static Optional<Condition> ready(Optional<DatabaseBackupStatus> status) {
            return Conditions.find(status.map(DatabaseBackupStatus::conditions).orElse(List.of()), ConditionType.READY);
        }
    }
}
