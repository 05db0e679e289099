package dev.ocean.sandbox.node;

import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.postgres.Installation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * The sandbox's only node: runs the pods that are bound to it as local processes, which end with the JVM at the latest, and provisions claims. A node that was closed says nothing any more, like a machine that is switched off.
 */
public final class NodeAgent implements AutoCloseable {

    private static final String NAME = "sandbox";
    private static final int REQUEST_TIMEOUT_MILLIS = 5_000;

    private final KubernetesClient client;
    private final ToolSets toolSets;
    private final ClaimVolumes claims;
    private final LogEndpoint logs;
    private final NodeRegistration registration;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, PodRun> runs = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private NodeAgent(ControlPlane controlPlane) {
        // Without the client's own retries, which take minutes: a run tries again by itself, with what it knows then.
        var config = new ConfigBuilder(controlPlane.client().getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .build();
        this.client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
        this.toolSets = new ToolSets(Installation.all(System.getenv()));
        this.claims = new ClaimVolumes(client, NAME);
        this.logs = new LogEndpoint(controlPlane.servingTls("system:node:" + NAME), this::find);
        this.registration = new NodeRegistration(client, NAME, logs.port());
    }

    /** Makes the node and the storage class {@code standard}, the default, and returns when pods can be scheduled. */
    public static NodeAgent start(ControlPlane controlPlane) {
        var agent = new NodeAgent(controlPlane);
        agent.claims.start();
        agent.client
                .pods()
                .inAnyNamespace()
                .withField("spec.nodeName", NAME)
                .inform(new Seen<>(agent::see, agent::gone), Seen.RESYNC_MILLIS);
        agent.registration.register();
        Thread.startVirtualThread(agent::keepLease);
        return agent;
    }

    /** {@return the name of its Node} */
    public String name() {
        return NAME;
    }

    /** {@return the directory of a bound claim, which is the whole of its volume; empty if it is not bound} */
    public Optional<Path> volume(String namespace, String claim) {
        return claims.directory(namespace, claim);
    }

    /** Kills the processes of a pod, and tells nobody, as a kernel does that is out of memory; {@return whether any were running}. */
    public boolean kill(String namespace, String pod) {
        return find(namespace, pod).filter(PodRun::kill).isPresent();
    }

    /** Kills all processes of pods and removes their directories and all volumes. */
    @Override
    public void close() {
        closed = true;
        runs.values().forEach(PodRun::close);
        // Returns when all processes are killed.
        threads.close();
        logs.close();
        client.close();
        claims.close();
    }

    private void keepLease() {
        for (; !closed; LockSupport.parkNanos(NodeRegistration.RENEWAL.toNanos())) {
            try {
                registration.renewLease();
            } catch (KubernetesClientException e) {
                // The API does not answer; the lease is good for three more beats.
            }
        }
    }

    private void see(Pod pod) {
        runs.computeIfAbsent(pod.getMetadata().getUid(), uid -> begin(pod)).see(pod);
    }

    private PodRun begin(Pod pod) {
        var sources = new PodSources(client, pod.getMetadata().getNamespace());
        var run = new PodRun(pod, new PodApi(client, pod, NAME), new ContainerSetup(sources, toolSets, claims));
        threads.execute(run);
        return run;
    }

    private void gone(Pod pod) {
        Optional.ofNullable(runs.remove(pod.getMetadata().getUid())).ifPresent(PodRun::gone);
    }

    private Optional<PodRun> find(String namespace, String pod) {
        return runs.values().stream().filter(run -> run.isOf(namespace, pod)).findFirst();
    }
}
