package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
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

        @Size(max = 16)
        @JsonPropertyDescription(
                "Conditions of the Project, sorted by type: Ready, and where they hold Reconciling, Stalled, DeletionBlocked.")
        List<Condition> conditions)
        implements ConditionedStatus {

    public ProjectStatus {
        conditions = Copies.ofList(conditions);
    }
}
