package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.AbstractCRDOutput;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Renders the CRDs from the Java types. In test scope, because it needs the generator and our classes in one JVM, and Maven's own may be too old for the latter;
 * {@code CrdDriftTest} writes the files and compares them.
 */
final class CrdFiles {

    static final List<Class<? extends HasMetadata>> KINDS = List.of(
            Project.class, PostgresInstance.class, ManagedDatabase.class, DatabaseBackup.class, DatabaseRestore.class);

    private static final String HEADER =
            "# Generated from the records in dev.ocean.operator.api.v1beta1. Change those, then run CrdDriftTest with -Dgolden=update.\n";

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            // One line a description: a changed word is a changed line, not a changed paragraph.
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build());

    private static final SortedMap<String, JsonNode> TREES = Collections.unmodifiableSortedMap(generate());

    private CrdFiles() {}

    /** File name to content, by name: {@code projects.ocean.dev.yaml} and so on, one definition each. */
    static SortedMap<String, String> render() {
        var files = new TreeMap<String, String>();
        TREES.forEach((name, tree) -> files.put(name + ".yaml", HEADER + yaml(tree)));
        return files;
    }

    /** Name of the definition ({@code projects.ocean.dev}) to its tree, as it stands in the file. */
    static SortedMap<String, JsonNode> trees() {
        return TREES;
    }

    private static SortedMap<String, JsonNode> generate() {
        var serialization = new KubernetesSerialization();
        var trees = new TreeMap<String, JsonNode>();
        definitions()
                .forEach((name, crd) -> trees.put(name, wholeNumbers(serialization.convertValue(crd, JsonNode.class))));
        return trees;
    }

    /** {@return the class of this kind} */
    static Class<? extends HasMetadata> kind(String name) {
        return KINDS.stream()
                .filter(kind -> kind.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The directory that holds {@code crds/}, {@code helm/} and {@code examples/}. */
    static Path repository() {
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            if (Files.isDirectory(directory.resolve(".mvn"))) {
                return directory;
            }
        }
        throw new IllegalStateException(
                "cannot find the repository above " + Path.of("").toAbsolutePath() + ": no directory has .mvn");
    }

    private static SortedMap<String, CustomResourceDefinition> definitions() {
        var definitions = new TreeMap<String, CustomResourceDefinition>();
        CRDPostProcessor collect = new CRDPostProcessor() {
            @Override
            public HasMetadata process(HasMetadata crd, String version) {
                CustomResourceDefinition refined = CrdRefinement.of((CustomResourceDefinition) crd);
                definitions.put(refined.getMetadata().getName(), refined);
                return refined;
            }
        };
        new CRDGenerator()
                .forCRDVersions("v1")
                .withParallelGenerationEnabled(false)
                .withPostProcessor(collect)
                .withOutput(new Discarded())
                .customResourceClasses(KINDS)
                .detailedGenerate();
        return definitions;
    }

    private static String yaml(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The model holds bounds as {@code Double}, and {@code maximum: 1000.0} on an integer is no API of ours. */
    private static JsonNode wholeNumbers(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(entry -> entry.setValue(wholeNumbers(entry.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, wholeNumbers(array.get(i)));
            }
        } else if (node.isFloatingPointNumber() && node.doubleValue() == Math.rint(node.doubleValue())) {
            return LongNode.valueOf(node.longValue());
        }
        return node;
    }

    /** The generator's own rendering, which nobody reads: it cannot print whole numbers. */
    private static final class Discarded extends AbstractCRDOutput<ByteArrayOutputStream> {
        @Override
        protected ByteArrayOutputStream createStreamFor(String name) {
            return new ByteArrayOutputStream();
        }
    }
}
