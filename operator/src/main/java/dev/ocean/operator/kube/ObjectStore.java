package dev.ocean.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The API server, read and written live. Every method throws {@code Blocked}: {@code StaleRead} ({@code CONFLICT}) for 409, {@code OperatorForbidden} for 403,
 * {@code NamespaceTerminating} where that is why, {@code APIRefused} for other refusals, {@code APIUnavailable} ({@code TRANSIENT}) for the rest.
 */
public interface ObjectStore {

    Optional<HasMetadata> read(ObjectName name);

    /** Whether the definition of one of our kinds is being deleted or gone: then its objects are asked to go without anybody having asked for it. */
    boolean isDefinitionGoing(Class<? extends HasMetadata> type);

    /** All of a type in one namespace, unordered. */
    <T extends HasMetadata> List<T> list(Class<T> type, String namespace);

    /** Those of a type in one namespace that carry all of these labels, unordered. */
    <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels);

    /** All of a type in all namespaces that the operator serves, unordered. */
    <T extends HasMetadata> List<T> listAll(Class<T> type);

    /** Makes it exclusively: an object of that name, whoever's, is a conflict. */
    void create(HasMetadata object);

    /** @param patch a JSON merge patch; with a resource version in it, an object that changed meanwhile is a conflict */
    void patch(ObjectName name, Map<String, Object> patch);

    /** Deletes it if it has this UID; one that is gone already is success. */
    default void delete(ObjectName name, String uid) {
        delete(name, new Sighting(uid, Optional.empty()));
    }

    /** As {@link #delete(ObjectName, String)}; where the sighting has a version, an object that changed since is a conflict. */
    void delete(ObjectName name, Sighting sighting);
}
