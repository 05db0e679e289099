package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a {@link Project}.
 *
 * @param instanceRef null: every database must name its own instance
 * @param backups null: no backups
 * @param quota null: no limit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProjectSpec(
        @JsonPropertyDescription(
                "The PostgresInstance of the project's databases that name none. If it changes, those databases are re-pointed: "
                        + "each must exist on the new instance already, nothing is copied. No default.")
        @Nullable
        InstanceReference instanceRef,

        @JsonPropertyDescription(
                "Where the backups of the project's databases are. Default: nowhere, and no backup can be made.")
        @Nullable
        Backups backups,

        @JsonPropertyDescription(
                "How much the project may own. Lowering it deletes nothing; it only refuses what is new. Default: no limit.")
        @Nullable
        Quota quota,

        @Default("{\"databases\": \"Delete\", \"backups\": \"Retain\"}")
        @JsonPropertyDescription(
                "What happens to what the project owns when it is deleted. A change holds for deletions that have not come to it yet.")
        OnDelete onDelete,

        @Default("false")
        @JsonPropertyDescription(
                "Whether deletion of the Project waits, with the condition DeletionBlocked. Setting it back to false lets a waiting deletion go on. Default: false.")
        boolean deletionProtection) {

    public ProjectSpec {
        onDelete = onDelete == null ? new OnDelete(DeletionPolicy.DELETE, BackupPolicy.RETAIN, null) : onDelete;
    }

    /**
     * How much a project may own.
     *
     * @param databases null: no limit
     * @param backups null: no limit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Quota(
            @Min(0)
            @Max(10_000)
            @JsonPropertyDescription(
                    "How many ManagedDatabases may belong to the project. Lowering it deletes nothing. Default: no limit.")
            @Nullable
            Integer databases,

            @Min(0)
            @Max(100_000)
            @JsonPropertyDescription(
                    "How many DatabaseBackups the project may have. Lowering it deletes nothing. Default: no limit.")
            @Nullable
            Integer backups) {}

    /**
     * Where backups are: on a claim that we make, or on one that exists.
     *
     * @param storage null: {@code claimName} names a claim
     * @param claimName null: {@code storage} describes one
     */
    @ValidationRule(
            value = "has(self.storage) != has(self.claimName)",
            message = "must have either `storage` or `claimName`")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Backups(
            @JsonPropertyDescription(
                    "The PersistentVolumeClaim <project>-backups that Ocean makes. It outlives the Project.")
            @Nullable
            Storage storage,

            @Size(min = 1, max = 63)
            @ValidationRule(value = Rules.DNS_SUBDOMAIN, message = Rules.DNS_SUBDOMAIN_MESSAGE)
            @JsonPropertyDescription(
                    "Name of a PersistentVolumeClaim of the same namespace; it must carry the label `ocean.dev/backup-storage: \"true\"`. "
                            + "If it changes, new backups go to the new one and those on the old one stay there.")
            @Nullable
            String claimName) {}

    /**
     * A volume to be claimed.
     *
     * @param storageClassName null: the cluster's default
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Storage(
            @Required
            @Size(min = 1, max = 32)
            @ValidationRule(
                    value = "isQuantity(self) && quantity(self).isGreaterThan(quantity('0'))",
                    message = "must be a size above zero, such as '10Gi'")
            @JsonPropertyDescription(
                    "Size of the volume; it may grow where the StorageClass allows it. A quantity of bytes, such as 10Gi.")
            String size,

            @Size(min = 1, max = 253)
            @ValidationRule(value = Rules.DNS_SUBDOMAIN, message = Rules.DNS_SUBDOMAIN_MESSAGE)
            @JsonPropertyDescription(
                    "StorageClass of the claim. A change concerns a claim that is not there yet. Default: the cluster's default class.")
            @Nullable
            String storageClassName,

            @Default("[\"ReadWriteOnce\"]")
            @Size(min = 1, max = 1)
            @ValidationRule(
                    value = "self.all(m, m in ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'])",
                    message = "must be one of 'ReadWriteOnce', 'ReadWriteOncePod' and 'ReadWriteMany'")
            @JsonPropertyDescription(
                    "Access mode of the claim. On a claim that is not ReadWriteMany one Job runs at a time. A change concerns a claim that is not there yet. Default: [ReadWriteOnce].")
            List<@Size(max = 16) String> accessModes) {

        public Storage {
            accessModes =
                    accessModes == null || accessModes.isEmpty() ? List.of("ReadWriteOnce") : List.copyOf(accessModes);
        }
    }

    /**
     * What happens to what a project owns when it is deleted.
     *
     * @param databases null only for a value of a newer API version, which is taken for {@code Retain}
     * @param backups null only for a value of a newer API version, which is taken for {@code Retain}
     * @param finalBackup null: {@code Required} where the project has a volume for backups, else {@code None}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OnDelete(
            @Default("Delete")
            @JsonPropertyDescription(
                    "What happens to the data of databases without a `deletionPolicy` of their own. `Delete`: they are dropped, after their last backup where `finalBackup` asks for one; `Retain`: they stay on the server, closed. "
                            + "While the namespace is being deleted, a database is dropped only if its own `deletionPolicy` says Delete too. Default: Delete.")
            @Nullable
            DeletionPolicy databases,

            @Default("Retain")
            @JsonPropertyDescription(
                    "What happens to the project's DatabaseBackups once its databases are gone. `Retain`: they stay, with their volume; `Delete`: they are deleted, each by its own `deletionPolicy`, but never a pinned one and never a last backup. The volume stays. Default: Retain.")
            @Nullable
            BackupPolicy backups,

            @JsonPropertyDescription(
                    "Whether a last backup is made of a database before it is dropped, also when it is deleted alone. `Required`: nothing is dropped without one, and where none can be made for good the database is kept; "
                            + "`BestEffort`: it is tried once, with its retries; `None`: none is made. A change holds for deletions under way too. Default: Required where `backups` is set, else None.")
            @Nullable
            FinalBackup finalBackup) {}

    /** What happens to the backups of a project that goes. */
    public enum BackupPolicy {
        @JsonProperty("Delete")
        DELETE,
        /** Also what a value of a newer version is taken for. */
        @JsonProperty("Retain")
        @JsonEnumDefaultValue
        RETAIN
    }

    /** Whether a last backup is made of a database that is dropped. */
    public enum FinalBackup {
        @JsonProperty("None")
        NONE,
        @JsonProperty("BestEffort")
        BEST_EFFORT,
        /** Also what a value of a newer version is taken for: nothing is dropped then that it may have meant to keep. */
        @JsonProperty("Required")
        @JsonEnumDefaultValue
        REQUIRED
    }
}
