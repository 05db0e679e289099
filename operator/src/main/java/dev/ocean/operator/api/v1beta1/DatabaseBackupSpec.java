package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a {@link DatabaseBackup}.
 *
 * @param verification null only for a value of a newer API version
 * @param deletionPolicy null only for a value of a newer API version
 * @param ttlDays null: kept until it is deleted
 * @param importFrom null: a dump is made
 */
@ValidationRule(
        value =
                "has(self.importFrom) == has(oldSelf.importFrom) && (!has(self.importFrom) || self.importFrom == oldSelf.importFrom)",
        message = "must not change, appear or go: `importFrom` is immutable",
        fieldPath = ".importFrom")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseBackupSpec(
        @Required
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `databaseRef` is immutable")
        @JsonPropertyDescription("The ManagedDatabase that is backed up. Immutable.")
        DatabaseReference databaseRef,

        @Default("RowCounts")
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `verification` is immutable")
        @JsonPropertyDescription(
                "What is proved. `Archive`: the whole file decodes and is hashed; `RowCounts`: and each table's rows in it are as many as in the snapshot; "
                        + "`Restore`: and once the backup is Complete it is restored into a scratch database on the same server, counted and dropped, which sets `Verified`. Immutable. Default: RowCounts.")
        @Nullable
        Verification verification,

        @Default("Delete")
        @JsonPropertyDescription(
                "What happens to the files when the object goes. `Delete`: they are removed; `Retain`: they stay, and `importFrom` takes them over again. Default: Delete.")
        @Nullable
        FilePolicy deletionPolicy,

        @Min(1)
        @Max(36_500)
        @JsonPropertyDescription(
                "Days after its completion at which the object deletes itself; never a pinned one, and never the newest good backup of its database. Default: never.")
        @Nullable
        Integer ttlDays,

        @Default("false") @JsonPropertyDescription("Whether no rule may remove the backup. Default: false.")
        boolean pinned,

        @Size(min = 25, max = 25)
        @ValidationRule(
                value = "self.matches('^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$')",
                message = "must be the name of a backup's directory on the volume, such as '20261122T030000Z-1a2b3c4d'")
        @JsonPropertyDescription(
                "Name of a directory of this database on the volume, which is taken over instead of making a dump. Immutable. Default: none.")
        @Nullable
        String importFrom) {

    /** How far a backup is proved. */
    public enum Verification {
        @JsonProperty("Archive")
        ARCHIVE,
        @JsonProperty("RowCounts")
        ROW_COUNTS,
        @JsonProperty("Restore")
        RESTORE
    }

    /** What happens to the files when the object goes. */
    public enum FilePolicy {
        @JsonProperty("Delete")
        DELETE,
        @JsonProperty("Retain")
        RETAIN
    }
}
