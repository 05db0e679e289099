package dev.ocean.e2e.platform;

import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import static org.assertj.core.api.Assertions.assertThat;

/** One scenario's own namespaces and people; when it is over nothing of them is left, on the cluster or on the server. */
public final class Scene implements AutoCloseable {

    /** How long a user would wait before asking somebody. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String API = "ocean.dev/v1beta1";
    private static final List<String> KINDS =
            List.of("DatabaseRestore", "DatabaseBackup", "ManagedDatabase", "Project", "PostgresInstance");
    private static final PatchContext MERGE =
            new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

    private final Platform platform;
    private final Workspace workspace = Workspace.create("ocean-e2e-scene");
    private final List<String> namespaces = new ArrayList<>();
    private final ClusterUser platformTeam;
    private final ClusterUser developer;

    private Scene(Platform platform) {
        this.platform = platform;
        var namespace = newNamespace();
        this.platformTeam = newUser(namespace, "admin");
        this.developer = newUser(namespace, "edit");
    }

    static Scene open(Platform platform) {
        return new Scene(platform);
    }

    public Platform platform() {
        return platform;
    }

    /** The namespace of both users. */
    public String namespace() {
        return namespaces.getFirst();
    }

    /** Holds the cluster role {@code admin} in the namespace. */
    public ClusterUser platformTeam() {
        return platformTeam;
    }

    /** Holds the cluster role {@code edit} in the namespace. */
    public ClusterUser developer() {
        return developer;
    }

    /** A further namespace of this scene. */
    public String newNamespace() {
        var name = "ocean-e2e-" + UUID.randomUUID().toString().substring(0, 8);
        administrator()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        namespaces.add(name);
        return name;
    }

