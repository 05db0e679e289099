package dev.ocean.operator.docs;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code kubectl apply -f examples/quickstart/} does its work the first time: it takes the files by name. */
class QuickstartFilesTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @Test
    void namespacesComeBeforeWhatIsInThem() throws IOException {
        var made = new HashSet<String>();
        for (var object : objects()) {
            if (object.getKind().equals("Namespace")) {
                made.add(object.getMetadata().getName());
            } else {
                assertThat(made)
                        .as("namespaces before %s", object.getKind())
                        .contains(object.getMetadata().getNamespace());
            }
        }
    }

    @Test
    void theSecretOfTheInstanceIsAmongThem() throws IOException {
        var objects = objects();
        var named = objects.stream()
                .filter(object -> object.getKind().equals("PostgresInstance"))
                .map(object -> object.<String>get("spec", "external", "connectionSecretRef", "name"))
                .toList();

        assertThat(named).hasSize(1);
        assertThat(objects)
                .filteredOn(object -> object.getKind().equals("Secret"))
                .extracting(object -> object.getMetadata().getName())
                .containsAll(named);
    }

    private static List<GenericKubernetesResource> objects() throws IOException {
        try (var files = Files.list(Documents.root().resolve("examples/quickstart"))) {
            return files.sorted().map(QuickstartFilesTest::object).toList();
        }
    }

    private static GenericKubernetesResource object(Path file) {
        return YAML.unmarshal(Documents.read(file), GenericKubernetesResource.class);
    }
}
