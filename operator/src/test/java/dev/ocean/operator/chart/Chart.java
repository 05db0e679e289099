package dev.ocean.operator.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.jni.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The chart in the repository, and what Helm makes of it. Release {@code ocean}, namespace {@code ocean-system}. */
final class Chart {

    static final Path ROOT = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolve("..")
            .normalize();
    static final Path DIRECTORY = ROOT.resolve("helm/ocean-operator");
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** The oldest that the chart admits, and the newest that we know. */
    static final List<String> KUBERNETES = List.of("1.31.0", "1.36.0");

    private static final String NAMESPACE = "ocean-system";

    private Chart() {}

    static Helm helm() {
        var available = ServiceLoader.load(NativeLibrary.class).findFirst().isPresent();
        if ("required".equals(System.getProperty("tools"))) {
            assertThat(available).as("a Helm library for this system").isTrue();
        }
        assumeTrue(available, "there is no Helm library for this system");
        return new Helm(DIRECTORY);
    }

    static Rendered render(String values) {
        return render(values, KUBERNETES.getLast());
    }

    /**
     * @param values YAML over the chart's own values; empty for none
     * @param kubernetes always said, because Helm's default without a cluster is too old for the chart
     */
    static Rendered render(String values, String kubernetes) {
        var template =
                helm().template().withName("ocean").withNamespace(NAMESPACE).withKubeVersion(kubernetes);
        return new Rendered(template.withValuesFile(file(values)).call());
    }

    /** What a person reads after the installation; templates alone leave it out. */
    static String notes(String values) {
        return helm().install()
                .clientOnly()
                .dryRun()
                .debug()
                .withName("ocean")
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES.getLast())
                .withValuesFile(file(values))
                .call()
                .getOutput();
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(String values) {
        try {
            var file = Files.createTempFile("values", ".yaml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param text the documents as Helm printed them, in Helm's order of installation */
    record Rendered(String text) {

        List<JsonNode> documents() {
            try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
                return values.readAll().stream()
                        .filter(document -> document.isObject() && !document.isEmpty())
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        List<JsonNode> ofKind(String... kinds) {
            var wanted = List.of(kinds);
            return documents().stream()
                    .filter(document -> wanted.contains(document.path("kind").asText()))
                    .toList();
        }

        JsonNode one(String kind) {
            var found = ofKind(kind);
            assertThat(found).as("documents of kind %s", kind).hasSize(1);
            return found.getFirst();
        }

        JsonNode container() {
            return one("Deployment").at("/spec/template/spec/containers/0");
        }

        /** Names of environment variables with their literal values; empty where the value comes from elsewhere. */
        List<String> environment() {
            var variables = new ArrayList<String>();
            container()
                    .path("env")
                    .forEach(variable -> variables.add(variable.path("name").asText() + "="
                            + variable.path("value").asText()));
            return variables;
        }

        /** The documents of some kinds, as text, comments kept: for golden files. */
        String textOf(String... kinds) {
            var wanted = List.of(kinds);
            var chosen = new StringBuilder();
            for (var document : text.split("(?m)^---\\n", -1)) {
                if (wanted.contains(parse(document).path("kind").asText())) {
                    chosen.append("---\n").append(document.replaceAll("(?m)^# Source: .*\\n", ""));
                }
            }
            return chosen.toString();
        }
    }
}
