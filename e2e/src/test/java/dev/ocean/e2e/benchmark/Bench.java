package dev.ocean.e2e.benchmark;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.node.NodeAgent;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Signal;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import static java.nio.charset.StandardCharsets.UTF_8;

/** The stage: control plane, a durable PostgreSQL, and the operator as a process of its own, with the flags of its image. */
final class Bench implements AutoCloseable {

    static final String NAMESPACE = "bench";

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int USERS = 4;

    /** As the ENTRYPOINT of the image has them, but for the cache of classes. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000",
            "-Xms32m",
            "-Xmx256m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=25",
            "-XX:TrimNativeHeapInterval=10000",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData");

    private final ControlPlane controlPlane;
    private final PostgresServer postgres;
    private final Path directory;
    private final int port;
    private final Map<String, Long> readyAt = new ConcurrentHashMap<>();
    private final Map<String, Long> goneAt = new ConcurrentHashMap<>();
    private @Nullable LocalProcess operator;
    private @Nullable NodeAgent node;

    private Bench(ControlPlane controlPlane, PostgresServer postgres, Path directory, int port) {
        this.controlPlane = controlPlane;
        this.postgres = postgres;
        this.directory = directory;
        this.port = port;
    }

    static Bench start() throws IOException {
        var controlPlane = ControlPlane.start();
        var postgres = PostgresServer.launch(Options.defaults().durable().limitedAdmin("ocean_admin"));
        var bench = new Bench(controlPlane, postgres, Files.createTempDirectory("ocean-bench"), freePort());
        bench.install();
        return bench;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    KubernetesClient client() {
        return controlPlane.client();
    }

    PostgresServer postgres() {
        return postgres;
    }

    private void install() throws IOException {
        apply(Files.readString(Path.of("helm/install.yaml")), Set.of("Deployment"));
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .serverSideApply();
        client().resource(adminSecret()).serverSideApply();
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: PostgresInstance
                metadata: {name: main, namespace: bench}
                spec: {external: {connectionSecretRef: {name: main-admin}}}
                ---
                apiVersion: ocean.dev/v1beta1
                kind: Project
                metadata: {name: shop, namespace: bench}
                spec: {instanceRef: {name: main}}
                """, Set.of());
        client().resources(ManagedDatabase.class).inNamespace(NAMESPACE).watch(new Readiness());
    }

    /** A node that runs Jobs, and a volume for the backups of the project. */
    void startNode() {
        node = NodeAgent.start(controlPlane);
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: Project
                metadata: {name: shop, namespace: bench}
                spec: {instanceRef: {name: main}, backups: {storage: {size: 10Gi}}}
                """, Set.of());
    }

    /** Root of the volume with the backups; it is there once a Job needed it. */
    Path volume() {
        return Objects.requireNonNull(node).volume(NAMESPACE, "shop-backups").orElseThrow();
    }

    void apply(String manifests) {
        apply(manifests, Set.of());
    }

    private void apply(String manifests, Set<String> without) {
        for (HasMetadata object : client().load(new java.io.ByteArrayInputStream(manifests.getBytes(UTF_8)))
                .items()) {
            if (!without.contains(object.getKind())) {
                client().resource(object).serverSideApply();
            }
        }
    }

    private Secret adminSecret() {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName("main-admin")
                .addToLabels("ocean.dev/role", "admin-credentials")
                .endMetadata()
                .addToStringData("host", postgres.host())
                .addToStringData("port", Integer.toString(postgres.port()))
                .addToStringData("username", postgres.admin().user())
                .addToStringData("password", postgres.admin().password())
                .addToStringData("sslmode", "verify-full")
                .addToStringData("ca.crt", postgres.caCertificate())
                .build();
    }

    /** Notes the moment at which each database becomes Ready, and that at which it is gone. */
    private final class Readiness implements Watcher<ManagedDatabase> {

        @Override
        public void eventReceived(Action action, ManagedDatabase database) {
            var name = database.getMetadata().getName();
            if (action == Action.DELETED) {
                goneAt.put(name, System.nanoTime());
                return;
            }
            var status = database.getStatus();
            if (status != null
                    && status.conditions().stream()
                            .anyMatch(condition -> condition.getType().equals("Ready")
                                    && condition.getStatus().equals("True"))) {
                readyAt.putIfAbsent(name, System.nanoTime());
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            throw new IllegalStateException("the watch ended", cause);
        }
    }

    void startOperator() throws IOException {
        var kubeconfig = directory.resolve("kubeconfig");
        Files.writeString(kubeconfig, controlPlane.kubeconfigFor("ocean-system", "ocean-operator"));
        var line = new java.util.ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(FLAGS);
        line.addAll(List.of(System.getProperty("operator.flags", "").split(" ")));
        line.removeIf(String::isEmpty);
        line.addAll(List.of(
                "-Docean.bench=" + port,
                "-jar",
                Path.of("operator/target/operator.jar").toAbsolutePath().toString()));
        operator = LocalProcess.start(Command.of("operator", line, directory.resolve("operator.log"))
                .with("KUBECONFIG", kubeconfig.toString())
                .with("OCEAN_MANAGEMENT_PORT", Integer.toString(port))
                .with("OCEAN_LOG_LEVEL", "info")
                .endingWith(Signal.TERM));
    }

    void kill() {
        pid().destroyForcibly();
        Awaitility.await("end of the operator").atMost(Duration.ofSeconds(10)).until(() -> !pidIsThere());
        Objects.requireNonNull(operator).close();
    }

    private boolean pidIsThere() {
        return ProcessHandle.allProcesses().anyMatch(this::isOperator);
    }

    private ProcessHandle pid() {
        return ProcessHandle.allProcesses().filter(this::isOperator).findFirst().orElseThrow();
    }

    /** The shell that guards it has the same words in its command line, but is no java. */
    private boolean isOperator(ProcessHandle process) {
        var info = process.info();
        return info.command().filter(command -> command.endsWith("java")).isPresent()
                && info.arguments().map(List::of).orElse(List.of()).contains("-Docean.bench=" + port);
    }

    long residentMebibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid().pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .sum();
    }

    double cpuSeconds() {
        return pid().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
    }

    void create(String name) {
        readyAt.remove(name);
        goneAt.remove(name);
        apply("""
                apiVersion: ocean.dev/v1beta1
                kind: ManagedDatabase
                metadata: {name: %s, namespace: bench}
                spec: {projectRef: {name: shop}, deletionPolicy: Delete}
                """.formatted(name), Set.of());
    }

    /** Creates databases whose names are the prefix and a number from 0, as {@link #USERS} users at once do. */
    void createAll(String prefix, int count) throws InterruptedException {
        forAll(prefix, count, this::create);
    }

    void deleteAll(String prefix, int count) throws InterruptedException {
        forAll(prefix, count, this::delete);
    }

    private static void forAll(String prefix, int count, Consumer<String> action) throws InterruptedException {
        var pool = Executors.newFixedThreadPool(USERS);
        IntStream.range(0, count).forEach(i -> pool.execute(() -> action.accept(prefix + i)));
        pool.shutdown();
        if (!pool.awaitTermination(PATIENCE.toMinutes(), TimeUnit.MINUTES)) {
            throw new IllegalStateException("the API server did not take the requests");
        }
    }

    /** {@return when its watch saw it Ready, as {@link System#nanoTime} has it} */
    long awaitReady(String name) {
        Awaitility.await(name + " Ready")
                .pollInterval(Duration.ofMillis(2))
                .pollDelay(Duration.ZERO)
                .atMost(PATIENCE)
                .until(() -> readyAt.containsKey(name));
        return readyAt.getOrDefault(name, 0L);
    }

    void delete(String name) {
        client().resources(ManagedDatabase.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .delete();
    }

    /** {@return when its watch saw it gone, as {@link System#nanoTime} has it} */
    long awaitGone(String name) {
        Awaitility.await(name + " gone")
                .pollInterval(Duration.ofMillis(2))
                .pollDelay(Duration.ZERO)
                .atMost(PATIENCE)
                .until(() -> goneAt.containsKey(name));
        return goneAt.getOrDefault(name, 0L);
    }

    Secret secret(String name) {
        return client().secrets()
                .inNamespace(NAMESPACE)
                .withName(name + "-credentials")
                .get();
    }

    /** A session of the login that an application finds in its Secret. */
    Connection login(String name) throws SQLException {
        return postgres.connect(
                secretValue(name, "database"), secretValue(name, "username"), secretValue(name, "password"));
    }

    String secretValue(String name, String key) {
        return new String(Base64.getDecoder().decode(secret(name).getData().getOrDefault(key, "")), UTF_8);
    }

    Counts counts() {
        return Counts.of(operatorMetrics(), controlPlane.metrics());
    }

    private String operatorMetrics() {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean leads() {
        try {
            return operatorMetrics().contains("ocean_leader 1.0");
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (operator != null) {
            operator.close();
        }
        if (node != null) {
            node.close();
        }
        postgres.close();
        controlPlane.close();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
