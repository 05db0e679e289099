package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.Orphan;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.OrphanState;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.pass.ContextLookup;
import dev.ocean.operator.pass.EventReason;
import dev.ocean.operator.pass.EventSources;
import dev.ocean.operator.pass.Kind;
import dev.ocean.operator.pass.Leftover;
import dev.ocean.operator.pass.Notice;
import dev.ocean.operator.pass.OrphanListener;
import dev.ocean.operator.pass.Pass;
import dev.ocean.operator.pass.PassResult;
import dev.ocean.operator.pass.Passes;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.LiveLookup;
import dev.ocean.operator.reference.Membership;
import dev.ocean.operator.reference.ServerDirectory;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.ServerPicture;
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

    private final Passes passes;
    private final ObjectStore objects;
    private final InstanceObserver observer;
    private final Servers servers;
    private final ServerDirectory directory;
    private final Pictures pictures;
    private final EventSources sources;
    private final Orphans ledger = new Orphans();
    private final OrphanListener listener;
    private final String installation;
    private final Predicate<String> served;
    private final RandomGenerator jitter;

    /**
     * @param installation by which marks of ours are told from others'
     * @param served whether a namespace is one that this operator serves
     */
    public InstanceReconciler(
            Passes passes,
            Servers servers,
            ObjectStore objects,
            ServerDirectory directory,
            Pictures pictures,
            EventSources sources,
            OrphanListener listener,
            String installation,
            Predicate<String> served,
            RandomGenerator jitter) {
        this.passes = passes;
        this.objects = objects;
        this.observer = new InstanceObserver(objects, servers, installation);
        this.servers = servers;
        this.directory = directory;
        this.pictures = pictures;
        this.sources = sources;
        this.listener = listener;
        this.installation = installation;
        this.served = served;
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
        var lookup = new ContextLookup<>(context);
        var request = parse(cr);
        var look = lookAt(request);
        var problem = InstanceRequirements.firstViolation(request, look.seen().server());
        if (problem.isEmpty() && !isWrittenDown(cr, look.seen())) {
            // Databases may be made on it only once its status says which server it is: a deletion asks there whether
            // anybody ever got in.
            return new PassResult<>(
                    InstanceStatusMapper.next(cr, request, look.seen(), problem, now), problem, AT_ONCE, List.of());
        }
        var orphans = ledger.confirmed(cr.getMetadata().getUid(), orphans(look.picture(), lookup), told(cr));
        listener.onOrphans(request.id(), count(orphans, OrphanState.RETAINED), count(orphans, OrphanState.LEFT));
        if (problem.isEmpty()) {
            var moved = directory.enter(request.key(), entry(request, look.seen()));
            var changed = pictures.keep(request.key(), look.picture(), now);
            wake(
                    cr,
                    lookup,
                    // What is published says where the server is.
                    database -> moved || isAmong(changed, database));
        } else {
            stop(request.key());
        }
        var next = LOOK.plusMillis(jitter.nextLong(JITTER_MILLIS));
        return new PassResult<>(
                InstanceStatusMapper.next(cr, request, look.seen().with(orphans), problem, now),
                problem,
                next,
                Orphans.news(orphans, told(cr)).map(news -> new Notice(EventReason.DATABASE_ORPHANED, news)).stream()
                        .toList());
    }

    /** Whose object is in a namespace that we do not serve we cannot know. */
    private List<Orphan> orphans(ServerPicture picture, ContextLookup<PostgresInstance> lookup) {
        return Orphans.of(
                picture,
                installation,
                object -> !object.kind().equals("ManagedDatabase")
                        || !served.test(object.namespace())
                        || lookup.find(ManagedDatabase.class, object.namespace(), object.name())
                                .filter(found -> found.getMetadata().getUid().equals(object.uid()))
                                .isPresent());
    }

    private static List<String> told(PostgresInstance cr) {
        return cr.getStatus() == null
                ? List.of()
                : cr.getStatus().orphans().stream().map(Orphan::name).toList();
    }

    private static int count(List<Orphan> orphans, OrphanState state) {
        return (int) orphans.stream().filter(orphan -> orphan.state() == state).count();
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
    private InstanceRequest parse(PostgresInstance cr) {
        var id = KIND.id(cr);
        var secret = observer.secret(
                id.namespace(), cr.getSpec().external().connectionSecretRef().name());
        try {
            return InstanceRequest.parse(cr, id, secret);
        } catch (Blocked unusable) {
            if (secret.isPresent() || !isGoing(cr)) {
                stop(new ServerKey(id.uid()));
                servers.remove(new ServerKey(id.uid()));
            }
            throw unusable;
        }
    }

    /** Live: the Secret's end may be seen before that of its namespace, which began earlier. */
    private boolean isGoing(PostgresInstance cr) {
        return cr.getMetadata().getDeletionTimestamp() != null
                || objects.read(ObjectName.ofCluster(
                                Namespace.class, cr.getMetadata().getNamespace()))
                        .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() == null)
                        .isEmpty();
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

            @Override
            public Leftover leftover() {
                return DatabasesOnIt.leftover(cr);
            }
        });
    }

    private PassResult<PostgresInstanceStatus> remove(
            PostgresInstance cr, Context<PostgresInstance> context, Instant now) {
        var databases = remaining(cr, new ContextLookup<>(context));
        if (databases.isEmpty()) {
            var key = new ServerKey(cr.getMetadata().getUid());
            stop(key);
            ledger.forget(cr.getMetadata().getUid());
            listener.onInstanceGone(KIND.id(cr));
            // Only our own connections end here: an external server is not ours to change.
            servers.remove(key);
            return new PassResult<>(cr.getStatus(), Optional.empty(), LOOK, List.of());
        }
        var blind = unseen(cr, context, now);
        var problem = DatabasesOnIt.obstacle(databases, blind);
        return new PassResult<>(InstanceStatusMapper.deleting(cr, problem, now), Optional.of(problem), LOOK, List.of());
    }

    /** Who lets an instance go looks live: a database that was made a moment ago is in no cache yet. */
    private List<ManagedDatabase> remaining(PostgresInstance cr, ContextLookup<PostgresInstance> caches) {
        var metadata = cr.getMetadata();
        var known = Membership.onInstance(metadata.getNamespace(), metadata.getName(), caches);
        return known.isEmpty()
                ? Membership.onInstance(metadata.getNamespace(), metadata.getName(), new LiveLookup(objects))
                : known;
    }

    /** The databases' own deletion needs the server, so it is looked at as long as one is left; why it cannot be is not what holds this object. */
    private Optional<Problem> unseen(PostgresInstance cr, Context<PostgresInstance> context, Instant now) {
        try {
            return look(cr, context, now).problem();
        } catch (Blocked unseen) {
            return Optional.of(unseen.problem());
        }
    }
}
