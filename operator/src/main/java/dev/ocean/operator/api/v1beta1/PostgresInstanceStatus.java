package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator last saw of a {@link PostgresInstance}; every component is null, or empty, until then. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PostgresInstanceStatus(
        @Min(-1)
        @JsonPropertyDescription(
                "The `metadata.generation` that this status is about. -1 until the operator has seen the object.")
        @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Where the server listens, as the connection Secret said when the operator last got in.")
        @Nullable
        Endpoint endpoint,

        @Size(max = 64) @JsonPropertyDescription("The server's version, such as `17.5`.") @Nullable
        String serverVersion,

        @Size(max = 20)
        @JsonPropertyDescription(
                "The identifier that initdb gave the server's data directory. If another one answers, all work on the instance stops: it is another server.")
        @Nullable
        String systemIdentifier,

        @Size(max = 63)
        @JsonPropertyDescription(
                "The admin's login name when the operator last got in. Another name in the connection Secret does not own the databases and is refused, unless it is a superuser's.")
        @Nullable
        String adminName,

        @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription("How many ManagedDatabases are on the instance, those being deleted included.")
        @Nullable
        Integer databaseCount,

        @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription(
                "How many databases and roles on the server bear the mark of an object that does not exist any more.")
        @Nullable
        Integer orphanCount,

        @Size(max = MAX_ORPHANS)
        @JsonPropertyDescription("The first 20 of them, sorted by name. They are never dropped by Ocean.")
        List<Orphan> orphans,

        @Size(max = 16)
        @JsonPropertyDescription(
                "Conditions of the PostgresInstance, sorted by type: Ready, TLSVerified, ServerOutdated, SharedDatabasesOpen, and where they hold Reconciling, Stalled, DeletionBlocked.")
        List<Condition> conditions)
        implements ConditionedStatus {

    public static final int MAX_ORPHANS = 20;

    public PostgresInstanceStatus {
        orphans = Copies.ofList(orphans);
        conditions = Copies.ofList(conditions);
    }

    /** A TCP address. */
    public record Endpoint(
            @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Host name or address.")
            String host,

            @Required @Min(1) @Max(65_535) @JsonPropertyDescription("TCP port.")
            Integer port) {}

    /** A database, or a role without one, that no object speaks for. */
    public record Orphan(
            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the database or role on the server.")
            String name,

            @Required
            @Size(min = 1, max = 127)
            @JsonPropertyDescription("Namespace and name of the object that it was made for.")
            String object,

            @Required
            @JsonPropertyDescription(
                    "`Retained`: closed and kept, as its policy said. `Left`: its object went without cleaning up.")
            OrphanState state) {}

    /** How it came to be without an object. */
    public enum OrphanState {
        @JsonProperty("Retained")
        RETAINED,
        @JsonProperty("Left")
        LEFT
    }
}
