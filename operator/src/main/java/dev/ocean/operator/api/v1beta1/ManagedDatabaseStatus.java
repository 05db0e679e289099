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
 * What the operator last saw of a {@link ManagedDatabase}; every component is null, or empty, until then.
 *
 * @param instance where the database was last Ready; memory that may withhold a creation, never authority for a destructive step
 * @param firstReadyTime whole seconds; as {@code instance}, memory only
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ManagedDatabaseStatus(
        @Min(-1)
        @JsonPropertyDescription(
                "The `metadata.generation` that this status is about. -1 until the operator has seen the object.")
        @Nullable
        Long observedGeneration,

        @Size(max = 63) @JsonPropertyDescription("Name of the database on the server.") @Nullable
        String databaseName,

        @Size(max = 63)
        @JsonPropertyDescription("The role that owns every object in the database; the application works as this role.")
        @Nullable
        String ownerRole,

        @Size(max = 63)
        @JsonPropertyDescription("The login that the Secret holds. It changes with each rotation.")
        @Nullable
        String activeLogin,

        @JsonPropertyDescription("The Secret with the login, as the Service Binding Specification wants it.") @Nullable
        Binding binding,

        @JsonPropertyDescription("The PostgresInstance on which the database was last Ready.") @Nullable
        Instance instance,

        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription(
                "When the database was Ready for the first time. From then on it is never created anew: that would hide a loss.")
        @Nullable
        Instant firstReadyTime,

        @Size(max = 64)
        @JsonPropertyDescription("Version of the server that the database is on, such as `17.5`.")
        @Nullable
        String serverVersion,

        @JsonPropertyDescription("What is known of the login's password.") @Nullable
        Credentials credentials,

        @JsonPropertyDescription(
                "What the database was restored from before it appeared, if `spec.restoreFrom` asked for it.")
        @Nullable
        RestoredFrom restoredFrom,

        @Size(max = 64)
        @JsonPropertyDescription(
                "The specified extensions that the database has, with the versions that it has, sorted by name.")
        List<InstalledExtension> extensions,

        @Size(max = 64)
        @JsonPropertyDescription(
                "What differs from the specification and was not corrected, one sentence each, sorted.")
        List<@Size(max = 512) String> drift,

        @Size(max = 16)
        @JsonPropertyDescription(
                "Conditions of the ManagedDatabase, sorted by type: Ready, DatabaseReady, CredentialsReady, and where they hold DriftDetected, Reconciling, Stalled, DeletionBlocked.")
        List<Condition> conditions)
        implements ConditionedStatus {

    public ManagedDatabaseStatus {
        firstReadyTime = firstReadyTime == null ? null : firstReadyTime.truncatedTo(ChronoUnit.SECONDS);
        extensions = Copies.ofList(extensions);
        drift = Copies.ofList(drift);
        conditions = Copies.ofList(conditions);
    }

    /** What makes the object a Provisioned Service of servicebinding.io. */
    public record Binding(
            @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the Secret, in the same namespace.")
            String name) {}

    /** What was restored. */
    public record RestoredFrom(
            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the DatabaseBackup.")
            String backupName,

            @Min(0) @Max(100_000_000) @JsonPropertyDescription("How many tables were restored and counted.")
            long tables,

            @Min(0) @Max(1_000_000_000_000_000L) @JsonPropertyDescription("How many rows they have together.")
            long rows,

            @Min(0)
            @Max(100_000_000)
            @JsonPropertyDescription("How many grants of the backup could not be made, because a role is gone.")
            long skippedGrants) {}

    /** Which instance it was. */
    public record Instance(
            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Namespace of the PostgresInstance.")
            String namespace,

            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the PostgresInstance.")
            String name,

            @Required
            @Size(min = 1, max = 64)
            @JsonPropertyDescription("UID of the PostgresInstance; another one means that the object was made anew.")
            String uid) {}

    /**
     * What is known of the password.
     *
     * @param rotatedTime whole seconds
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Credentials(
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @JsonPropertyDescription("When the login was last made or rotated.")
            @Nullable
            Instant rotatedTime) {

        public Credentials {
            rotatedTime = rotatedTime == null ? null : rotatedTime.truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /** An extension as found in the database. */
    public record InstalledExtension(
            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the extension.")
            String name,

            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Its version in the database.")
            String version) {}
}
