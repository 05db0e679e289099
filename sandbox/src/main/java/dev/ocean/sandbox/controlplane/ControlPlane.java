package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.process.FreePort;
import dev.ocean.sandbox.process.Patience;
import dev.ocean.sandbox.process.ProcessFailure;
import dev.ocean.sandbox.process.Signal;
import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;

/**
 * A Kubernetes control plane, as child processes on 127.0.0.1; it ends with the JVM at the latest. It has no node: pods stay Pending.
 * Methods that change its processes are for one thread at a time.
 */
public final class ControlPlane implements AutoCloseable {

    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final int PROBE_TIMEOUT_MILLIS = 2_000;
    private static final long TOKEN_SECONDS = Duration.ofHours(24).toSeconds();

    private final Duration readyLimit;
    private final Workspace workspace;
    private final Components components;
    private final Credentials credentials;
    private final String url;
    private final KubernetesClient client;

    private ControlPlane(
            Duration readyLimit, Workspace workspace, Components components, Credentials credentials, String url) {
        this.readyLimit = readyLimit;
        this.workspace = workspace;
        this.components = components;
        this.credentials = credentials;
        this.url = url;
        this.client = client(Config.fromKubeconfig(read(workspace.resolve(Credentials.ADMIN))));
    }

    /** Starts with {@link Options#defaults()}. */
    public static ControlPlane start() {
        return start(Options.defaults());
    }

    /**
     * Returns when the API server is ready and the controllers have made the default service account, about five seconds later. If
     * the binaries have to be built first, minutes later.
     *
     * @throws ProcessFailure with the end of a component's log, or with what has to be installed
     */
    public static ControlPlane start(Options options) {
        var binaries = Binaries.find(options.environment());
        var workspace = Workspace.create("sandbox-kube");
        var lines = new CommandLines(binaries, workspace, FreePort.pick(), FreePort.pick(), FreePort.pick());
        var components = new Components(lines, workspace.path());
        var started = false;
        try {
            var controlPlane = start(options.readyLimit(), workspace, components, lines.apiUrl());
            started = true;
            return controlPlane;
        } finally {
            if (!started) {
                components.close();
                workspace.close();
            }
        }
    }

    private static ControlPlane start(Duration readyLimit, Workspace workspace, Components components, String url) {
        var credentials = Credentials.writeServerSide(workspace);
        components.launch(Component.ETCD);
        components.launch(Component.API_SERVER);
        // While these two start.
        credentials.writeClientSide(url);
        var controlPlane = new ControlPlane(readyLimit, workspace, components, credentials, url);
        controlPlane.awaitReady();
        components.launch(Component.CONTROLLER_MANAGER);
        components.launch(Component.SCHEDULER);
        controlPlane.awaitServiceAccount();
        return controlPlane;
    }

    /** A file for {@code KUBECONFIG}: the cluster administrator, whom no rule holds back. */
    public Path kubeconfig() {
        return workspace.resolve(Credentials.ADMIN);
    }

    /** {@return the text of a kubeconfig with a token of this service account, which must exist, good for 24 hours} */
    public String kubeconfigFor(String namespace, String serviceAccount) {
        var request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(TOKEN_SECONDS)
                .endSpec()
                .build();
        var answer = client.serviceAccounts()
                .inNamespace(namespace)
                .withName(serviceAccount)
                .tokenRequest(request);
        return new Kubeconfig(url, read(workspace.resolve(Credentials.AUTHORITY)))
                .ofToken(answer.getStatus().getToken());
    }

    /** The cluster administrator's client, closed with the control plane. */
    public KubernetesClient client() {
        return client;
    }

    /** {@return a new client with the rights of this service account, which must exist; the caller closes it} */
    public KubernetesClient clientFor(String namespace, String serviceAccount) {
        return client(Config.fromKubeconfig(kubeconfigFor(namespace, serviceAccount)));
    }

    /** {@return TLS for a server on the loopback address that the API server trusts; it admits only clients with a certificate of ours} */
    public SSLContext servingTls(String commonName) {
        return credentials.servingTls(commonName);
    }

    public String url() {
        return url;
    }

    /** The API server's counters now, like {@code apiserver_request_total} by {@code verb} and {@code resource}. */
    public Metrics metrics() {
        return new Metrics(client.raw("/metrics"));
    }

    /** Freezes the API server: connections are accepted by the kernel and never answered. */
    public void pauseApiServer() {
        components.process(Component.API_SERVER).signal(Signal.STOP);
    }

    public void resumeApiServer() {
        components.process(Component.API_SERVER).signal(Signal.CONT);
    }

    /** Ends the API server at once, as a crash does: connections are reset, new ones refused. */
    public void stopApiServer() {
        components.process(Component.API_SERVER).stop(Signal.KILL, STOP_GRACE);
    }

    /** Starts the API server again on the same port, with the same data; returns when it is ready. */
    public void startApiServer() {
        components.launch(Component.API_SERVER);
        awaitReady();
    }

    /** Ends all processes at once and removes their data. */
    @Override
    public void close() {
        client.close();
        components.close();
        workspace.close();
    }

    private void awaitServiceAccount() {
        // Without it no pod can be made in the namespace: the last thing that a new cluster lacks.
        await(
                "the default service account",
                () -> client.serviceAccounts()
                                .inNamespace("default")
                                .withName("default")
                                .get()
                        != null);
    }

    private void awaitReady() {
        var config = new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .withConnectionTimeout(PROBE_TIMEOUT_MILLIS)
                .withRequestTimeout(PROBE_TIMEOUT_MILLIS)
                .build();
        try (var probe = client(config)) {
            await("the API server", () -> isReady(probe));
        }
    }

    private static boolean isReady(KubernetesClient probe) {
        try {
            return "ok".equals(probe.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private void await(String what, BooleanSupplier isThere) {
        Patience.await(what, readyLimit, () -> {
            components.requireAlive();
            return isThere.getAsBoolean();
        });
    }

    private static KubernetesClient client(Config config) {
        // Named, as a classpath of tests may hold several HTTP clients and the one that is found first would win.
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + file + "\"", e);
        }
    }
}
