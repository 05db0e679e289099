package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What a user asks of a {@link DatabaseRestore}. Immutable, but {@code rollback}: another restore is another object. */
public record DatabaseRestoreSpec(
        @Required
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `backupRef` is immutable")
        @JsonPropertyDescription(
                "The DatabaseBackup to restore, of a database of the same project. Until it is Complete the restore waits. Immutable.")
        BackupReference backupRef,

        @Required
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `databaseRef` is immutable")
        @JsonPropertyDescription("The ManagedDatabase whose data is replaced, all of it. Immutable.")
        DatabaseReference databaseRef,

        @Required
        @Size(min = 1, max = 63)
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `confirmDatabaseName` is immutable")
        @JsonPropertyDescription(
                "Consent to overwrite: must equal `status.databaseName` of the ManagedDatabase. Immutable.")
        String confirmDatabaseName,

        @Default("24")
        @Min(0)
        @Max(8_760)
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `keepPreviousHours` is immutable")
        @JsonPropertyDescription(
                "How long the old data stays on the server as a closed database, and the restore can be undone; after an undo, how long the restored data stays. "
                        + "0: it goes as soon as a login into the restored data succeeded. Hours; immutable; default: 24.")
        Integer keepPreviousHours,

        @Default("false")
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `dryRun` is immutable")
        @JsonPropertyDescription(
                "Whether to make the checks only, with the findings in the status. Immutable; default: false.")
        boolean dryRun,

        @Default("false")
        @ValidationRule(value = "self || !oldSelf", message = "must not go back to false: make another restore")
        @JsonPropertyDescription(
                "Set to true, while the previous database is kept, to swap back to it. Cannot be taken back; default: false.")
        boolean rollback) {

    static final int DEFAULT_KEEP_PREVIOUS_HOURS = 24;

    public DatabaseRestoreSpec {
        keepPreviousHours = keepPreviousHours == null ? DEFAULT_KEEP_PREVIOUS_HOURS : keepPreviousHours;
    }
}
