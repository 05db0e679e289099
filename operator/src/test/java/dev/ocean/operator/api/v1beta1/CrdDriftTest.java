package dev.ocean.operator.api.v1beta1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

/** The committed CRDs are those of the Java types. {@code -Dgolden=update} rewrites them. */
class CrdDriftTest {

    @ParameterizedTest
    @ValueSource(strings = {"crds", "helm/ocean-operator/files/crds"})
    void committedFilesAreWhatTheTypesSay(String directory) throws IOException {
        Path files = CrdFiles.repository().resolve(directory);
        SortedMap<String, String> rendered = CrdFiles.render();
        if ("update".equals(System.getProperty("golden"))) {
            write(rendered, files);
        }

        assertThat(contents(files))
                .describedAs(
                        "%s is not what the types say; run this test with -Dgolden=update and look at the difference",
                        directory)
                .isEqualTo(rendered);
    }

    private static void write(SortedMap<String, String> rendered, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String stale : contents(directory).keySet()) {
            Files.delete(directory.resolve(stale));
        }
        for (var file : rendered.entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
    }

    private static SortedMap<String, String> contents(Path directory) throws IOException {
        var contents = new TreeMap<String, String>();
        if (!Files.isDirectory(directory)) {
            return contents;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }
}
