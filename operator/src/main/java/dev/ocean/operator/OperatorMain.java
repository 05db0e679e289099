package dev.ocean.operator;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.backup.BackupReconciler;
import dev.ocean.operator.database.DatabaseReconciler;
import dev.ocean.operator.instance.InstanceReconciler;
import dev.ocean.operator.kube.EventPublisher;
import dev.ocean.operator.kube.KubernetesClients;
import dev.ocean.operator.kube.KubernetesObjects;
import dev.ocean.operator.observability.ManagementServer;
import dev.ocean.operator.observability.OperatorMetrics;
import dev.ocean.operator.pass.Backoff;
import dev.ocean.operator.pass.EventSources;
import dev.ocean.operator.pass.Passes;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.Fresh;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.postgres.Servers;
import dev.ocean.operator.project.ProjectReconciler;
import dev.ocean.operator.reference.BackupStorage;
import dev.ocean.operator.reference.References;
import dev.ocean.operator.reference.RestoreTargets;
import dev.ocean.operator.reference.ServerDirectory;
import dev.ocean.operator.restore.RestoreReconciler;
import dev.ocean.operator.tenancy.Pictures;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: reads its configuration, builds everything by hand, runs until it is stopped or loses the lease. */
public final class OperatorMain implements AutoCloseable {

