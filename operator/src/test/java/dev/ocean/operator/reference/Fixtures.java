package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.InstanceReference;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.AllowedNamespaces;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.From;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.Limits;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectReference;
import dev.ocean.operator.api.v1beta1.ProjectSpec;
import dev.ocean.operator.api.v1beta1.ProjectSpec.BackupPolicy;
import dev.ocean.operator.api.v1beta1.SecretReference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Namespaces {@code shop} and {@code platform}, an instance and a project in each, and caches that hold what a test puts into them. */
final class Fixtures {

    private Fixtures() {}

    /** Caches, as informers fill them. */
    static final class Caches implements Lookup {
        private final List<HasMetadata> objects = new ArrayList<>();

        Caches(HasMetadata... objects) {
            this.objects.addAll(List.of(objects));
        }

        Caches with(HasMetadata object) {
            var more = new Caches(objects.toArray(HasMetadata[]::new));
            more.objects.removeIf(other -> other.getClass() == object.getClass()
                    && other.getMetadata().getName().equals(object.getMetadata().getName())
                    && Objects.equals(
                            other.getMetadata().getNamespace(),
                            object.getMetadata().getNamespace()));
            more.objects.add(object);
            return more;
        }

        @Override
        public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
            return all(type).stream()
                    .filter(object -> namespace.equals(object.getMetadata().getNamespace())
                            && name.equals(object.getMetadata().getName()))
                    .findFirst();
        }

        @Override
        public <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
            return all(type).stream()
                    .filter(object -> name.equals(object.getMetadata().getName()))
                    .findFirst();
        }

        @Override
        public <T extends HasMetadata> List<T> all(Class<T> type) {
            return objects.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    static Caches caches() {
        return new Caches(
                namespace("shop", Map.of("team", "a")),
                namespace("platform", Map.of()),
                project(instanceRef("main", null), null),
                instance("shop", From.SAME));
    }

    static Namespace namespace(String name, Map<String, String> labels) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid("ns-" + name)
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    static InstanceReference instanceRef(String name, @Nullable String namespace) {
        return new InstanceReference(name, namespace);
    }

    static Project project(@Nullable InstanceReference instance, @Nullable Integer quota) {
        var project = new Project();
        project.setMetadata(metadata("shop", "shop", "p-1", "2026-11-22T09:00:00Z"));
        project.setSpec(new ProjectSpec(
                instance,
                null,
                quota == null ? null : new ProjectSpec.Quota(quota, null),
                new ProjectSpec.OnDelete(DeletionPolicy.DELETE, BackupPolicy.RETAIN, null),
                false));
        return project;
    }

    static PostgresInstance instance(String namespace, From from) {
        return instance(namespace, new AllowedNamespaces(from, null), null);
    }

    static PostgresInstance instance(String namespace, AllowedNamespaces allowed, @Nullable Integer limit) {
        var instance = new PostgresInstance();
        instance.setMetadata(metadata(namespace, "main", "i-" + namespace, "2026-11-22T09:00:00Z"));
        instance.setSpec(new PostgresInstanceSpec(
                new PostgresInstanceSpec.External(new SecretReference("main-admin")),
                allowed,
                null,
                new Limits(limit, 50),
                null));
        return instance;
    }

    static ManagedDatabase database(String name, String created, @Nullable InstanceReference instance) {
        var database = new ManagedDatabase();
        database.setMetadata(metadata("shop", name, "u-" + name, created));
        database.setSpec(new ManagedDatabaseSpec(
                new ProjectReference("shop"),
                instance,
                null,
                "UTF8",
                null,
                null,
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                false));
        return database;
    }

    static ManagedDatabase database() {
        return database("orders", "2026-11-22T10:00:00Z", null);
    }

    static ManagedDatabase readyOn(ManagedDatabase database, String namespace, String name, String uid) {
        database.setStatus(new ManagedDatabaseStatus(
                1L,
                null,
                null,
                null,
                null,
                new ManagedDatabaseStatus.Instance(namespace, name, uid),
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of()));
        return database;
    }

    private static ObjectMeta metadata(String namespace, String name, String uid, String created) {
        return new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .withUid(uid)
                .withGeneration(1L)
                .withCreationTimestamp(created)
                .build();
    }
}
