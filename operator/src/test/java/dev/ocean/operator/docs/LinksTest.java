package dev.ocean.operator.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** What a page points to is there. */
class LinksTest {

    @Test
    void everyRelativeLinkLeadsToAFile() {
        for (var file : Documents.files()) {
            for (var link : Documents.find(Documents.read(file), "\\]\\(([^)#:]+)(?:#[^)]*)?\\)")) {
                var target = file.resolveSibling(link).normalize();
                assertThat(target).as("%s links to %s", file, link).exists();
            }
        }
    }

    @Test
    void everyAnchorIsAHeading() {
        for (var file : Documents.files()) {
            for (var link : Documents.find(Documents.read(file), "\\]\\(([^):]*#[^)]+)\\)")) {
                var parts = link.split("#", -1);
                var target = parts[0].isEmpty()
                        ? file
                        : file.resolveSibling(parts[0]).normalize();
                assertThat(Documents.find(Documents.read(target), "^#+ (.*)$"))
                        .as("%s links to %s", file, link)
                        .anyMatch(heading -> anchor(heading).equals(parts[1]));
            }
        }
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    @Test
    void everyClassOfTheTourExists() throws IOException {
        var sources = sources();

        assertThat(Documents.find(
                        Documents.read("docs/design/tour.md"), "`(?:[a-z0-9]+/)*([A-Z][A-Za-z0-9]+)(?:\\.[a-z]\\w*)?`"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(sources).contains(name + ".java"));
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Documents.root())) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .distinct()
                    .toList();
        }
    }

    @Test
    void theReadmeIsShort() {
        assertThat(Documents.read("README.md").lines().count()).isLessThanOrEqualTo(200);
    }
}
