package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator last saw of a {@link DatabaseRestore}; every component is null, or empty, until then. A terminal condition (Complete or Failed) is a fact from then on:
 * the Jobs that it was read from are removed.
 *
 * @param startTime whole seconds
 * @param completionTime whole seconds
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DatabaseRestoreStatus(
        @Min(-1)
        @JsonPropertyDescription(
                "The `metadata.generation` that this status is about. -1 until the operator has seen the object.")
        @Nullable
        Long observedGeneration,

        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When the operator first saw the object.")
        @Nullable
        Instant startTime,

        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When the restored data was in place and a login into it had succeeded.")
        @Nullable
        Instant completionTime,

        @JsonPropertyDescription(
                "What this restore is about, by identity: a ManagedDatabase, DatabaseBackup or server that comes under the same name later is another one.")
        @Nullable
        Bound bound,

        @JsonPropertyDescription("What was restored; every table was counted and compared with the backup.") @Nullable
        Restored restored,

        @JsonPropertyDescription(
                "The database that a rollback would bring back, or that one put aside, while it is kept.")
        @Nullable
        PreviousDatabase previousDatabase,

        @Min(0)
        @Max(86_400_000)
        @JsonPropertyDescription(
                "How long the last swap kept clients out, as the operator measured it. Milliseconds; absent where the operator was restarted in that moment.")
        @Nullable
        Long outageMillis,

        @JsonPropertyDescription(
                "Privileges of the backup that could not be given again: they name roles that are gone.")
        @Nullable
        SkippedGrants skippedGrants,

        @JsonPropertyDescription("What the checks before the restore found.") @Nullable
        Preflight preflight,

        @Size(max = 16)
        @JsonPropertyDescription(
                "Conditions of the DatabaseRestore, sorted by type: Ready, and where they hold Complete, Failed, RolledBack, PreviousNotDropped, Reconciling, Stalled, DeletionBlocked.")
        List<Condition> conditions)
        implements ConditionedStatus {

    public DatabaseRestoreStatus {
        startTime = startTime == null ? null : startTime.truncatedTo(ChronoUnit.SECONDS);
        completionTime = completionTime == null ? null : completionTime.truncatedTo(ChronoUnit.SECONDS);
        conditions = Copies.ofList(conditions);
    }

    /** Written before anything is begun. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Bound(
            @Size(max = 64) @JsonPropertyDescription("UID of the ManagedDatabase.") @Nullable
            String databaseUid,

            @Size(max = 64) @JsonPropertyDescription("UID of the DatabaseBackup; absent until there is one.") @Nullable
            String backupUid,

            @Size(max = 32)
            @JsonPropertyDescription(
                    "The server's own identity (`system_identifier`); absent until the restore begins, and then nothing of it is on any server.")
            @Nullable
            String systemIdentifier) {}

    /** How much was restored. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Restored(
            @Min(0) @Max(100_000_000) @JsonPropertyDescription("How many tables were counted.") @Nullable
            Long tables,

            @Min(0) @Max(1_000_000_000_000_000L) @JsonPropertyDescription("How many rows they have together.") @Nullable
            Long rows,

            @Min(0)
            @Max(100_000_000)
            @JsonPropertyDescription(
                    "How many routines that run with their owner's rights (SECURITY DEFINER) were closed to everybody but the owner, because their grants were lost. Absent for none.")
            @Nullable
            Long closedRoutines) {}

    /**
     * The closed database.
     *
     * @param expiresTime whole seconds
     */
    public record PreviousDatabase(
            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Its name on the server.")
            String name,

            @JsonFormat(shape = JsonFormat.Shape.STRING) @JsonPropertyDescription("When it is dropped.") @Nullable
            Instant expiresTime) {}

    /** Entries of the backup that were left out, whole. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record SkippedGrants(
            @Min(0) @Max(100_000_000) @JsonPropertyDescription("How many.") @Nullable
            Long count,

            @Size(max = 16) @JsonPropertyDescription("The first of them, as the backup's table of contents has them.")
            List<@Size(max = 256) String> entries) {

        public SkippedGrants {
            entries = Copies.ofList(entries);
        }
    }

    /** What the checks found. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Preflight(
            @Size(max = 64) @JsonPropertyDescription("Version of the server, such as `17.5`.") @Nullable
            String serverVersion,

            @Min(0)
            @Max(4_000_000_000_000_000L)
            @JsonPropertyDescription(
                    "Room that the restore needs on the server's disk; how much is free an external server does not tell. Bytes.")
            @Nullable
            Long requiredBytes,

            @Min(0)
            @Max(31_536_000)
            @JsonPropertyDescription("How long the restore may take, by the time that the dump took. Seconds.")
            @Nullable
            Long expectedSeconds,

            @Min(0)
            @Max(1_000_000)
            @JsonPropertyDescription("Sessions in the live database; those of the application are ended by the swap.")
            @Nullable
            Integer sessions,

            @Size(max = 8)
            @JsonPropertyDescription(
                    "What stands in the way of the swap because it may not be ended: sessions (pid, user, application) and prepared transactions.")
            List<@Size(max = 256) String> blockingSessions,

            @Size(max = 16)
            @JsonPropertyDescription("Logical replication slots of the live database: they stay with the old data.")
            List<@Size(max = 63) String> logicalSlots,

            @Size(max = 64)
            @JsonPropertyDescription(
                    "Extensions of the backup that the server does not offer, or only a superuser may make.")
            List<@Size(max = 63) String> missingExtensions,

            @Size(max = 16)
            @JsonPropertyDescription(
                    "What of the backup is left out, because an owner of a database may not make it or because it is made before: `<how many> <kind>`.")
            List<@Size(max = 128) String> leftOut) {

        public Preflight {
            blockingSessions = Copies.ofList(blockingSessions);
            logicalSlots = Copies.ofList(logicalSlots);
            missingExtensions = Copies.ofList(missingExtensions);
            leftOut = Copies.ofList(leftOut);
        }
    }
}
