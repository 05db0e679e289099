package dev.ocean.operator.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What users read: the README and everything in {@code docs/} and beside the chart. */
public final class Documents {

    private static final Pattern BLOCK = Pattern.compile("^```yaml\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private Documents() {}

    /**
     * One object in a block of YAML.
     *
     * @param file where it stands
     */
    public record Example(Path file, String yaml) {
        @Override
        public String toString() {
            return file + ": "
                    + yaml.lines()
                            .filter(line -> line.startsWith("kind:"))
                            .findFirst()
                            .orElse("?");
        }
    }

    /** Their paths, sorted. */
    static List<Path> files() {
        var root = root();
        try (Stream<Path> docs = Files.walk(root.resolve("docs"));
                Stream<Path> top = Files.list(root)) {
            return Stream.of(docs, top, Stream.of(root.resolve("helm/ocean-operator/README.md")))
                    .flatMap(paths -> paths)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every object of every YAML block, in the order of reading. */
    public static Stream<Example> examples() {
        return files().stream().flatMap(file -> BLOCK.matcher(read(file))
                .results()
                .map(block -> block.group(1))
                .flatMap(block -> Pattern.compile("(?m)^---$").splitAsStream(block))
                .map(yaml -> new Example(root().relativize(file), yaml)));
    }

    /** The text of a file, by its path in the repository. */
    static String read(String path) {
        return read(root().resolve(path));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first group of every match. */
    static List<String> find(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    static Path root() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("helm"))) {
            directory = Objects.requireNonNull(directory.getParent(), "not in a checkout");
        }
        return directory;
    }
}
