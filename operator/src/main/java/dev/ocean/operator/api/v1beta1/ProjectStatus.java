package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator last saw of a {@link Project}; every component is null, or empty, until then. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProjectStatus(
        @Min(-1)
        @JsonPropertyDescription(
                "The `metadata.generation` that this status is about. -1 until the operator has seen the object.")
        @Nullable
        Long observedGeneration,

        @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription("How many ManagedDatabases belong to the project, those being deleted included.")
        @Nullable
        Integer databaseCount,

        @Min(0) @Max(1_000_000) @JsonPropertyDescription("How many of them are Ready.") @Nullable
        Integer readyDatabaseCount,

        @Size(max = 253) @JsonPropertyDescription("The PersistentVolumeClaim that new backups go to.") @Nullable
        String backupClaimName,

        @Size(max = MAX_DELETIONS)
        @JsonPropertyDescription(
                "While the Project is being deleted: what becomes of each database that is left, sorted by name; the first 100.")
        List<PlannedDeletion> deletionPlan,

        @Size(max = 16)
        @JsonPropertyDescription(
                "Conditions of the Project, sorted by type: Ready, and where they hold Reconciling, Stalled, DeletionBlocked.")
        List<Condition> conditions)
        implements ConditionedStatus {

    public static final int MAX_DELETIONS = 100;

    public ProjectStatus {
        deletionPlan = Copies.ofList(deletionPlan);
        conditions = Copies.ofList(conditions);
    }

    /**
     * What becomes of one database.
     *
     * @param lastBackup null: none is made
     * @param waitsFor null: nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PlannedDeletion(
            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the ManagedDatabase.")
            String database,

            @Required
            @JsonPropertyDescription(
                    "`Delete`: the database is dropped with its data. `Retain`: it stays on the server, closed.")
            DeletionPolicy action,

            @Size(max = 63)
            @JsonPropertyDescription(
                    "Name of the DatabaseBackup that is made before the database is dropped. Absent: none is made.")
            @Nullable
            String lastBackup,

            @Size(max = 64)
            @JsonPropertyDescription("The reason for which its deletion waits. Absent: it does not wait.")
            @Nullable
            String waitsFor) {}
}
