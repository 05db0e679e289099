package dev.ocean.e2e.platform;

import dev.ocean.sandbox.LocalDeployment;
import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.node.NodeAgent;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.FreePort;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Patience;
import dev.ocean.sandbox.process.Signal;
import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sandbox: control plane, server and operator are processes of this machine, and so are pods. */
final class SandboxPlatform implements Platform {

    // No superuser: what is promised must not need one.
    private static final String ADMIN = "platform_admin";
    private static final String ROTATION_OVERLAP_SECONDS = "15";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private final ControlPlane controlPlane;
    private final NodeAgent node;
    private final PostgresServer server;
    private final Workspace workspace;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int managementPort = FreePort.pick();
    private final Command command;
    private LocalProcess operator;

    private SandboxPlatform(ControlPlane controlPlane, NodeAgent node, PostgresServer server, Workspace workspace) {
        this.controlPlane = controlPlane;
        this.node = node;
        this.server = server;
        this.workspace = workspace;
        this.command = command(install());
        this.operator = LocalProcess.start(command);
        awaitOperator();
    }

    static SandboxPlatform start() {
        var controlPlane = ControlPlane.start();
        var server = PostgresServer.launch(Options.defaults().limitedAdmin(ADMIN));
        return new SandboxPlatform(controlPlane, NodeAgent.start(controlPlane), server, Workspace.create("ocean-e2e"));
    }

    /** Everything of the shipped manifest but the Deployment, which becomes a process. */
    private LocalDeployment install() {
        var manifest = Repository.root().resolve("helm/install.yaml");
        try (var stream = Files.newInputStream(manifest)) {
            var objects = controlPlane.client().load(stream).items();
            objects.stream()
                    .filter(object -> !(object instanceof Deployment))
                    .forEach(object -> controlPlane.client().resource(object).serverSideApply());
            return objects.stream()
                    .filter(Deployment.class::isInstance)
                    .map(object -> LocalDeployment.of((Deployment) object))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + manifest + "\"", e);
        }
    }

    private Command command(LocalDeployment deployment) {
        var kubeconfig = workspace.privateFile(
                "operator.kubeconfig", controlPlane.kubeconfigFor(deployment.namespace(), deployment.serviceAccount()));
        var line = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Repository.root().resolve("operator/target/operator.jar").toString());
        var environment = new HashMap<>(deployment.environment());
        environment.put("KUBECONFIG", kubeconfig.toString());
        environment.put("OCEAN_MANAGEMENT_PORT", Integer.toString(managementPort));
        environment.put("OCEAN_LOG_LEVEL", "debug");
        environment.put("OCEAN_ROTATION_OVERLAP_SECONDS", ROTATION_OVERLAP_SECONDS);
        var built = Command.of(deployment.name(), line, workspace.resolve("operator.log"))
                .endingWith(Signal.TERM);
        for (var variable : environment.entrySet()) {
            built = built.with(variable.getKey(), variable.getValue());
        }
        return built;
    }

    private void awaitOperator() {
        Patience.await("the operator", START_LIMIT, () -> {
            operator.requireAlive();
            return isReady();
        });
    }

    private boolean isReady() {
        try {
            return page("/readyz").startsWith("ok");
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private String page(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while reading " + path, e);
        }
    }

    @Override
    public KubernetesClient administrator() {
        return controlPlane.client();
    }

    @Override
    public Map<String, String> adminLogin() {
        return Map.of(
                "host", server.host(),
                "port", Integer.toString(server.port()),
                "username", server.admin().user(),
                "password", server.admin().password(),
                "sslmode", "verify-full",
                "ca.crt", server.caCertificate());
    }

    @Override
    public Connection superuser(String database) throws SQLException {
        return server.superuser(database);
    }

    @Override
    public Connection login(Map<String, String> secret) throws SQLException {
        return new ServerLogin(secret, server.host(), server.port(), "verify-full").connect();
    }

    @Override
    public String application(String namespace, String secret, String script) {
        return run(namespace, new ApplicationJob.GivenSecret(secret), script);
    }

    @Override
    public String onVolume(String namespace, String claim, String script) {
        return run(namespace, new ApplicationJob.GivenVolume(claim), script);
    }

    private String run(String namespace, ApplicationJob.Given given, String script) {
        return new ApplicationJob(controlPlane.client(), postgresImage(), namespace, given, script).run();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write \"" + file + "\"", e);
        }
    }

    @Override
    public String postgresImage() {
        return "postgres:" + server.major();
    }

    @Override
    public void stopServer() {
        server.stop();
    }

    @Override
    public void startServer() {
        server.start();
    }

    @Override
    public void killOperator() {
        operator.stop(Signal.KILL, KILL_LIMIT);
        operator = LocalProcess.start(command);
    }

    @Override
    public String operatorLog() {
        return operator.log();
    }

    @Override
    public String metrics() {
        return page("/metrics");
    }

    /** The operator's log stays for whoever looks into a failure. */
    @Override
    public void close() {
        operator.close();
        write(Repository.root().resolve("e2e/target/operator.log"), operator.log());
        server.close();
        node.close();
        controlPlane.close();
        workspace.close();
    }
}
