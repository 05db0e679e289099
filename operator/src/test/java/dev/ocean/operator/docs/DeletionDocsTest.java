package dev.ocean.operator.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Each row of {@code docs/deletion.md} names a test that is there. */
class DeletionDocsTest {

    static List<String> rows() {
        return Documents.find(Documents.read("docs/deletion.md"), "^\\| (?!.*Proved by)(.*) \\|$");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void namesTheTestThatProvesIt(String row) throws IOException {
        var cells = row.split(" \\| ", -1);
        var named = cells[cells.length - 1];

        assertThat(named).matches("`\\w+(Test|IT|E2E)\\.\\w+`");
        var test = named.replace("`", "").split("\\.", 2);
        assertThat(Files.readString(file(test[0] + ".java"))).contains("void " + test[1] + "(");
    }

    private static Path file(String name) throws IOException {
        for (var module : List.of("operator", "e2e")) {
            try (var sources = Files.walk(Documents.root().resolve(module + "/src/test/java"))) {
                var found = sources.filter(path -> path.getFileName().toString().equals(name))
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new AssertionError("there is no " + name);
    }
}
