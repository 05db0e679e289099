package dev.ocean.operator;

import dev.ocean.operator.pass.SignificantChange;
import dev.ocean.operator.report.Workaround;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.Set;

/** The framework's settings, all in one place; each answers a pitfall, and a test pins it. */
final class Controllers {

    static final int WORKERS = 10;

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration RENEW = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration NET = Duration.ofMinutes(10);
    private static final Duration TERMINATION = Duration.ofSeconds(20);

    private Controllers() {}

    static void configure(
            ConfigurationServiceOverrider settings, KubernetesClient client, LeaderElectionConfiguration election) {
        settings.withKubernetesClient(client)
                .withLeaderElectionConfiguration(election)
                .withConcurrentReconciliationThreads(WORKERS)
                // Its default is zero: workers would be interrupted in the middle of a statement.
                .withReconciliationTerminationTimeout(TERMINATION)
                // One namespace without rights must not end the process; readiness tells it.
                .withStopOnInformerErrorDuringStartup(false)
                // We close it ourselves, after the lease is given back.
                .withCloseClientOnStop(false)
                .withUseSSAToPatchPrimaryResource(true);
    }

    /** @param callbacks what to do when leadership comes and goes */
    @Workaround(issue = "https://github.com/operator-framework/java-operator-sdk/issues/3383", until = "5.5.1")
    static LeaderElectionConfiguration election(String namespace, String identity, LeaderCallbacks callbacks) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(OperatorLease.NAME)
                .withLeaseNamespace(namespace)
                .withIdentity(identity)
                .withLeaseDuration(LEASE)
                .withRenewDeadline(RENEW)
                .withRetryPeriod(RETRY)
                .withLeaderCallbacks(callbacks)
                // The framework's own exit deadlocks in its shutdown hook; the callback halts instead.
                .withExitOnStopLeading(false)
                .build();
    }

    /**
     * @param capability the last part of the field manager, {@code ocean-<capability>}
     * @param namespaces to watch; empty for all
     */
    static <P extends HasMetadata> void configure(
            ControllerConfigurationOverrider<P> settings, String capability, Set<String> namespaces) {
        settings.withName(capability)
                .withFieldManager("ocean-" + capability)
                // Only a defect of ours gets there; without limit, as the default's last attempt is ten hours away from
                // the next.
                .withRetry(new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(Duration.ofSeconds(1))
                        .setIntervalMultiplier(2)
                        .setMaxInterval(Duration.ofMinutes(5).toMillis()))
                .withReconciliationMaxInterval(NET)
                .withGenerationAware(false)
                .withOnUpdateFilter(new SignificantChange<>());
        if (!namespaces.isEmpty()) {
            settings.settingNamespaces(namespaces);
        }
    }
}
