package dev.ocean.operator.kube;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.ocean.operator.report.Workaround;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Makes the one client of the process, with the settings that answer the client's pitfalls. */
public final class KubernetesClients {

    /** A lease renewal that is retried longer would leave a cut-off leader leading beside its successor. */
    static final int REQUEST_TIMEOUT_MILLIS = 5000;

    static final int RETRIES = 1;

    /** Watches reconnect with up to 32 times this. */
    static final int WATCH_RECONNECT_MILLIS = 250;

    /** More than watches and workers together. */
    static final int CONCURRENT_REQUESTS = 128;

    private KubernetesClients() {}

    /** @param base where the API server is and who we are */
    public static KubernetesClient create(Config base) {
        return new KubernetesClientBuilder()
                .withConfig(settings(base))
                // Said explicitly: test scope brings other clients to the class path.
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withKubernetesSerialization(serialization())
                .build();
    }

    static Config settings(Config base) {
        return new ConfigBuilder(base)
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .withConnectionTimeout(REQUEST_TIMEOUT_MILLIS)
                .withRequestRetryBackoffLimit(RETRIES)
                .withWatchReconnectInterval(WATCH_RECONNECT_MILLIS)
                .withMaxConcurrentRequests(CONCURRENT_REQUESTS)
                .withMaxConcurrentRequestsPerHost(CONCURRENT_REQUESTS)
                .build();
    }

    /** One object with a field or value of a newer version must not stop the operator: what is unknown reads as absent. */
    @Workaround(
            issue = "https://github.com/fabric8io/kubernetes-client/issues/5155",
            until = "unknown values are tolerated by default")
    private static KubernetesSerialization serialization() {
        var mapper = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
                // Where an enum has a value for it; else null.
                .configure(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE, true)
                .configure(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL, true);
        return new KubernetesSerialization(mapper, true);
    }
}
