package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.InstanceReference;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.Adoption;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Resolves what a ManagedDatabase names. */
public final class References {

    private final String installation;
    private final ServerDirectory directory;

    public References(String installation, ServerDirectory directory) {
        this.installation = installation;
        this.directory = directory;
    }

    /**
     * For work on a database that is to be.
     *
     * @throws Blocked {@code ReferenceNotFound}, {@code InstanceNotAllowed}, {@code InstanceNotReady}; {@code BUSY} just after our start
     */
    public DatabaseReferences of(ManagedDatabase cr, Lookup lookup) {
        var namespace = cr.getMetadata().getNamespace();
        var project = project(cr, lookup);
        var reference = Membership.instanceOf(cr, lookup)
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.INVALID,
                        Reason.INVALID_SPEC,
                        "Neither this object nor its Project '"
                                + project.getMetadata().getName()
                                + "' names a PostgresInstance. Set `spec.instanceRef`."));
        var instance = allowed(reference, namespace, lookup);
        var noRoom = deleting(project)
                .or(() -> deleting(instance))
                .or(() -> quota(cr, project, lookup))
                .or(() -> limit(cr, instance, lookup));
        var restoring = Operations.isRestored(namespace, cr.getMetadata().getName(), lookup.all(DatabaseRestore.class));
        return references(instance, namespace, lookup, restoring, noRoom);
    }

    /**
     * For a database that is to go: where it was last Ready, else where it would be. A namespace that is no longer allowed still gets its databases cleaned up.
     *
     * @return empty if there is nothing to clean up: there is no such instance, and one cannot be deleted while an object is on it; or nobody ever got in there, and who
     *     mistyped an address must not have to mend it before he can delete
     */
    public Optional<DatabaseReferences> ofRemoved(ManagedDatabase cr, Lookup lookup) {
        var namespace = cr.getMetadata().getNamespace();
        return removedFrom(cr, lookup)
                .map(instance -> references(instance, namespace, lookup, false, Optional.empty()));
    }

    private static Optional<PostgresInstance> removedFrom(ManagedDatabase cr, Lookup lookup) {
        var status = cr.getStatus();
        var was = status == null ? null : status.instance();
        if (was != null) {
            // A successor of that name will do: the marks on the server decide what may be touched.
            var instance = lookup.find(PostgresInstance.class, was.namespace(), was.name());
            if (instance.isEmpty()) {
                throw Blocked.by(
                        ProblemKind.WAITING,
                        Reason.REFERENCE_NOT_FOUND,
                        "PostgresInstance '" + was.namespace() + "/" + was.name()
                                + "', on which the database is, does not exist any more. Create it again for the same server, so that the database can be cleaned up.");
            }
            return instance;
        }
        var namespace = cr.getMetadata().getNamespace();
        return Membership.instanceOf(cr, lookup)
                .flatMap(reference -> lookup.find(
                        PostgresInstance.class,
                        Objects.requireNonNullElse(reference.namespace(), namespace),
                        reference.name()))
                .filter(References::wasEverEntered);
    }

    /** Its first look is written down before it is Ready, and nothing is made before that. */
    private static boolean wasEverEntered(PostgresInstance instance) {
        return instance.getStatus() != null && instance.getStatus().systemIdentifier() != null;
    }

    private static Project project(ManagedDatabase cr, Lookup lookup) {
        var name = cr.getSpec().projectRef().name();
        return lookup.find(Project.class, cr.getMetadata().getNamespace(), name)
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.WAITING,
                        Reason.REFERENCE_NOT_FOUND,
                        "Project '" + name
                                + "' does not exist in this namespace. Create it or correct `spec.projectRef`."));
    }

    /** Concerns what is to be made only, so which came first, to the second, need not be known. */
    private static Optional<Problem> deleting(Project project) {
        return Optional.ofNullable(project.getMetadata().getDeletionTimestamp())
                .map(since -> Problem.of(
                        ProblemKind.INVALID,
                        Reason.PROJECT_DELETING,
                        "Project '" + project.getMetadata().getName()
                                + "' is being deleted and takes no new databases. Use another Project."));
    }

    /** Nothing is made on it that would hold it, or be left behind. */
    private static Optional<Problem> deleting(PostgresInstance instance) {
        return Optional.ofNullable(instance.getMetadata().getDeletionTimestamp())
                .map(since -> Problem.of(
                        ProblemKind.INVALID,
                        Reason.INSTANCE_NOT_READY,
                        "PostgresInstance '" + instance.getMetadata().getName()
                                + "' is being deleted and takes no new databases. Use another one."));
    }

    /** Why nothing can be made on the instance that a Project names for its databases; empty where it names none. */
    public static Optional<Problem> objection(Project project, Lookup lookup) {
        var reference = project.getSpec().instanceRef();
        if (reference == null) {
            return Optional.empty();
        }
        try {
            allowed(reference, project.getMetadata().getNamespace(), lookup);
            return Optional.empty();
        } catch (Blocked blocked) {
            return Optional.of(blocked.problem());
        }
    }

    /** A refusal does not tell whether an instance of another namespace exists. */
    private static PostgresInstance allowed(InstanceReference reference, String namespace, Lookup lookup) {
        var elsewhere = Objects.requireNonNullElse(reference.namespace(), namespace);
        var found = lookup.find(PostgresInstance.class, elsewhere, reference.name());
        if (elsewhere.equals(namespace)) {
            return found.orElseThrow(() -> Blocked.by(
                    ProblemKind.WAITING,
                    Reason.REFERENCE_NOT_FOUND,
                    "PostgresInstance '" + reference.name()
                            + "' does not exist in this namespace. Create it or correct `instanceRef`."));
        }
        return found.filter(instance -> Admission.admits(instance, namespace, lookup))
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.INVALID,
                        Reason.INSTANCE_NOT_ALLOWED,
                        "PostgresInstance '" + elsewhere + "/" + reference.name()
                                + "' does not exist or does not admit namespace '" + namespace
                                + "'. Its owner can admit it by `spec.allowedNamespaces`."));
    }

    private static Optional<Problem> quota(ManagedDatabase cr, Project project, Lookup lookup) {
        var quota = project.getSpec().quota();
        if (quota == null || quota.databases() == null) {
            return Optional.empty();
        }
        var name = project.getMetadata().getName();
        var before = Membership.before(cr, Membership.ofProject(cr.getMetadata().getNamespace(), name, lookup));
        return before < quota.databases()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemKind.INVALID,
                        Reason.QUOTA_EXCEEDED,
                        "Project '" + name + "' has its " + quota.databases()
                                + " databases already. Delete one or raise `spec.quota.databases`."));
    }

    private static Optional<Problem> limit(ManagedDatabase cr, PostgresInstance instance, Lookup lookup) {
        var limit = instance.getSpec().limits().databases();
        if (limit == null) {
            return Optional.empty();
        }
        var metadata = instance.getMetadata();
        var before = Membership.before(cr, Membership.onInstance(metadata.getNamespace(), metadata.getName(), lookup));
        return before < limit
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemKind.INVALID,
                        Reason.INSTANCE_FULL,
                        "PostgresInstance '" + metadata.getName() + "' has its " + limit
                                + " databases already. Delete one or raise `spec.limits.databases`."));
    }

    private DatabaseReferences references(
            PostgresInstance instance, String namespace, Lookup lookup, boolean restoring, Optional<Problem> noRoom) {
        var metadata = instance.getMetadata();
        var key = new ServerKey(metadata.getUid());
        var entry = directory.find(key).orElseThrow(() -> notUsable(instance));
        var namespaceUid = lookup.find(Namespace.class, namespace)
                .map(found -> found.getMetadata().getUid())
                .orElseThrow(() -> Blocked.by(
                        ProblemKind.BUSY, Reason.BUSY, "Namespace '" + namespace + "' has not been seen yet."));
        return new DatabaseReferences(
                installation,
                namespaceUid,
                new ObjectId("PostgresInstance", metadata.getNamespace(), metadata.getName(), metadata.getUid()),
                entry,
                Optional.ofNullable(instance.getSpec().allowedExtensions()).map(List::copyOf),
                instance.getSpec().limits().connectionsPerDatabase(),
                Optional.ofNullable(instance.getSpec().adoption())
                        .map(spec -> new Adoption(Set.copyOf(spec.installations()), Set.copyOf(spec.namespaces())))
                        .orElse(Adoption.NONE),
                restoring,
                noRoom);
    }

    /** An instance that says it is Ready has only not been looked at by this process yet. */
    private static Blocked notUsable(PostgresInstance instance) {
        var name = instance.getMetadata().getName();
        var ready = instance.getStatus() == null
                ? Optional.<io.fabric8.kubernetes.api.model.Condition>empty()
                : Conditions.find(instance.getStatus().conditions(), ConditionType.READY);
        if (ready.filter(condition -> "True".equals(condition.getStatus())).isPresent()) {
            return Blocked.by(ProblemKind.BUSY, Reason.BUSY, "PostgresInstance '" + name + "' is being looked at.");
        }
        return Blocked.by(
                ProblemKind.WAITING,
                Reason.INSTANCE_NOT_READY,
                "PostgresInstance '" + name + "' is not Ready"
                        + ready.map(condition -> ": " + condition.getReason() + ".")
                                .orElse(" yet.") + " Its conditions say why.");
    }
}
