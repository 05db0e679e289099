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
 * What the operator last saw of a {@link DatabaseBackup}; every component is null, or empty, until then. A terminal condition (Complete or Failed) is a fact from then
 * on: the Job that it was read from is removed.
 *
 * @param startTime whole seconds
 * @param completionTime whole seconds
 * @param verifiedTime whole seconds
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DatabaseBackupStatus(
        @Min(-1)
        @JsonPropertyDescription(
                "The `metadata.generation` that this status is about. -1 until the operator has seen the object.")
        @Nullable
        Long observedGeneration,

        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When the dump began; the backup has what was committed then.")
        @Nullable
        Instant startTime,

        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When the backup was complete: proved and in its place on the volume.")
        @Nullable
        Instant completionTime,

        @JsonPropertyDescription("Where the files are.") @Nullable
        Location location,

        @Min(0) @Max(1_000_000_000_000_000L) @JsonPropertyDescription("Size of the dump. Bytes.") @Nullable
        Long sizeBytes,

        @Min(0)
        @Max(1_000_000_000_000_000L)
        @JsonPropertyDescription("Size of the database when it was dumped. Bytes.")
        @Nullable
        Long databaseSizeBytes,

        @Size(max = 64)
        @JsonPropertyDescription(
                "SHA-256 of the dump, in hexadecimal digits. Every use of the backup compares the file with it.")
        @Nullable
        String sha256,

        @Size(max = 64) @JsonPropertyDescription("Version of the server, such as `17.5`.") @Nullable
        String serverVersion,

        @Min(0) @Max(100_000_000) @JsonPropertyDescription("How many tables were counted.") @Nullable
        Integer tables,

        @Min(0) @Max(1_000_000_000_000_000L) @JsonPropertyDescription("How many rows they have together.") @Nullable
        Long rows,

        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When a restore of the backup first proved it.")
        @Nullable
        Instant verifiedTime,

        @Size(max = 16)
        @JsonPropertyDescription(
                "Conditions of the DatabaseBackup, sorted by type: Ready, and where they hold Complete, Failed, Verified, Reconciling, Stalled, DeletionBlocked.")
        List<Condition> conditions)
        implements ConditionedStatus {

    public DatabaseBackupStatus {
        startTime = startTime == null ? null : startTime.truncatedTo(ChronoUnit.SECONDS);
        completionTime = completionTime == null ? null : completionTime.truncatedTo(ChronoUnit.SECONDS);
        verifiedTime = verifiedTime == null ? null : verifiedTime.truncatedTo(ChronoUnit.SECONDS);
        conditions = Copies.ofList(conditions);
    }

    /**
     * Where the files of a backup are.
     *
     * @param claimUid null only until the claim was seen
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Location(
            @Required
            @Size(min = 1, max = 253)
            @JsonPropertyDescription("Name of the PersistentVolumeClaim, in the same namespace.")
            String claimName,

            @Required
            @Size(min = 1, max = 160)
            @JsonPropertyDescription("Directory of the backup, relative to the root of the volume.")
            String path,

            @Size(max = 64)
            @JsonPropertyDescription(
                    "UID of that PersistentVolumeClaim. One that was deleted and made again under its name is another volume.")
            @Nullable
            String claimUid) {}
}
