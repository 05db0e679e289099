package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.sandbox.postgres.Credentials;
import dev.ocean.sandbox.postgres.PostgresServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One namespace, as a user works in it: with manifests, and never through the operator's client. */
final class Space {

    /** The names that most tests use. */
    static final String INSTANCE = "main";

    static final String ADMIN_SECRET = "main-admin";
    static final String PROJECT = "shop";

    static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final PatchContext MERGE =
            new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();
    private static final AtomicLong NEXT = new AtomicLong(System.currentTimeMillis());

    private final KubernetesClient user;
    private final String namespace;
    private final Set<String> passwords = new ConcurrentSkipListSet<>();

    private Space(KubernetesClient user, String namespace) {
        this.user = user;
        this.namespace = namespace;
    }

    /** A new namespace with a name that folds into a database name as it is. */
    static Space make(KubernetesClient user) {
        var name = "it" + Long.toString(NEXT.incrementAndGet(), 36);
        user.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return new Space(user, name);
    }

    String namespace() {
        return namespace;
    }

    /** Applies one manifest; an unknown field is an error, as with {@code kubectl}. */
    void apply(String manifest) {
        var object = user.resource(manifest).item();
        object.getMetadata().setNamespace(namespace);
        user.resource(object).fieldValidation(Validation.STRICT).serverSideApply();
    }

    /** The instance, with its Secret, and the project that most tests start from. */
    Space on(PostgresServer server) {
        instance(INSTANCE, address(server));
        project("instanceRef: {name: main}");
        return this;
    }

    /** The keys of a connection Secret. */
    static Map<String, String> address(PostgresServer server) {
        return address(server, server.host(), server.port());
    }

    static Map<String, String> address(PostgresServer server, String host, int port) {
        return address(server.admin(), server.caCertificate(), host, port);
    }

    static Map<String, String> address(Credentials admin, String authority, String host, int port) {
        var keys = new HashMap<String, String>();
        keys.put("host", host);
        keys.put("port", Integer.toString(port));
        keys.put("username", admin.user());
        keys.put("password", admin.password());
        keys.put("ca.crt", authority);
        return keys;
    }

    void instance(String name, Map<String, String> connection) {
        instance(name, connection, "");
    }

