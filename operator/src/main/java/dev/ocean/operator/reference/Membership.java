package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.InstanceReference;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Which databases belong to a project or are on an instance; oldest first, so that the first n are those that a limit of n lets in. */
public final class Membership {

    /** By creation time, then UID: the same order for everybody, whatever the order of events. */
    private Membership() {}

    public static boolean isMember(ManagedDatabase database, String namespace, String project) {
        return database.getMetadata().getNamespace().equals(namespace)
                && database.getSpec().projectRef().name().equals(project);
    }

    /** The project's databases, oldest first. */
    public static List<ManagedDatabase> ofProject(String namespace, String project, Lookup lookup) {
        return lookup.all(ManagedDatabase.class).stream()
                .filter(database -> isMember(database, namespace, project))
                .sorted(Operations.OLDEST_FIRST)
                .toList();
    }

    /** The databases that are on, were Ready on, or want to be on an instance, oldest first. */
    public static List<ManagedDatabase> onInstance(String namespace, String name, Lookup lookup) {
        return lookup.all(ManagedDatabase.class).stream()
                .filter(database -> isOn(database, namespace, name, lookup))
                .sorted(Operations.OLDEST_FIRST)
                .toList();
    }

    private static boolean isOn(ManagedDatabase database, String namespace, String name, Lookup lookup) {
        var status = database.getStatus();
        var was = status == null ? null : status.instance();
        if (was != null && was.namespace().equals(namespace) && was.name().equals(name)) {
            return true;
        }
        var own = database.getMetadata().getNamespace();
        return instanceOf(database, lookup)
                .filter(reference -> reference.name().equals(name)
                        && Objects.requireNonNullElse(reference.namespace(), own)
                                .equals(namespace))
                .isPresent();
    }

    /** What a database's own reference, else its project's, names; empty if neither names one. */
    public static Optional<InstanceReference> instanceOf(ManagedDatabase database, Lookup lookup) {
        var own = database.getSpec().instanceRef();
        if (own != null) {
            return Optional.of(own);
        }
        return lookup.find(
                        Project.class,
                        database.getMetadata().getNamespace(),
                        database.getSpec().projectRef().name())
                .map(project -> project.getSpec().instanceRef());
    }

    /** How many of {@code members} came before {@code database}: older ones, and those that are made already. Times are to the second, so age alone does not tell. */
    static int before(ManagedDatabase database, List<ManagedDatabase> members) {
        return (int) members.stream()
                .filter(other -> !other.getMetadata()
                        .getUid()
                        .equals(database.getMetadata().getUid()))
                .filter(other -> Operations.OLDEST_FIRST.compare(other, database) < 0 || wasReady(other))
                .count();
    }

    private static boolean wasReady(ManagedDatabase database) {
        return database.getStatus() != null && database.getStatus().firstReadyTime() != null;
    }
}
