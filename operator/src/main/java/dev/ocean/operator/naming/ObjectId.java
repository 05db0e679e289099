package dev.ocean.operator.naming;

/**
 * One Kubernetes object of one life: a successor of the same name has another UID.
 *
 * @param kind as in its manifest, for example {@code ManagedDatabase}
 */
public record ObjectId(String kind, String namespace, String name, String uid) {

    /** {@code namespace/name}, as marks, messages and logs have it. */
    public String path() {
        return namespace + "/" + name;
    }
}