    /** A person who holds one ClusterRole in the namespace, and no other right. */
    public ClusterUser newUser(String namespace, String clusterRole) {
        var account = "with-" + clusterRole;
        administrator()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(account)
                        .endMetadata()
                        .build())
                .create();
        administrator()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(account)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", clusterRole)
                        .addNewSubject("", "ServiceAccount", account, namespace)
                        .build())
                .create();
        return ClusterUser.of(administrator(), namespace, account, workspace.path());
    }

    /** The Secret of {@code examples/quickstart/admin-secret.yaml} with the server's true values. */
    public void giveAdminSecret() {
        giveAdminSecret(Map.of());
    }

    /** @param instead values in the place of the true ones */
    public void giveAdminSecret(Map<String, String> instead) {
        giveAdminSecret("main-admin", instead);
    }

    /** @param instead values in the place of the true ones */
    public void giveAdminSecret(String name, Map<String, String> instead) {
        var values = new HashMap<>(platform.adminLogin());
        values.putAll(instead);
        var data = values.entrySet().stream()
                .map(entry -> "  " + entry.getKey() + ": " + quoted(entry.getValue()))
                .collect(Collectors.joining("\n"));
        platformTeam.apply("""
                apiVersion: v1
                kind: Secret
                metadata:
                  name: %s
                  labels: {ocean.dev/role: admin-credentials}
                stringData:
                """.formatted(name) + data);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\n", "\\n") + '"';
    }

    /** A file of the examples, in this scene's namespace instead of its own. */
    public String example(String path) {
        return inItsNamespace(Repository.read("examples/" + path));
    }

    /** YAML or commands, with this scene's namespace instead of the {@code shop} that all pages have, and the platform's image. */
    public String inItsNamespace(String text) {
        return text.replace("namespace: shop", "namespace: " + namespace())
                .replace("-n shop ", "-n " + namespace() + " ")
                .replace(Platform.PAGES_IMAGE, platform.postgresImage());
    }

    /** From now on pods need not name a security context, as in a namespace that nobody restricts. */
    public void allowPlainPods() {
        administrator().namespaces().withName(namespace()).edit(found -> new NamespaceBuilder(found)
                .editMetadata()
                .removeFromLabels("pod-security.kubernetes.io/enforce")
                .endMetadata()
                .build());
    }

    /** What the platform team has done before a developer comes: the quickstart's instance and project. */
    public void giveInstanceAndProject() {
        giveAdminSecret();
        platformTeam.apply(example("quickstart/instance.yaml"));
        platformTeam.apply(example("quickstart/project.yaml"));
        platformTeam.kubectl("wait", "--for=condition=Ready", "opgi/main", "oprj/shop", "--timeout=60s");
    }

    /**
     * The developer applies a ManagedDatabase of project {@code shop} and waits until it is Ready.
     *
     * @param spec further lines of the specification; may be empty
     * @return the name of its Secret
     */
    public String giveDatabase(String name, String spec) {
        developer.apply(database(name, spec));
        return awaitReady(name);
    }

    /** YAML of a ManagedDatabase of project {@code shop}. */
    public static String database(String name, String spec) {
        return """
                apiVersion: ocean.dev/v1beta1
                kind: ManagedDatabase
                metadata:
                  name: %s
                spec:
                  projectRef: {name: shop}
                """.formatted(name) + spec.indent(2);
    }

    /** Returns the name of its Secret. */
    public String awaitReady(String database) {
        developer.kubectl(
                "wait", "--for=condition=Ready", "odb/" + database, "--timeout=" + PATIENCE.toSeconds() + "s");
        return developer.kubectl("get", "odb", database, "-o", "jsonpath={.status.binding.name}");
    }

    /** Waits for the condition to be not True for this reason, and returns its message. */
    public String awaitReason(String kind, String name, String type, String reason) {
        var message = new AtomicReference<>("");
        await("reason " + reason + " of " + kind + " " + name, () -> {
            var condition = see(kind, name).flatMap(seen -> seen.condition(type));
            assertThat(condition.map(Seen.Condition::reason))
                    .as("%s", condition)
                    .contains(reason);
            message.set(condition.orElseThrow().message());
        });
        return message.get();
    }

    /** Repeats what fails until it does not. */
    public static void await(String what, ThrowingRunnable assertions) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(assertions);
    }

    /** Returns when the object is gone. */
    public void awaitGone(String kind, String name) {
        await(kind + " " + name + " is gone", () -> assertThat(see(kind, name)).isEmpty());
    }

    /** The object as it is now. */
    public Optional<Seen> see(String kind, String name) {
        return Optional.ofNullable(administrator()
                        .genericKubernetesResources(API, kind)
                        .inNamespace(namespace())
                        .withName(name)
                        .get())
                .map(Seen::new);
    }

    /** Every ManagedDatabase of the namespace as it is now. */
    public List<Seen> databases() {
        return administrator()
                .genericKubernetesResources(API, "ManagedDatabase")
                .inNamespace(namespace())
                .list()
                .getItems()
                .stream()
                .map(Seen::new)
                .toList();
    }

    /** The values of a Secret in the namespace. */
    public Map<String, String> secret(String name) {
        return Secrets.values(administrator()
                .secrets()
                .inNamespace(namespace())
                .withName(name)
                .require());
    }

    /** The name that a database has on the server. */
    public String databaseName(String name) {
        return see("ManagedDatabase", name)
                .flatMap(seen -> seen.value("status", "databaseName"))
                .orElseThrow();
    }

    private KubernetesClient administrator() {
        return platform.administrator();
    }

    /** Databases first, then what they need, then the namespaces: the order that users are told. */
    @Override
    public void close() {
        try {
            // Or the databases would wait for their last backups.
            namespaces.forEach(this::wantNoLastBackup);
            for (var kind : KINDS) {
                namespaces.forEach(namespace -> delete(kind, namespace));
                namespaces.forEach(namespace ->
                        await("every " + kind + " in " + namespace + " is gone", () -> assertThat(all(kind, namespace))
                                .isEmpty()));
            }
        } finally {
            namespaces.forEach(
                    name -> administrator().namespaces().withName(name).delete());
            workspace.close();
        }
    }

    private void wantNoLastBackup(String namespace) {
        all("Project", namespace).forEach(name -> administrator()
                .genericKubernetesResources(API, "Project")
                .inNamespace(namespace)
                .withName(name)
                .patch(MERGE, "{\"spec\":{\"onDelete\":{\"finalBackup\":\"None\"}}}"));
    }

    private void delete(String kind, String namespace) {
        var objects = administrator().genericKubernetesResources(API, kind).inNamespace(namespace);
        all(kind, namespace).forEach(name -> {
            var policy = kind.equals("ManagedDatabase") ? "\"deletionPolicy\":\"Delete\"," : "";
            var patch = "{\"spec\":{%s\"deletionProtection\":false}}".formatted(policy);
            if (List.of("ManagedDatabase", "Project").contains(kind)) {
                objects.withName(name).patch(MERGE, patch);
            }
            objects.withName(name).delete();
        });
    }

    private List<String> all(String kind, String namespace) {
        return administrator().genericKubernetesResources(API, kind).inNamespace(namespace).list().getItems().stream()
                .map(object -> object.getMetadata().getName())
                .toList();
    }
}
