package dev.ocean.operator.pass;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What wakes which kind. Each source is a cache too, for {@link ContextLookup}. */
public final class EventSources {

    private final Wakeups<ManagedDatabase> databases = new Wakeups<>();
    private final Wakeups<DatabaseBackup> backups = new Wakeups<>();
    private final Wakeups<DatabaseRestore> restores = new Wakeups<>();

    /** By which the look at a server wakes the databases that changed on it, and a lane that is free those that wait for one. */
    public Wakeups<ManagedDatabase> databases() {
        return databases;
    }

    /** By which a lane that is free wakes those that wait for one. */
    public Wakeups<DatabaseBackup> backups() {
        return backups;
    }

    /** By which a lane that is free wakes those that wait for one. */
    public Wakeups<DatabaseRestore> restores() {
        return restores;
    }

    /** Its Secret, its project, its instance, its namespace, and the minute's look at its server. */
    public List<EventSource<?, ManagedDatabase>> ofDatabase(EventSourceContext<ManagedDatabase> context) {
        var cache = context.getPrimaryCache();
        var secrets = InformerEventSourceConfiguration.from(Secret.class, ManagedDatabase.class)
                .withLabelSelector(Labels.MANAGED_BY + "=" + Labels.MANAGER)
                .withSecondaryToPrimaryMapper(EventSources::owners)
                // One that appears was made by us, or is listed at the start, when every database is looked at anyway.
                .withOnAddFilter(secret -> false)
                .build();
        var projects = InformerEventSourceConfiguration.from(Project.class, ManagedDatabase.class)
                .withSecondaryToPrimaryMapper(project -> ids(
                        cache.list(database -> isOfProject(database, project)).toList()))
                .withOnUpdateFilter(EventSources::isSpecified)
                .build();
        var instances = InformerEventSourceConfiguration.from(PostgresInstance.class, ManagedDatabase.class)
                // Also those whose project names the instance: who does not say where it is may be there.
                .withSecondaryToPrimaryMapper(instance ->
                        ids(cache.list(database -> mayBeOn(database, instance)).toList()))
                .withOnUpdateFilter((now, before) -> isSpecified(now, before) || isReadyChanged(now, before))
                .build();
        // Of one that is born from a backup.
        var jobs = InformerEventSourceConfiguration.from(Job.class, ManagedDatabase.class)
                .withLabelSelector(Labels.MANAGED_BY + "=" + Labels.MANAGER)
                .withSecondaryToPrimaryMapper(job -> controllers(job, ManagedDatabase.class))
                .build();
        return List.of(
                new InformerEventSource<>(secrets, context),
                new InformerEventSource<>(projects, context),
                new InformerEventSource<>(instances, context),
                new InformerEventSource<>(jobs, context),
                restoresOf(context, ManagedDatabase.class, restore -> restore.getSpec()
                        .databaseRef()
                        .name()),
                finalBackupsOf(context),
                cacheOf(Namespace.class, context),
                databases);
    }

    /** Wakes what a restore that begins or ends is about. */
    private static <P extends HasMetadata> InformerEventSource<DatabaseRestore, P> restoresOf(
            EventSourceContext<P> context, Class<P> primary, Function<DatabaseRestore, String> name) {
        var restores = InformerEventSourceConfiguration.from(DatabaseRestore.class, primary)
                .withSecondaryToPrimaryMapper(restore -> Set.of(new ResourceID(
                        name.apply(restore), restore.getMetadata().getNamespace())))
                .withOnUpdateFilter((now, before) -> isSpecified(now, before) || isReadyChanged(now, before))
                .build();
        return new InformerEventSource<>(restores, context);
    }

    /** Wakes what waits for its last backup. */
    private static InformerEventSource<DatabaseBackup, ManagedDatabase> finalBackupsOf(
            EventSourceContext<ManagedDatabase> context) {
        var backups = InformerEventSourceConfiguration.from(DatabaseBackup.class, ManagedDatabase.class)
                .withLabelSelector(Labels.FINAL_OF)
                .withSecondaryToPrimaryMapper(backup -> Set.of(new ResourceID(
                        backup.getSpec().databaseRef().name(),
                        backup.getMetadata().getNamespace())))
                .withOnUpdateFilter((now, before) -> isSpecified(now, before) || isReadyChanged(now, before))
                .build();
        return new InformerEventSource<>(backups, context);
    }

    /** Wakes nobody. */
    private static <R extends HasMetadata, P extends HasMetadata> InformerEventSource<R, P> cacheOf(
            Class<R> type, EventSourceContext<P> context) {
        var cached = InformerEventSourceConfiguration.from(type, context.getPrimaryResourceClass())
                .withSecondaryToPrimaryMapper(object -> Set.of());
        if (type.equals(Namespace.class)) {
            cached.withWatchAllNamespaces();
        }
        return new InformerEventSource<>(cached.build(), context);
    }

