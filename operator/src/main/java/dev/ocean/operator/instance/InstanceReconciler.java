package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.pass.ContextLookup;
import dev.ocean.operator.pass.EventSources;
import dev.ocean.operator.pass.Kind;
import dev.ocean.operator.pass.Pass;
import dev.ocean.operator.pass.PassResult;
import dev.ocean.operator.pass.Passes;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.Membership;
import dev.ocean.operator.reference.ServerDirectory;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.TenantNames;
import io.fabric8.kubernetes.api.model.Namespace;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Looks at each server once a minute, enters it in the directory while it meets the requirements, and wakes the databases that changed on it. */
public final class InstanceReconciler implements Reconciler<PostgresInstance>, Cleaner<PostgresInstance> {

    private static final Kind<PostgresInstance, PostgresInstanceStatus> KIND =
            new Kind<>(PostgresInstance.class, PostgresInstance::new);
    private static final Duration LOOK = Duration.ofSeconds(55);
    private static final Duration AT_ONCE = Duration.ofMillis(20);
    private static final int JITTER_MILLIS = 10_000;
    private static final int NAMED = 5;

    private final Passes passes;
    private final InstanceObserver observer;
    private final Servers servers;
    private final ServerDirectory directory;
    private final Pictures pictures;
    private final EventSources sources;
    private final RandomGenerator jitter;

    /** @param installation by which marks of ours are told from others' */
    public InstanceReconciler(
            Passes passes,
            Servers servers,
            ObjectStore objects,
            ServerDirectory directory,
            Pictures pictures,
            EventSources sources,
            String installation,
            RandomGenerator jitter) {
        this.passes = passes;
        this.observer = new InstanceObserver(objects, servers, installation);
        this.servers = servers;
        this.directory = directory;
        this.pictures = pictures;
        this.sources = sources;
        this.jitter = jitter;
    }

    @Override
    public List<EventSource<?, PostgresInstance>> prepareEventSources(EventSourceContext<PostgresInstance> context) {
        return sources.ofInstance(context);
    }

