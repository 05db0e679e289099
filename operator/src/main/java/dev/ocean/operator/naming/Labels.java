package dev.ocean.operator.naming;

import java.util.LinkedHashMap;
import java.util.Map;

/** Labels of what we make and of what users must mark for us; all are API. */
public final class Labels {

    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String NAME = "app.kubernetes.io/name";
    public static final String OWNER_KIND = "ocean.dev/owner-kind";
    public static final String OWNER = "ocean.dev/owner";
    public static final String OWNER_UID = "ocean.dev/owner-uid";
    public static final String PROJECT = "ocean.dev/project";
    public static final String INSTANCE = "ocean.dev/instance";
    public static final String DATABASE = "ocean.dev/database";

    /** On a user's Secret: consent that an instance logs in with it. */
    public static final String ROLE = "ocean.dev/role";

    public static final String ROLE_ADMIN_CREDENTIALS = "admin-credentials";
    /** On a PersistentVolumeClaim: consent that a Project's backups are written to it. */
    public static final String BACKUP_STORAGE = "ocean.dev/backup-storage";

    /** On a Job: the PersistentVolumeClaim that it mounts. */
    public static final String CLAIM = "ocean.dev/claim";

    /** On a Job: the port of the PostgreSQL server that it talks to, or {@link #PORT_NONE}. */
    public static final String PORT = "ocean.dev/port";

    public static final String PORT_NONE = "none";

    /** On a Job: which try it is, from 1. */
    public static final String ATTEMPT = "ocean.dev/attempt";

    /** On a DatabaseBackup: UID of the ManagedDatabase whose last one it is, made by the operator before that is dropped. */
    public static final String FINAL_OF = "ocean.dev/final-of";

    public static final String MANAGER = "ocean";

    private Labels() {}

    /**
     * What everything that we make for {@code owner} carries. Never {@code app.kubernetes.io/instance} and nothing inherited from the owner: Argo CD and Flux
     * would prune the object by their tracking labels.
     *
     * @param component value of {@code app.kubernetes.io/name}
     */
    public static Map<String, String> of(ObjectId owner, String component) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(MANAGED_BY, MANAGER);
        labels.put(NAME, component);
        labels.put(OWNER_KIND, owner.kind());
        labels.put(OWNER, owner.name());
        labels.put(OWNER_UID, owner.uid());
        return labels;
    }
}
