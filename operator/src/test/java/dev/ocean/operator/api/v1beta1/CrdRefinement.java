package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the generator cannot say, and what it says wrongly: the rules of {@code docs/design} that hold for every kind, applied to a generated definition.
 * {@code CrdConventionsTest} asserts each of them on the result.
 */
final class CrdRefinement {

    /** Replaced by {@code helm.sh/resource-policy} in the chart's template, when {@code crds.keep} is set; without Helm it means nothing. */
    static final String KEEP_MARKER = "ocean.dev/resource-policy";

    /** String lists in which order and repetition mean nothing. */
    private static final Set<String> SETS = Set.of("allowedExtensions");

    private static final Set<String> PROVISIONED_SERVICES = Set.of("ManagedDatabase");

    /**
     * The format date-time admits times that {@code Instant} does not read (a comma for the point, ten digits after it, an offset of 29 hours), and one object
     * that cannot be read stops the watch of all.
     */
    static final String INSTANT_PATTERN =
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$";

    private CrdRefinement() {}

    /** Changes the given definition in place and returns it. */
    static CustomResourceDefinition of(CustomResourceDefinition crd) {
        String kind = crd.getSpec().getNames().getKind();
        Class<? extends HasMetadata> type = CrdFiles.kind(kind);
        crd.getMetadata().setLabels(labels(kind));
        crd.getMetadata().setAnnotations(Map.of(KEEP_MARKER, "keep"));
        var version = crd.getSpec().getVersions().getFirst();
        version.setAdditionalPrinterColumns(inDeclaredOrder(version.getAdditionalPrinterColumns(), type));
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        refineRoot(root, kind, type);
        refine(root);
        return crd;
    }

    private static Map<String, String> labels(String kind) {
        var labels = new LinkedHashMap<String, String>();
        labels.put("app.kubernetes.io/component", "crds");
        labels.put("app.kubernetes.io/name", "ocean-operator");
        labels.put("app.kubernetes.io/part-of", "ocean");
        if (PROVISIONED_SERVICES.contains(kind)) {
            labels.put("servicebinding.io/provisioned-service", "true");
        }
        return labels;
    }

    /** The generator sorts by path; {@code kubectl get} should read from left to right. */
    private static List<CustomResourceColumnDefinition> inDeclaredOrder(
            List<CustomResourceColumnDefinition> columns, Class<? extends HasMetadata> type) {
        List<String> declared = Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        return columns.stream()
                .sorted(Comparator.comparingInt(column -> declared.indexOf(column.getName())))
                .toList();
    }

    private static void refineRoot(JSONSchemaProps root, String kind, Class<? extends HasMetadata> type) {
        root.setDescription(type.getAnnotation(JsonClassDescription.class).value());
        // Applying to a deleted object must fail, not make an empty shell of it.
        root.setRequired(List.of("spec"));
        property(root, "spec").setDescription("What is asked of the " + kind + ".");
        JSONSchemaProps status = property(root, "status");
        status.setDescription("What the operator last saw of the " + kind + ". Written by the operator alone.");
        // Without it kstatus calls an object that nobody has looked at Current.
        status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
        property(status, "conditions").getItems().setSchema(ConditionSchema.of());
    }

    private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    private static void refine(JSONSchemaProps schema) {
        dropRepeatedRules(schema);
        if (schema.getProperties() != null) {
            schema.getProperties().forEach(CrdRefinement::refineProperty);
        }
    }

    private static void refineProperty(String name, JSONSchemaProps schema) {
        switch (schema.getType()) {
            case "integer" -> schema.setFormat(name.matches("observedGeneration|rows|.*Bytes") ? "int64" : "int32");
            case "array" -> refineList(name, schema);
            case "string" -> refineString(name, schema);
            case "object" -> refineObject(name, schema);
            default -> {}
        }
        refine(schema);
    }

    private static void refineString(String name, JSONSchemaProps schema) {
        // A condition's time is Kubernetes' own field, and a string to us.
        if ("date-time".equals(schema.getFormat()) && !name.equals("lastTransitionTime")) {
            schema.setPattern(INSTANT_PATTERN);
            schema.setMaxLength(25L);
        }
    }

    /** Two managers' halves make no reference: one that leaves {@code namespace} out means its own. */
    private static void refineObject(String name, JSONSchemaProps schema) {
        if (name.endsWith("Ref") || name.equals("selector")) {
            schema.setXKubernetesMapType("atomic");
        }
    }

    private static void refineList(String name, JSONSchemaProps list) {
        JSONSchemaProps item = list.getItems().getSchema();
        if (name.equals("conditions")) {
            mapBy("type", list);
        } else if (item.getRequired() != null && item.getRequired().contains("name")) {
            mapBy("name", list);
        } else {
            list.setXKubernetesListType(SETS.contains(name) ? "set" : "atomic");
        }
        refine(item);
    }

    private static void mapBy(String key, JSONSchemaProps list) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
    }

    /** An annotation on a record component is on its field and on its accessor too, so the generator finds it twice, and apply refuses the definition. */
    private static void dropRepeatedRules(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(
                    schema.getXKubernetesValidations().stream().distinct().toList());
        }
    }
}