    /** @param more fields of its specification, in YAML's flow style, without braces */
    void instance(String name, Map<String, String> connection, String more) {
        adminSecret(name + "-admin", connection);
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: PostgresInstance
                metadata: {name: %s}
                spec: {external: {connectionSecretRef: {name: %s-admin}}, %s}
                """.formatted(name, name, more));
    }

    void adminSecret(String name, Map<String, String> connection) {
        secret(name, connection, Map.of("ocean.dev/role", "admin-credentials"));
    }

    void secret(String name, Map<String, String> values, Map<String, String> labels) {
        Optional.ofNullable(values.get("password")).ifPresent(passwords::add);
        var secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withStringData(values)
                .build();
        var live = user.resource(secret).get();
        if (live == null) {
            user.resource(secret).create();
            return;
        }
        // Keys that are not given any more must go, which an apply of write-only stringData would not see to.
        live.setData(Map.of());
        live.setStringData(values);
        live.getMetadata().setLabels(labels);
        user.resource(live).update();
    }

    void project(String spec) {
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: Project
                metadata: {name: shop}
                spec: {%s}
                """.formatted(spec));
    }

    void database(String name) {
        database(name, "");
    }

    /** @param more fields of its specification, in YAML's flow style, without braces */
    void database(String name, String more) {
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: ManagedDatabase
                metadata: {name: %s}
                spec: {projectRef: {name: shop}, %s}
                """.formatted(name, more));
    }

    /** @param more fields of its specification, in YAML's flow style, without braces */
    void backup(String name, String database, String more) {
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: DatabaseBackup
                metadata: {name: %s}
                spec: {databaseRef: {name: %s}, %s}
                """.formatted(name, database, more));
    }

    /** @param more fields of its specification, in YAML's flow style, without braces */
    void restore(String name, String backup, String database, String more) {
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: DatabaseRestore
                metadata: {name: %s}
                spec: {backupRef: {name: %s}, databaseRef: {name: %s}, confirmDatabaseName: %s, %s}
                """.formatted(name, backup, database, status(database).databaseName(), more));
    }

    /** {@return the Secret's values once the database is Ready} */
    SecretLogin readyDatabase(String name) {
        return readyDatabase(name, "");
    }

    SecretLogin readyDatabase(String name, String more) {
        database(name, more);
        awaitReady(ManagedDatabase.class, name);
        return login(name);
    }

    /** What an application finds in the Secret of this database. */
    SecretLogin login(String database) {
        return SecretLogin.of(secret(secretOf(database)));
    }

    private String secretOf(String database) {
        return Optional.ofNullable(status(database).binding())
                .map(ManagedDatabaseStatus.Binding::name)
                .orElse(database + "-credentials");
    }

    ManagedDatabaseStatus status(String database) {
        return Objects.requireNonNull(get(ManagedDatabase.class, database).getStatus());
    }

    Secret secret(String name) {
        var secret = Objects.requireNonNull(
                user.secrets().inNamespace(namespace).withName(name).get(), "Secret " + name);
        remember(secret);
        return secret;
    }

    boolean hasSecret(String name) {
        return user.secrets().inNamespace(namespace).withName(name).get() != null;
    }

    private void remember(Secret secret) {
        var values = SecretLogin.of(secret).values();
        for (var key : List.of("password", "next-password")) {
            Optional.ofNullable(values.get(key))
                    .filter(password -> password.length() >= 12)
                    .ifPresent(passwords::add);
        }
    }

    /** Every password that was seen here, those of all Secrets now included. */
    Set<String> passwords() {
        user.secrets().inNamespace(namespace).list().getItems().forEach(this::remember);
        return new TreeSet<>(passwords);
    }

    <T extends CustomResource<?, ?>> Resource<T> named(Class<T> kind, String name) {
        return user.resources(kind).inNamespace(namespace).withName(name);
    }

    <T extends CustomResource<?, ?>> T get(Class<T> kind, String name) {
        return Objects.requireNonNull(named(kind, name).get(), () -> kind.getSimpleName() + " " + name);
    }

    <T extends CustomResource<?, ?>> List<T> all(Class<T> kind) {
        return user.resources(kind).inNamespace(namespace).list().getItems();
    }

    /** @param yaml a merge patch, not beginning with a brace */
    <T extends CustomResource<?, ?>> void patch(Class<T> kind, String name, String yaml) {
        named(kind, name).patch(MERGE, yaml);
    }

    void patchSecret(String name, String yaml) {
        user.secrets().inNamespace(namespace).withName(name).patch(MERGE, yaml);
    }

    void deleteSecret(String name) {
        user.secrets().inNamespace(namespace).withName(name).delete();
    }

    /** Asks the operator to look now. */
    <T extends CustomResource<?, ?>> void wake(Class<T> kind, String name) {
        patch(
                kind,
                name,
                "metadata: {annotations: {ocean.dev/reconcile-requested-at: \"" + NEXT.incrementAndGet() + "\"}}");
    }

    <T extends CustomResource<?, ?>> void delete(Class<T> kind, String name) {
        named(kind, name).delete();
    }

    <T extends CustomResource<?, ?>> void awaitGone(Class<T> kind, String name) {
        awaiting(kind.getSimpleName() + " " + name + " is gone")
                .untilAsserted(() -> assertThat(named(kind, name).get())
                        .as("%s %s is gone", kind.getSimpleName(), name)
                        .isNull());
    }

    /** No object of our kinds is left. */
    void awaitNothingOfOurs() {
        eventually("all objects are gone", () -> {
            assertThat(all(ManagedDatabase.class)).isEmpty();
            assertThat(all(Project.class)).isEmpty();
            assertThat(all(PostgresInstance.class)).isEmpty();
        });
    }

    /** Ready, for the specification as it is now. */
    <S extends ConditionedStatus, T extends CustomResource<?, S>> void awaitReady(Class<T> kind, String name) {
        awaiting(kind.getSimpleName() + " " + name + " is Ready").untilAsserted(() -> {
            var object = get(kind, name);
            assertThat(condition(object, "Ready")).isPresent().get().satisfies(condition -> {
                assertThat(condition.getStatus()).as(condition.toString()).isEqualTo("True");
                assertThat(condition.getObservedGeneration())
                        .isEqualTo(object.getMetadata().getGeneration());
            });
        });
    }

    /** Not Ready for this reason; {@return its message} */
    <S extends ConditionedStatus, T extends CustomResource<?, S>> String awaitReason(
            Class<T> kind, String name, String reason) {
        return awaitCondition(kind, name, "Ready", "False", reason);
    }

    /** {@return its message} */
    <S extends ConditionedStatus, T extends CustomResource<?, S>> String awaitCondition(
            Class<T> kind, String name, String type, String status, String reason) {
        awaiting(kind.getSimpleName() + " " + name + " has " + type + "=" + status + " " + reason)
                .untilAsserted(() -> assertThat(condition(get(kind, name), type))
                        .as("%s of %s %s", type, kind.getSimpleName(), name)
                        .isPresent()
                        .get()
                        .satisfies(condition -> assertThat(condition.getStatus() + " " + condition.getReason())
                                .as(condition.getMessage())
                                .isEqualTo(status + " " + reason)));
        return condition(get(kind, name), type).map(Condition::getMessage).orElse("");
    }

    <S extends ConditionedStatus, T extends CustomResource<?, S>> Optional<Condition> condition(
            Class<T> kind, String name, String type) {
        return condition(get(kind, name), type);
    }

    private static <S extends ConditionedStatus, T extends CustomResource<?, S>> Optional<Condition> condition(
            T object, String type) {
        return Optional.ofNullable(object.getStatus()).map(ConditionedStatus::conditions).orElse(List.of()).stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    /** Reasons of the events about this object. */
    List<String> events(String name) {
        return user.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> name.equals(event.getRegarding().getName()))
                .map(event -> event.getReason())
                .toList();
    }

    void awaitEvent(String name, String reason) {
        awaiting("event " + reason).untilAsserted(() -> assertThat(events(name)).contains(reason));
    }

    static ConditionFactory awaiting(String what) {
        return await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(100));
    }

    static void eventually(String what, ThrowingRunnable assertion) {
        awaiting(what).ignoreExceptions().untilAsserted(assertion);
    }

    /** All that anybody may read here and that must not hold a password: the objects with their statuses, and the events. */
    String readable() {
        var text = new StringBuilder();
        all(ManagedDatabase.class).forEach(object -> text.append(object).append('\n'));
        all(PostgresInstance.class).forEach(object -> text.append(object).append('\n'));
        all(Project.class).forEach(object -> text.append(object).append('\n'));
        all(DatabaseBackup.class).forEach(object -> text.append(object).append('\n'));
        all(DatabaseRestore.class).forEach(object -> text.append(object).append('\n'));
        user.batch().v1().jobs().inNamespace(namespace).list().getItems().forEach(object -> text.append(object)
                .append('\n'));
        user.pods().inNamespace(namespace).list().getItems().forEach(object -> text.append(object)
                .append('\n'));
        user.events().v1().events().inNamespace(namespace).list().getItems().forEach(event -> text.append(event)
                .append('\n'));
        return text.toString();
    }

    KubernetesClient user() {
        return user;
    }
}
