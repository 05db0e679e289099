package dev.ocean.operator.kube;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.naming.ResourceNames;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Publishes events of {@code events.k8s.io/v1}. They are news, not state: one that cannot be published is dropped, because all that a user must act on is a condition
 * too.
 */
public final class EventPublisher {

    /** RFC 3339 with microseconds, which is what the API server takes as MicroTime. */
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final Duration REPETITION = Duration.ofMinutes(10);
    private static final int REMEMBERED = 1000;
    private static final String CONTROLLER = "ocean.dev/operator";
    private static final String API_VERSION = "ocean.dev/v1beta1";
    private static final String ACTION = "Reconcile";

    private final KubernetesClient client;
    private final String instance;
    private final InstantSource clock;
    private final Map<String, Instant> published = new LinkedHashMap<>();

    /** @param instance the pod that reports */
    public EventPublisher(KubernetesClient client, String instance, InstantSource clock) {
        this.client = client;
        this.instance = instance;
        this.clock = clock;
    }

    public enum Severity {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String type;

        Severity(String type) {
            this.type = type;
        }
    }

    /** The same news of the same object is told once in ten minutes. */
    public void publish(ObjectId about, Severity severity, String reason, String note) {
        var now = clock.instant();
        if (!isNews(about.uid() + " " + reason + " " + note, now)) {
            return;
        }
        try {
            client.resource(event(about, severity, reason, note, now)).create();
        } catch (KubernetesClientException e) {
            // Dropped: a terminating namespace takes none, and the condition says the same.
            forget(about.uid() + " " + reason + " " + note);
        }
    }

    private synchronized boolean isNews(String key, Instant now) {
        published.values().removeIf(time -> time.plus(REPETITION).isBefore(now));
        if (published.containsKey(key)) {
            return false;
        }
        if (published.size() >= REMEMBERED) {
            published.remove(published.keySet().iterator().next());
        }
        published.put(key, now);
        return true;
    }

    private synchronized void forget(String key) {
        published.remove(key);
    }

    private Event event(ObjectId about, Severity severity, String reason, String note, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(about.namespace())
                .withName(about.name() + "." + ResourceNames.hash(about.uid() + reason + note)
                        + Long.toHexString(now.toEpochMilli()))
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withType(severity.type)
                .withReason(reason)
                .withAction(ACTION)
                .withNote(note)
                .withRegarding(regarding(about))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .build();
    }

    private static ObjectReference regarding(ObjectId about) {
        return new ObjectReferenceBuilder()
                .withApiVersion(API_VERSION)
                .withKind(about.kind())
                .withNamespace(about.namespace())
                .withName(about.name())
                .withUid(about.uid())
                .build();
    }
}