    /** Its connection Secret, and the databases that are on it; projects and namespaces to look up. */
    public List<EventSource<?, PostgresInstance>> ofInstance(EventSourceContext<PostgresInstance> context) {
        var cache = context.getPrimaryCache();
        var secrets = InformerEventSourceConfiguration.from(Secret.class, PostgresInstance.class)
                .withLabelSelector(Labels.ROLE + "=" + Labels.ROLE_ADMIN_CREDENTIALS)
                .withSecondaryToPrimaryMapper(secret ->
                        ids(cache.list(instance -> isLoginOf(secret, instance)).toList()))
                .build();
        return List.of(
                new InformerEventSource<>(secrets, context),
                cacheOf(Project.class, context),
                cacheOf(Namespace.class, context),
                // Only one that is being deleted waits for its databases to go; the others look once a minute anyway.
                databasesOf(
                        context,
                        PostgresInstance.class,
                        database -> ids(
                                cache.list(instance -> instance.getMetadata().getDeletionTimestamp() != null)
                                        .toList())));
    }

    /** Its Jobs, and its database, which it may wait for; projects, instances and namespaces to look up. */
    public List<EventSource<?, DatabaseBackup>> ofBackup(EventSourceContext<DatabaseBackup> context) {
        var cache = context.getPrimaryCache();
        var jobs = InformerEventSourceConfiguration.from(Job.class, DatabaseBackup.class)
                .withLabelSelector(Labels.MANAGED_BY + "=" + Labels.MANAGER)
                .withSecondaryToPrimaryMapper(job -> controllers(job, DatabaseBackup.class))
                .build();
        // One may be waiting for the volume that its project lacks.
        var projects = InformerEventSourceConfiguration.from(Project.class, DatabaseBackup.class)
                .withSecondaryToPrimaryMapper(project -> ids(
                        cache.list(backup -> isUnfinishedIn(backup, project)).toList()))
                .withOnUpdateFilter(EventSources::isSpecified)
                .build();
        return List.of(
                this.backups,
                new InformerEventSource<>(jobs, context),
                databasesOf(
                        context,
                        DatabaseBackup.class,
                        database ->
                                ids(cache.list(backup -> isOf(backup, database)).toList())),
                new InformerEventSource<>(projects, context),
                restoresOf(context, DatabaseBackup.class, restore -> restore.getSpec()
                        .backupRef()
                        .name()),
                cacheOf(PostgresInstance.class, context),
                cacheOf(Namespace.class, context));
    }

    private static boolean isUnfinishedIn(DatabaseBackup backup, Project project) {
        return backup.getMetadata().getNamespace().equals(project.getMetadata().getNamespace())
                && (backup.getStatus() == null
                        || !Conditions.isTrue(backup.getStatus().conditions(), ConditionType.COMPLETE));
    }

    /** Its Jobs, the database that it replaces, and its backup; projects, instances and namespaces to look up. */
    public List<EventSource<?, DatabaseRestore>> ofRestore(EventSourceContext<DatabaseRestore> context) {
        var cache = context.getPrimaryCache();
        var jobs = InformerEventSourceConfiguration.from(Job.class, DatabaseRestore.class)
                .withLabelSelector(Labels.MANAGED_BY + "=" + Labels.MANAGER)
                .withSecondaryToPrimaryMapper(job -> controllers(job, DatabaseRestore.class))
                .build();
        var backups = InformerEventSourceConfiguration.from(DatabaseBackup.class, DatabaseRestore.class)
                .withSecondaryToPrimaryMapper(backup ->
                        ids(cache.list(restore -> isOf(restore, backup)).toList()))
                .withOnUpdateFilter((now, before) -> isSpecified(now, before) || isReadyChanged(now, before))
                .build();
        return List.of(
                this.restores,
                new InformerEventSource<>(jobs, context),
                new InformerEventSource<>(backups, context),
                databasesOf(
                        context,
                        DatabaseRestore.class,
                        database -> ids(
                                cache.list(restore -> isOf(restore, database)).toList())),
                cacheOf(Project.class, context),
                cacheOf(PostgresInstance.class, context),
                cacheOf(Namespace.class, context));
    }

    private static boolean isOf(DatabaseRestore restore, DatabaseBackup backup) {
        return isBeside(restore, backup)
                && restore.getSpec()
                        .backupRef()
                        .name()
                        .equals(backup.getMetadata().getName());
    }

    private static boolean isOf(DatabaseRestore restore, ManagedDatabase database) {
        return isBeside(restore, database)
                && restore.getSpec()
                        .databaseRef()
                        .name()
                        .equals(database.getMetadata().getName());
    }

    private static boolean isBeside(HasMetadata one, HasMetadata other) {
        return one.getMetadata().getNamespace().equals(other.getMetadata().getNamespace());
    }

