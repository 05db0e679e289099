package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a {@link Project}.
 *
 * @param instanceRef null: every database must name its own instance
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
                "How much the project may own. Lowering it deletes nothing; it only refuses what is new. Default: no limit.")
        @Nullable
        Quota quota,

        @Default("{\"databases\": \"Delete\"}")
        @JsonPropertyDescription(
                "What happens to what the project owns when it is deleted. A change holds for deletions that have not come to it yet.")
        OnDelete onDelete,

        @Default("false")
        @JsonPropertyDescription(
                "Whether deletion of the Project waits, with the condition DeletionBlocked. Setting it back to false lets a waiting deletion go on. Default: false.")
        boolean deletionProtection) {

    public ProjectSpec {
        onDelete = onDelete == null ? new OnDelete(DeletionPolicy.DELETE) : onDelete;
    }

    /**
     * How much a project may own.
     *
     * @param databases null: no limit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Quota(
            @Min(0)
            @Max(10_000)
            @JsonPropertyDescription(
                    "How many ManagedDatabases may belong to the project. Lowering it deletes nothing. Default: no limit.")
            @Nullable
            Integer databases) {}

    /**
     * What happens to what a project owns when it is deleted.
     *
     * @param databases null only for a value of a newer API version, which is taken for {@code Retain}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OnDelete(
            @Default("Delete")
            @JsonPropertyDescription(
                    "What happens to the data of databases without a `deletionPolicy` of their own. `Delete`: they are dropped. `Retain`: they stay on the server, closed. "
                            + "While the namespace is being deleted, a database is dropped only if its own `deletionPolicy` says Delete too. Default: Delete.")
            @Nullable
            DeletionPolicy databases) {}
}
