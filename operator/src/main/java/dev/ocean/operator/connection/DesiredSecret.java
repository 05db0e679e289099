package dev.ocean.operator.connection;

import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The Secret as it should be.
 *
 * @param values clear text by key, ours only
 * @param passwordTime when the password in it was made
 */
public record DesiredSecret(
        String name,
        ObjectId owner,
        String project,
        Map<String, String> values,
        SecretTemplate template,
        Instant passwordTime) {

    /** Which data keys, labels and annotations came from the template, so that those taken out of it can go. */
    private static final String TEMPLATE_KEYS = "ocean.dev/template-keys";

    private static final String TEMPLATE_LABELS = "ocean.dev/template-labels";
    private static final String TEMPLATE_ANNOTATIONS = "ocean.dev/template-annotations";

    private static final String API_VERSION = "ocean.dev/v1beta1";

    public DesiredSecret {
        values = Map.copyOf(values);
    }

    /** Our own object, to be made by an exclusive create. */
    public Secret object() {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(owner.namespace())
                .withName(name)
                .withLabels(labels())
                .withAnnotations(annotations())
                .withOwnerReferences(ownerReference())
                .endMetadata()
                .withType(ConnectionSecret.TYPE)
                .withData(encoded(data()))
                .build();
    }

    private OwnerReference ownerReference() {
        return new OwnerReferenceBuilder()
                .withApiVersion(API_VERSION)
                .withKind(owner.kind())
                .withName(owner.name())
                .withUid(owner.uid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /**
     * The merge patch that brings what was seen to what should be, or empty if nothing differs. Users' own keys, labels and annotations stay. It carries UID and
     * resource version: what changed meanwhile is answered with 409.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7386">RFC 7386: JSON Merge Patch</a>, where null removes
     */
    public Optional<Map<String, Object>> patch(ObservedSecret.Ours seen) {
        var data = new HashMap<String, @Nullable String>(encoded(differing(seen.values(), data())));
        surplus(seen).forEach(key -> data.put(key, null));
        var labels = changed(seen.labels(), labels(), listed(seen, TEMPLATE_LABELS));
        var annotations = changed(seen.annotations(), annotations(), listed(seen, TEMPLATE_ANNOTATIONS));
        if (data.isEmpty() && labels.isEmpty() && annotations.isEmpty()) {
            return Optional.empty();
        }
        var metadata = Map.of(
                "uid",
                seen.uid(),
                "resourceVersion",
                seen.resourceVersion(),
                "labels",
                labels,
                "annotations",
                annotations);
        return Optional.of(Map.of("metadata", metadata, "data", data));
    }

    /** Keys of ours that are in it and should not be: those of a rotation that is over, and those taken out of the template. */
    private Set<String> surplus(ObservedSecret.Ours seen) {
        var fromTemplate = listed(seen, TEMPLATE_KEYS);
        var wanted = data().keySet();
        return seen.values().keySet().stream()
                .filter(key -> !wanted.contains(key))
                .filter(key -> ConnectionSecret.KEYS.contains(key) || fromTemplate.contains(key))
                .collect(Collectors.toSet());
    }

    private static List<String> listed(ObservedSecret.Ours seen, String annotation) {
        return Arrays.asList(seen.annotations().getOrDefault(annotation, "").split(" ", -1));
    }

    /** What differs, and null for what came from the template and is in it no more. */
    private static Map<String, @Nullable String> changed(
            Map<String, String> seen, Map<String, String> wanted, List<String> fromTemplate) {
        var changed = new HashMap<String, @Nullable String>(differing(seen, wanted));
        fromTemplate.stream()
                .filter(key -> seen.containsKey(key) && !wanted.containsKey(key))
                .forEach(key -> changed.put(key, null));
        return changed;
    }

    private Map<String, String> data() {
        var data = new LinkedHashMap<>(template.rendered(values));
        data.putAll(values);
        return data;
    }

    private Map<String, String> labels() {
        var labels = new LinkedHashMap<>(template.labels());
        labels.putAll(Labels.of(owner, "credentials"));
        labels.put(Labels.PROJECT, project);
        labels.put(Labels.DATABASE, owner.name());
        return labels;
    }

    private Map<String, String> annotations() {
        var annotations = new LinkedHashMap<>(template.annotations());
        annotations.put(Annotations.PASSWORD_TIME, passwordTime.toString());
        annotations.put(TEMPLATE_KEYS, SecretTemplate.names(template.data()));
        annotations.put(TEMPLATE_LABELS, SecretTemplate.names(template.labels()));
        annotations.put(TEMPLATE_ANNOTATIONS, SecretTemplate.names(template.annotations()));
        return annotations;
    }

    private static Map<String, String> differing(Map<String, String> seen, Map<String, String> wanted) {
        return wanted.entrySet().stream()
                .filter(entry -> !Objects.equals(seen.get(entry.getKey()), entry.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<String, String> encoded(Map<String, String> clear) {
        return clear.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> Base64.getEncoder()
                .encodeToString(entry.getValue().getBytes(UTF_8))));
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "DesiredSecret[" + owner.namespace() + "/" + name + "]";
    }
}