    private static boolean isOf(DatabaseBackup backup, ManagedDatabase database) {
        return backup.getMetadata().getNamespace().equals(database.getMetadata().getNamespace())
                && backup.getSpec()
                        .databaseRef()
                        .name()
                        .equals(database.getMetadata().getName());
    }

    private static Set<ResourceID> controllers(HasMetadata object, Class<? extends HasMetadata> kind) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> reference.getKind().equals(HasMetadata.getKind(kind)))
                .map(reference ->
                        new ResourceID(reference.getName(), object.getMetadata().getNamespace()))
                .collect(Collectors.toSet());
    }

    /** Its databases, and the instance that it names; namespaces to look up. */
    public List<EventSource<?, Project>> ofProject(EventSourceContext<Project> context) {
        var cache = context.getPrimaryCache();
        var instances = InformerEventSourceConfiguration.from(PostgresInstance.class, Project.class)
                .withSecondaryToPrimaryMapper(instance ->
                        ids(cache.list(project -> mayName(project, instance)).toList()))
                .withOnUpdateFilter(EventSources::isSpecified)
                .build();
        return List.of(
                new InformerEventSource<>(instances, context),
                cacheOf(Namespace.class, context),
                databasesOf(
                        context,
                        Project.class,
                        database -> Set.of(new ResourceID(
                                database.getSpec().projectRef().name(),
                                database.getMetadata().getNamespace()))));
    }

    private static boolean mayName(Project project, PostgresInstance instance) {
        var reference = project.getSpec().instanceRef();
        return reference != null
                && reference.name().equals(instance.getMetadata().getName());
    }

    private static <P extends HasMetadata> InformerEventSource<ManagedDatabase, P> databasesOf(
            EventSourceContext<P> context,
            Class<P> primary,
            io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper<ManagedDatabase> mapper) {
        var databases = InformerEventSourceConfiguration.from(ManagedDatabase.class, primary)
                .withSecondaryToPrimaryMapper(mapper)
                .withOnUpdateFilter((now, before) -> isSpecified(now, before) || isReadyChanged(now, before))
                .build();
        return new InformerEventSource<>(databases, context);
    }

    /** By label, and by owner reference too: whoever edits the one does not hide the object from us. */
    private static Set<ResourceID> owners(Secret secret) {
        var metadata = secret.getMetadata();
        var labels = Objects.requireNonNullElse(metadata.getLabels(), Map.<String, String>of());
        var byReference = metadata.getOwnerReferences().stream()
                .filter(reference -> reference.getApiVersion().startsWith("ocean.dev/"))
                .map(OwnerReference::getName);
        return Stream.concat(Stream.ofNullable(labels.get(Labels.OWNER)), byReference)
                .map(name -> new ResourceID(name, metadata.getNamespace()))
                .collect(Collectors.toSet());
    }

    private static boolean isOfProject(ManagedDatabase database, Project project) {
        return database.getMetadata()
                        .getNamespace()
                        .equals(project.getMetadata().getNamespace())
                && database.getSpec()
                        .projectRef()
                        .name()
                        .equals(project.getMetadata().getName());
    }

    private static boolean mayBeOn(ManagedDatabase database, PostgresInstance instance) {
        var reference = database.getSpec().instanceRef();
        return reference == null
                || reference.name().equals(instance.getMetadata().getName());
    }

    private static boolean isLoginOf(Secret secret, PostgresInstance instance) {
        return instance.getMetadata().getNamespace().equals(secret.getMetadata().getNamespace())
                && instance.getSpec()
                        .external()
                        .connectionSecretRef()
                        .name()
                        .equals(secret.getMetadata().getName());
    }

    private static boolean isSpecified(HasMetadata now, HasMetadata before) {
        return !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
                || !Objects.equals(
                        now.getMetadata().getDeletionTimestamp(),
                        before.getMetadata().getDeletionTimestamp());
    }

    private static <S extends ConditionedStatus> boolean isReadyChanged(
            CustomResource<?, S> now, CustomResource<?, S> before) {
        return isChanged(ConditionType.READY, now, before) || isChanged(ConditionType.DELETION_BLOCKED, now, before);
    }

    private static <S extends ConditionedStatus> boolean isChanged(
            ConditionType type, CustomResource<?, S> now, CustomResource<?, S> before) {
        var is = condition(type, now);
        var was = condition(type, before);
        return !is.map(Condition::getStatus).equals(was.map(Condition::getStatus))
                || !is.map(Condition::getReason).equals(was.map(Condition::getReason));
    }

    private static <S extends ConditionedStatus> Optional<Condition> condition(
            ConditionType type, CustomResource<?, S> resource) {
        return Optional.ofNullable(resource.getStatus()).flatMap(status -> Conditions.find(status.conditions(), type));
    }

    private static Set<ResourceID> ids(List<? extends HasMetadata> resources) {
        return resources.stream()
                .map(ResourceID::fromResource)
                .filter(Predicate.not(Objects::isNull))
                .collect(Collectors.toSet());
    }
}