    static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            Project.class, PostgresInstance.class, ManagedDatabase.class, DatabaseBackup.class, DatabaseRestore.class);
    private static final String VERSION = Optional.ofNullable(
                    OperatorMain.class.getPackage().getImplementationVersion())
            .orElse("unpackaged");

    private final OperatorConfig config;
    private final KubernetesClient client;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final OperatorMetrics metrics = new OperatorMetrics(VERSION);
    private final LoginProofs proofs;
    private final ServerDirectory directory = new ServerDirectory();
    private final Pictures pictures = new Pictures();
    private final EventSources sources = new EventSources();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Servers servers;
    private final Operator operator;
    private final ManagementServer management;

    /**
     * Starts; returns once the informers are filled. The lease may be somebody else's for long after.
     *
     * @throws StartFailure with one line that says why and what to do
     */
    OperatorMain(OperatorConfig config, Config kubernetes, InstantSource clock, SecureRandom random)
            throws StartFailure {
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.client = KubernetesClients.create(kubernetes);
        this.proofs = new LoginProofs(clock.instant());
        this.servers = new Servers(new Servers.Options(clock, random, new ServerNews(metrics, proofs, clock), "ocean"));
        var installation = installation();
        checkKinds();
        this.operator = new Operator(settings -> Controllers.configure(
                settings,
                client,
                Controllers.election(
                        config.namespace(),
                        config.identity(),
                        new LeaderCallbacks(this::leads, this::lost, leader -> {}))));
        register(installation);
        try {
            var health = new Health(operator, clock);
            this.management =
                    ManagementServer.start(config.managementPort(), health::dead, health::unready, metrics::scrape);
            operator.start();
        } catch (IOException e) {
            throw new StartFailure(
                    "cannot listen on port " + config.managementPort() + ": set " + OperatorConfig.MANAGEMENT_PORT
                            + " to a free one",
                    e);
        } catch (OperatorException e) {
            throw new StartFailure("cannot start the controllers: check the roles of the chart", e);
        }
    }

    /** Why the process cannot start, in one line. */
    static final class StartFailure extends Exception {
        StartFailure(String message, Throwable cause) {
            super(message, cause);
        }

        StartFailure(String message) {
            super(message);
        }
    }

    /** The mark of this operator; read once, never guessed: a wrong one would make every database of ours somebody else's. */
    private String installation() throws StartFailure {
        if (config.installationId().isPresent()) {
            return config.installationId().get();
        }
        try {
            var namespace = client.namespaces().withName("kube-system").get();
            if (namespace == null) {
                throw new StartFailure("cannot tell this cluster from others: namespace kube-system is missing; set "
                        + OperatorConfig.INSTALLATION_ID);
            }
            return namespace.getMetadata().getUid();
        } catch (KubernetesClientException e) {
            throw new StartFailure(
                    "cannot read namespace kube-system: the API server answered " + e.getCode()
                            + "; check address and roles",
                    e);
        }
    }

    private void checkKinds() throws StartFailure {
        var missing = new ArrayList<String>();
        for (var kind : KINDS) {
            if (!isServed(kind)) {
                missing.add(HasMetadata.getFullResourceName(kind));
            }
        }
        if (!missing.isEmpty()) {
            throw new StartFailure("CustomResourceDefinitions are missing or do not serve "
                    + HasMetadata.getVersion(KINDS.getFirst()) + ": " + String.join(", ", missing)
                    + "; install the CRDs of this release");
        }
    }

    private boolean isServed(Class<? extends HasMetadata> kind) throws StartFailure {
        var name = HasMetadata.getFullResourceName(kind);
        try {
            var definition = client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name)
                    .get();
            return definition != null
                    && definition.getSpec().getVersions().stream()
                            .anyMatch(version -> version.getName().equals(HasMetadata.getVersion(kind))
                                    && Boolean.TRUE.equals(version.getServed()));
        } catch (KubernetesClientException e) {
            throw new StartFailure(
                    "cannot read CustomResourceDefinition " + name + ": the API server answered " + e.getCode()
                            + "; check the roles",
                    e);
        }
    }

    private void register(String installation) {
        var objects = new KubernetesObjects(client, config.watchNamespaces());
        var passes =
                new Passes(clock, new Backoff(random), new EventPublisher(client, config.identity(), clock), metrics);
        var references = new References(installation, directory);
        var executor = new Executor(objects, proofs, clock);
        var database = new DatabaseReconciler(
                passes,
                references,
                servers,
                objects,
                executor,
                pictures,
                proofs,
                new Fresh(random),
                sources,
                config.rotationOverlap(),
                config.tools(),
                config.terminationPatience());
        serve(database, "database");
        var instance = new InstanceReconciler(
                passes, servers, objects, directory, pictures, sources, metrics, installation, config::serves, random);
        var storage = new BackupStorage(references, objects);
        var backup =
                new BackupReconciler(passes, storage, servers, objects, executor, pictures, config.tools(), sources);
        var restore = new RestoreReconciler(
                passes,
                new RestoreTargets(references),
                servers,
                objects,
                executor,
                pictures,
                proofs,
                config.tools(),
                sources);
        serve(instance, "instance");
        serve(new ProjectReconciler(passes, objects, executor, sources), "project");
        serve(backup, "backup");
        serve(restore, "restore");
    }

    private <P extends HasMetadata> void serve(Reconciler<P> reconciler, String capability) {
        operator.register(
                reconciler, settings -> Controllers.configure(settings, capability, config.watchNamespaces()));
    }

    /** From now on it works; what its predecessor proved is taken over from this moment. */
    private void leads() {
        proofs.begin(clock.instant());
        metrics.leads();
    }

    /** The lease is somebody else's now: what this process still does would be done twice, so it ends at once. */
    private void lost() {
        if (!stopping.get()) {
            LOG.error("Lease lost, halting");
            Runtime.getRuntime().halt(1);
        }
    }

    /** Where health and metrics are. */
    int managementPort() {
        return management.port();
    }

    /** Finishes the passes under way, gives the lease back, closes all connections. */
    @Override
    public void close() {
        if (stopping.getAndSet(true)) {
            return;
        }
        operator.stop();
        OperatorLease.release(client, config.namespace(), config.identity());
        client.close();
        servers.close();
        management.close();
    }

    /** Arguments: none, or {@code --version}. Everything else comes by environment. */
    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--version")) {
            System.out.println("ocean-operator " + VERSION);
            return;
        }
        // A failover moves the name of a server; the default keeps a stale address for ever under a security manager,
        // and half a minute is the field's habit.
        Security.setProperty("networkaddress.cache.ttl", "30");
        try {
            var config = OperatorConfig.parse(System.getenv());
            var operator = new OperatorMain(config, Config.autoConfigure(null), Clock.systemUTC(), new SecureRandom());
            Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "shutdown"));
            LOG.atInfo()
                    .addKeyValue("version", VERSION)
                    .addKeyValue("port", operator.managementPort())
                    .log("Started");
        } catch (OperatorConfig.Invalid e) {
            // Not by the log: that may be what is configured wrongly.
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (StartFailure e) {
            LOG.atError().setCause(e.getCause()).log(e.getMessage());
            System.exit(1);
        } catch (RuntimeException defect) {
            // A thread of what was started already would keep a dead process up.
            LOG.atError().setCause(defect).log("Cannot start by a defect of the operator; report it");
            System.exit(1);
        }
    }
}
