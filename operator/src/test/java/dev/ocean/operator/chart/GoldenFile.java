package dev.ocean.operator.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import static org.assertj.core.api.Assertions.assertThat;

/** A derived file in the repository: rendered and compared by a test, written with {@code -Dgolden=update}. */
record GoldenFile(Path path) {

    void assertEquals(String rendered) {
        if ("update".equals(System.getProperty("golden"))) {
            write(rendered);
        }
        assertThat(path)
                .as("%s; run the test with -Dgolden=update to write it", path)
                .exists();
        assertThat(path)
                .as("%s; run the test with -Dgolden=update to write it", path)
                .hasContent(rendered);
    }

    private void write(String rendered) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, rendered);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
