package dev.ocean.operator.it;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.node.NodeAgent;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import static org.awaitility.Awaitility.await;

/**
 * What all integration tests of a JVM share: the control plane with definitions and roles as they are shipped, PostgreSQL servers, and the operator that runs now. All of
 * it ends with the JVM.
 */
final class Platform {

    static final Path ROOT = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolve("..")
            .normalize();

    /** Where the lease and the service account are. */
    static final String OPERATOR_NAMESPACE = "ocean-system";

    /** In seconds, how long a namespace that is being deleted waits for a server that is away. */
    static final String PATIENCE = "10";

    private static final String LEASE = "ocean-operator";
    private static final String SERVICE_ACCOUNT = "ocean-operator";

    private final ControlPlane controlPlane;
    private final KubernetesClient user;
    private final Workspace workspace = Workspace.create("operator-it");
    private final AtomicInteger started = new AtomicInteger();
    private final List<OperatorProcess> operators = new ArrayList<>();
    private Optional<OperatorProcess> running = Optional.empty();
    private Optional<NodeAgent> node = Optional.empty();
    private Optional<PostgresServer> limited = Optional.empty();
    private Optional<PostgresServer> superuser = Optional.empty();

    private Platform(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
        // A person's tools show what they do not know.
        var tolerant = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .configure(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL, true);
        this.user = new KubernetesClientBuilder()
                .withConfig(controlPlane.client().getConfiguration())
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withKubernetesSerialization(new KubernetesSerialization(tolerant, true))
                .build();
    }

    private static final class Holder {
        private static final Platform SHARED = start();
    }

    /** Starts with the first call, ten seconds long. */
    static Platform shared() {
        return Holder.SHARED;
    }

    private static Platform start() {
        var platform = new Platform(ControlPlane.start());
        platform.install();
        return platform;
    }

    private void install() {
        var user = user();
        var objects = installed().stream()
                .filter(object -> !(object instanceof Deployment))
                .toList();
        objects.forEach(object -> user.resource(object).serverSideApply());
        objects.stream()
                .filter(CustomResourceDefinition.class::isInstance)
                .map(CustomResourceDefinition.class::cast)
                .forEach(this::awaitServed);
    }

    /** The objects of {@code install.yaml}. */
    List<HasMetadata> installed() {
        try (var yaml = Files.newInputStream(ROOT.resolve("helm/install.yaml"))) {
            return user().load(yaml).items();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Installs one definition again. */
    void define(String name) {
        installed().stream()
                .filter(CustomResourceDefinition.class::isInstance)
                .map(CustomResourceDefinition.class::cast)
                .filter(definition -> definition.getMetadata().getName().equals(name))
                .forEach(definition -> {
                    user().resource(definition).serverSideApply();
                    awaitServed(definition);
                });
    }

    void awaitServed(CustomResourceDefinition definition) {
        await(definition.getMetadata().getName() + " is served")
                .atMost(Duration.ofSeconds(30))
                .until(() -> user().resource(definition).get().getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Established".equals(condition.getType()) && "True".equals(condition.getStatus())));
    }

    /** The user's own client, which no rule holds back; never the operator's. */
    KubernetesClient user() {
        return user;
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    /** The node that runs Jobs; started with the first call. */
    synchronized NodeAgent node() {
        var agent = node.orElseGet(() -> NodeAgent.start(controlPlane));
        node = Optional.of(agent);
        return agent;
    }

    /** The server that most tests use: TLS, an admin without superuser. */
    synchronized PostgresServer server() {
        var server = limited.orElseGet(() -> launch(options().limitedAdmin("platform_admin")));
        limited = Optional.of(server);
        return server;
    }

    /** A server whose admin is a superuser. */
    synchronized PostgresServer superuserServer() {
        var server = superuser.orElseGet(() -> launch(options()));
        superuser = Optional.of(server);
        return server;
    }

    /** A server for one test, which closes it. */
    PostgresServer launch(Options options) {
        if (!"required".equals(System.getProperty("tools"))) {
            Assumptions.assumeFalse(PostgresServer.installedMajors().isEmpty(), "PostgreSQL is not installed");
        }
        return PostgresServer.launch(options);
    }

    /** An address of every server that its certificate does not name. */
    static final String UNNAMED_HOST = "127.0.0.2";

    /** All statements in the log, so that a password in one of them is found. */
    static Options options() {
        return Options.defaults()
                .setting("listen_addresses", "localhost," + UNNAMED_HOST)
                .setting("log_statement", "all")
                .setting("log_connections", "on")
                .setting("log_disconnections", "on")
                .setting("max_connections", "200");
    }

    /** Those of {@link #server()} and {@link #superuserServer()} that were started. */
    synchronized List<PostgresServer> sharedServers() {
        return Stream.of(limited, superuser).flatMap(Optional::stream).toList();
    }

    /** The operator that tests share; started if none runs, with a short overlap of rotations and little patience with servers that are away. */
    synchronized OperatorProcess operator() {
        if (running.filter(OperatorProcess::isAlive).isEmpty()) {
            releaseLease();
            running = Optional.of(startOperator(
                    Map.of("OCEAN_ROTATION_OVERLAP_SECONDS", "3", "OCEAN_TERMINATION_PATIENCE_SECONDS", PATIENCE)));
        }
        return running.orElseThrow();
    }

    /** Ends the shared operator, for a test that brings its own. */
    synchronized void withoutOperator() {
        running.ifPresent(OperatorProcess::stop);
        running = Optional.empty();
        releaseLease();
    }

    /** A further process, which waits for the lease if another one holds it; returns when it is ready. */
    OperatorProcess startOperator(Map<String, String> environment) {
        var operator = launchOperator(environment);
        operator.awaitReady();
        return operator;
    }

    /** As {@link #startOperator}, but returns at once. */
    OperatorProcess launchOperator(Map<String, String> environment) {
        var name = "operator-" + started.incrementAndGet();
        var variables = new HashMap<String, String>();
        variables.put("OCEAN_NAMESPACE", OPERATOR_NAMESPACE);
        variables.put("OCEAN_POD_NAME", name);
        // Its own texts for authors must not hold a password either.
        variables.put("OCEAN_LOG_LEVEL", "debug");
        variables.put(
                "KUBECONFIG",
                workspace
                        .privateFile(
                                name + ".kubeconfig", controlPlane.kubeconfigFor(OPERATOR_NAMESPACE, SERVICE_ACCOUNT))
                        .toString());
        variables.putAll(environment);
        var operator = OperatorProcess.start(name, variables, workspace);
        synchronized (this) {
            operators.add(operator);
        }
        return operator;
    }

    /** All processes that were started; their logs outlive them. */
    synchronized List<OperatorProcess> operators() {
        return List.copyOf(operators);
    }

    /**
     * Takes the lease from a process that was killed. It would run out by itself after 15 s, which says nothing that one test of its own does not say, and would make each
     * of many tests last that long.
     */
    void releaseLease() {
        user().resources(Lease.class)
                .inNamespace(OPERATOR_NAMESPACE)
                .withName(LEASE)
                .delete();
    }

    /** Who holds the lease; empty for nobody. */
    Optional<String> leader() {
        return Optional.ofNullable(user().resources(Lease.class)
                        .inNamespace(OPERATOR_NAMESPACE)
                        .withName(LEASE)
                        .get())
                .map(lease -> lease.getSpec().getHolderIdentity())
                .filter(holder -> !holder.isEmpty());
    }
}