    @Override
    public UpdateControl<PostgresInstance> reconcile(PostgresInstance cr, Context<PostgresInstance> context) {
        return passes.reconcile(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<PostgresInstanceStatus> run(Instant now) {
                return look(cr, context, now);
            }

            @Override
            public PostgresInstanceStatus blocked(Problem problem, Instant now) {
                return InstanceStatusMapper.blocked(cr, problem, now);
            }
        });
    }

    private PassResult<PostgresInstanceStatus> look(
            PostgresInstance cr, Context<PostgresInstance> context, Instant now) {
        var request = parse(cr, new ContextLookup<>(context));
        var look = lookAt(request);
        var problem = InstanceRequirements.firstViolation(request, look.seen().server());
        if (problem.isEmpty() && !isWrittenDown(cr, look.seen())) {
            // Databases may be made on it only once its status says which server it is: a deletion asks there whether
            // anybody ever got in.
            return new PassResult<>(
                    InstanceStatusMapper.next(cr, request, look.seen(), problem, now), problem, AT_ONCE, List.of());
        }
        if (problem.isEmpty()) {
            var moved = directory.enter(request.key(), entry(request, look.seen()));
            var changed = pictures.keep(request.key(), look.picture(), now);
            wake(
                    cr,
                    new ContextLookup<>(context),
                    // What is published says where the server is.
                    database -> moved || isAmong(changed, database));
        } else {
            stop(request.key());
        }
        var next = LOOK.plusMillis(jitter.nextLong(JITTER_MILLIS));
        return new PassResult<>(
                InstanceStatusMapper.next(cr, request, look.seen(), problem, now), problem, next, List.of());
    }

    private static boolean isWrittenDown(PostgresInstance cr, ObservedInstance seen) {
        var status = cr.getStatus();
        return status != null && seen.server().systemIdentifier().equals(status.systemIdentifier());
    }

    /** What an earlier look saw says nothing of a server that does not answer now: whoever asks about it asks the server, or its circuit. */
    private InstanceObserver.Look lookAt(InstanceRequest request) {
        try {
            return observer.look(request);
        } catch (Blocked unseen) {
            pictures.forget(request.key());
            throw unseen;
        }
    }

    /**
     * A Secret that cannot be used any more ends the work on the server: its owner may have withdrawn it. One that went together with its instance or namespace was not
     * withdrawn, and the deletion of the databases there still needs the connections that we have.
     */
    private InstanceRequest parse(PostgresInstance cr, ContextLookup<PostgresInstance> lookup) {
        var id = KIND.id(cr);
        var secret = observer.secret(
                id.namespace(), cr.getSpec().external().connectionSecretRef().name());
        try {
            return InstanceRequest.parse(cr, id, secret);
        } catch (Blocked unusable) {
            if (secret.isPresent() || !isGoing(cr, lookup)) {
                stop(new ServerKey(id.uid()));
                servers.remove(new ServerKey(id.uid()));
            }
            throw unusable;
        }
    }

    private static boolean isGoing(PostgresInstance cr, ContextLookup<PostgresInstance> lookup) {
        return cr.getMetadata().getDeletionTimestamp() != null
                || lookup.find(Namespace.class, cr.getMetadata().getNamespace())
                        .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() != null)
                        .isPresent();
    }

    private void stop(ServerKey key) {
        directory.remove(key);
        pictures.forget(key);
    }

    private static ServerDirectory.Entry entry(InstanceRequest request, ObservedInstance seen) {
        var login = request.secret().login();
        return new ServerDirectory.Entry(
                request.secret().endpoint(),
                login.username().value(),
                login.maintenanceDatabase().value(),
                seen.version(),
                seen.server().systemIdentifier());
    }

    private void wake(
            PostgresInstance cr, ContextLookup<PostgresInstance> lookup, Predicate<ManagedDatabase> concerned) {
        var metadata = cr.getMetadata();
        Membership.onInstance(metadata.getNamespace(), metadata.getName(), lookup).stream()
                .filter(concerned)
                .forEach(database -> sources.databases()
                        .wake(
                                database.getMetadata().getNamespace(),
                                database.getMetadata().getName()));
    }

    private static boolean isAmong(Set<String> changed, ManagedDatabase database) {
        if (changed.isEmpty()) {
            return false;
        }
        var status = database.getStatus();
        if (status == null || status.databaseName() == null) {
            return true;
        }
        var names = new TenantNames(SqlIdentifier.of(status.databaseName()));
        return changed.contains(names.database().value())
                || names.roles().stream().map(SqlIdentifier::value).anyMatch(changed::contains);
    }

    @Override
    public DeleteControl cleanup(PostgresInstance cr, Context<PostgresInstance> context) {
        return passes.cleanup(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<PostgresInstanceStatus> run(Instant now) {
                return remove(cr, context, now);
            }

            @Override
            public PostgresInstanceStatus blocked(Problem problem, Instant now) {
                return InstanceStatusMapper.deleting(cr, problem, now);
            }
        });
    }

    private PassResult<PostgresInstanceStatus> remove(
            PostgresInstance cr, Context<PostgresInstance> context, Instant now) {
        var metadata = cr.getMetadata();
        var databases =
                Membership.onInstance(metadata.getNamespace(), metadata.getName(), new ContextLookup<>(context));
        if (databases.isEmpty()) {
            var key = new ServerKey(metadata.getUid());
            stop(key);
            // Only our own connections end here: an external server is not ours to change.
            servers.remove(key);
            return new PassResult<>(cr.getStatus(), Optional.empty(), LOOK, List.of());
        }
        // The databases' own deletion needs the server: it is looked at as long as one is left.
        look(cr, context, now);
        var names = databases.stream()
                .limit(NAMED)
                .map(database -> database.getMetadata().getNamespace() + "/"
                        + database.getMetadata().getName())
                .toList();
        var problem = Problem.of(
                        ProblemKind.WAITING,
                        Reason.DATABASES_REMAINING,
                        databases.size() + " ManagedDatabases are on this instance: " + String.join(", ", names)
                                + (databases.size() > NAMED ? " and others" : "") + ". Delete them first.")
                .after(Duration.ofSeconds(30));
        return new PassResult<>(InstanceStatusMapper.deleting(cr, problem, now), Optional.of(problem), LOOK, List.of());
    }
}
