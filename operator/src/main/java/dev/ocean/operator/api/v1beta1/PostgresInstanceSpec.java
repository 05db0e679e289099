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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a {@link PostgresInstance}.
 *
 * @param adoption null: none
 * @param allowedExtensions null: those that PostgreSQL calls trusted; empty: none. The one list here whose absence is not emptiness
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PostgresInstanceSpec(
        @Required
        @JsonPropertyDescription(
                "A server that exists already and that Ocean is let into as an admin. Its data are never touched, only databases that Ocean made.")
        External external,
        // Not "{}": the API server runs the rule below on a default before it fills in the defaults within.
        @Default("{\"from\": \"Same\"}")
        @JsonPropertyDescription(
                "From which namespaces objects may refer to this instance. Taking a namespace away drops nothing: its databases get no new work, but can still be deleted. Default: its own.")
        AllowedNamespaces allowedNamespaces,

        @Size(max = 128)
        @ValidationRule(
                value = "self.all(e, e.matches('^[a-z][a-z0-9_-]*$'))",
                message =
                        "must be names of extensions: lower-case letters, digits, '_' and '-', starting with a letter, such as 'pgcrypto' or 'uuid-ossp'")
        @JsonPropertyDescription(
                "Extensions that databases on this instance may ask for; an empty list allows none. Taking one away drops nothing. Default: those that PostgreSQL marks as trusted.")
        @Nullable
        List<@Size(min = 1, max = 63) String> allowedExtensions,

        @Default("{\"connectionsPerDatabase\": 50}")
        @JsonPropertyDescription(
                "Limits of what is made on this instance. Lowering one deletes nothing; it only refuses what is new.")
        Limits limits,

        @JsonPropertyDescription(
                "What counts as made by this cluster's operator although its mark says otherwise: a database is taken back by a ManagedDatabase of the same namespace and name. "
                        + "A change touches nothing by itself. Default: nothing.")
        @Nullable
        Adoption adoption) {

    public PostgresInstanceSpec {
        allowedNamespaces = allowedNamespaces == null ? new AllowedNamespaces(From.SAME, null) : allowedNamespaces;
        allowedExtensions = allowedExtensions == null ? null : List.copyOf(allowedExtensions);
        limits = limits == null ? new Limits(null, Limits.DEFAULT_CONNECTIONS_PER_DATABASE) : limits;
    }

    /** A server that somebody else runs. */
    public record External(
            @Required
            @JsonPropertyDescription(
                    "The Secret with the keys host, port, username, password and optionally database, sslmode, ca.crt; it must carry the label ocean.dev/role: admin-credentials. "
                            + "If it changes, the next connection uses the new values; the user name must stay, unless it is a superuser's.")
            SecretReference connectionSecretRef) {}

    /**
     * Which namespaces may use the instance.
     *
     * @param from null only for a value of a newer API version
     * @param selector present exactly if {@code from} is {@code SELECTOR}
     */
    @ValidationRule(
            value = "(self.from == 'Selector') == has(self.selector)",
            message = "must have `selector` if `from` is 'Selector', and only then")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AllowedNamespaces(
            @Default("Same")
            @JsonPropertyDescription(
                    "`Same`: the instance's own namespace; `All`: every namespace; `Selector`: the namespaces whose labels `selector` matches. Default: Same.")
            @Nullable
            From from,

            @JsonPropertyDescription(
                    "Labels of the namespaces; only with `from: Selector`. A namespace that stops matching is treated as one taken away.")
            @Nullable
            NamespaceSelector selector) {}

    /** The ways of admitting namespaces. */
    public enum From {
        @JsonProperty("Same")
        SAME,
        @JsonProperty("All")
        ALL,
        @JsonProperty("Selector")
        SELECTOR
    }

    /**
     * How much may be made on an instance.
     *
     * @param databases null: no limit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Limits(
            @Min(1)
            @Max(10_000)
            @JsonPropertyDescription(
                    "How many databases Ocean may make on this instance. Lowering it deletes nothing. Default: no limit.")
            @Nullable
            Integer databases,

            @Default("50")
            @Min(1)
            @Max(10_000)
            @JsonPropertyDescription(
                    "The highest `connectionLimit` of a database, and the limit of one that asks for none. Lowering it makes databases that ask for more invalid and lowers the others. "
                            + "Connections; default: 50.")
            Integer connectionsPerDatabase) {

        static final int DEFAULT_CONNECTIONS_PER_DATABASE = 50;

        public Limits {
            connectionsPerDatabase =
                    connectionsPerDatabase == null ? DEFAULT_CONNECTIONS_PER_DATABASE : connectionsPerDatabase;
        }
    }

    /** Whose marks count as ours. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Adoption(
            @Size(max = 16)
            @ValidationRule(
                    value = "self.all(i, i.matches('^[A-Za-z0-9.-]{1,63}$'))",
                    message = "must be ids of 1 to 63 letters, digits, '.' and '-'")
            @JsonPropertyDescription(
                    "Ids of lost installations: by default the UID of namespace `kube-system` of their cluster. Their databases are taken back here. Default: none.")
            List<@Size(min = 1, max = 63) String> installations,

            @Size(max = 64)
            @ValidationRule(
                    value = "self.all(n, n.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'))",
                    message = "must be names of namespaces")
            @JsonPropertyDescription(
                    "Names of namespaces that were deleted and made again. Whoever works in one of that name now gets the databases of the old one. Default: none.")
            List<@Size(min = 1, max = 63) String> namespaces) {

        public Adoption {
            installations = Copies.ofList(installations);
            namespaces = Copies.ofList(namespaces);
        }
    }
}
