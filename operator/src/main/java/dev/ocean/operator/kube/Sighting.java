package dev.ocean.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * An object as it was seen: what is deleted must be that one.
 *
 * @param uid a successor of the same name has another one
 * @param resourceVersion empty where it may have changed since; with it, what somebody wrote meanwhile, a protection for example, is heard
 */
public record Sighting(String uid, Optional<String> resourceVersion) {

    /** It is to be as it was seen. */
    public static Sighting unchanged(HasMetadata object) {
        var metadata = object.getMetadata();
        return new Sighting(metadata.getUid(), Optional.ofNullable(metadata.getResourceVersion()));
    }
}
