package dev.ocean.e2e.platform;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The cluster of {@code KUBECONFIG}, with the operator that was installed there and the server of {@code e2e/cluster}. Applications are pods; the administrator's own
 * connections go to the Service's address, so the scenarios run where that can be reached, as on a node.
 */
final class ClusterPlatform implements Platform {

    private static final Duration ROLLOUT = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final String operatorNamespace;
    private final String serverNamespace;
    private final Map<String, String> adminLogin;

    private ClusterPlatform(
            KubernetesClient client, String operatorNamespace, String serverNamespace, String serverSecret) {
        this.client = client;
        this.operatorNamespace = operatorNamespace;
        this.serverNamespace = serverNamespace;
        this.adminLogin = Map.copyOf(Secrets.values(client.secrets()
                .inNamespace(serverNamespace)
                .withName(serverSecret)
                .require()));
    }

    /** Prints which cluster it is: the scenarios make and delete namespaces there. */
    static ClusterPlatform find(Map<String, String> environment) {
        required(environment, "KUBECONFIG");
        var config = Config.autoConfigure(null);
        System.out.println("scenarios play on " + config.getMasterUrl());
        var client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
        return new ClusterPlatform(
                client,
                required(environment, "OCEAN_E2E_OPERATOR_NAMESPACE"),
                required(environment, "OCEAN_E2E_POSTGRES_NAMESPACE"),
                required(environment, "OCEAN_E2E_POSTGRES_SECRET"));
    }

    private static String required(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), () -> name + " is not set: run .ci/run e2e");
    }

    @Override
    public KubernetesClient administrator() {
        return client;
    }

    @Override
    public Map<String, String> adminLogin() {
        return adminLogin;
    }

    @Override
    public Connection superuser(String database) throws SQLException {
        var values = new HashMap<>(adminLogin);
        values.put("database", database);
        return login(values);
    }

    /** By the Service's address, which no certificate has: the name in it is the pods' affair. */
    @Override
    public Connection login(Map<String, String> secret) throws SQLException {
        var host = Objects.requireNonNull(secret.get("host"));
        var service = Objects.requireNonNull(serviceOf(host), () -> "no Service has the name " + host);
        var port = Integer.parseInt(secret.getOrDefault("port", "5432"));
        return new ServerLogin(secret, service.getSpec().getClusterIP(), port, "verify-ca").connect();
    }

    private Service serviceOf(String host) {
        return client.services()
                .inNamespace(serverNamespace)
                .withName(host.substring(0, host.indexOf('.')))
                .get();
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
        return new ApplicationJob(client, postgresImage(), namespace, given, script).run();
    }

    @Override
    public String postgresImage() {
        return Platform.PAGES_IMAGE;
    }

    @Override
    public void stopServer() {
        scaleServer(0);
        Awaitility.await("the server's pods are gone").atMost(ROLLOUT).until(() -> client.pods()
                .inNamespace(serverNamespace)
                .list()
                .getItems()
                .isEmpty());
    }

    @Override
    public void startServer() {
        scaleServer(1);
        client.apps()
                .deployments()
                .inNamespace(serverNamespace)
                .withName("postgres")
                .waitUntilReady(ROLLOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private void scaleServer(int replicas) {
        client.apps()
                .deployments()
                .inNamespace(serverNamespace)
                .withName("postgres")
                .scale(replicas);
    }

    @Override
    public void killOperator() {
        client.pods()
                .inNamespace(operatorNamespace)
                .withName(operatorPod().getMetadata().getName())
                .withGracePeriod(0)
                .delete();
    }

    private Pod operatorPod() {
        return client
                .pods()
                .inNamespace(operatorNamespace)
                .withLabel("app.kubernetes.io/name", "ocean-operator")
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pod of the operator in namespace " + operatorNamespace));
    }

    @Override
    public String operatorLog() {
        return client.pods()
                .inNamespace(operatorNamespace)
                .withName(operatorPod().getMetadata().getName())
                .getLog();
    }

    @Override
    public String metrics() {
        return client.raw("/api/v1/namespaces/%s/pods/%s:8080/proxy/metrics"
                .formatted(operatorNamespace, operatorPod().getMetadata().getName()));
    }

    /** The cluster stays as it was found. */
    @Override
    public void close() {
        client.close();
    }
}
