package dev.ocean.operator.api.v1beta1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code src/test/resources/crd}: states of one object, one document each. The first is created, every further one replaces it.
 *
 * <p>Of a {@code valid-*.yaml} the API server must accept all. Of an {@code invalid-*.yaml} it must accept all but the last, and refuse that one with an error
 * whose message contains what follows {@code # expect: } on the first line, at the field that follows {@code # field: } on the second (empty: the object itself).
 */
record Manifest(
        String name, List<String> documents, @Nullable Refusal refusal) {

    private static final Path DIRECTORY = CrdFiles.repository().resolve("operator/src/test/resources/crd");

    /** What the last document is refused with. */
    record Refusal(String message, String field) {}

    /** {@return what the last document is refused with, empty if it is valid} */
    Optional<Refusal> expected() {
        return Optional.ofNullable(refusal);
    }

    static Stream<Manifest> valid() {
        return all().filter(manifest -> manifest.expected().isEmpty());
    }

    static Stream<Manifest> invalid() {
        return all().filter(manifest -> manifest.expected().isPresent());
    }

    /** In the order of their names; a file that is neither {@code valid-} nor {@code invalid-} would be read by nobody and is an error. */
    static Stream<Manifest> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().map(Manifest::read).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Manifest read(Path file) {
        try {
            return parse(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Manifest parse(String name, String text) {
        List<String> documents = Arrays.stream(text.split("(?m)^---$", -1)).toList();
        if (name.matches("valid-.*[.]yaml")) {
            return new Manifest(name, documents, null);
        }
        List<String> lines = text.lines().limit(2).toList();
        if (name.matches("invalid-.*[.]yaml")
                && lines.get(0).startsWith("# expect: ")
                && lines.get(1).startsWith("# field:")) {
            var refusal = new Refusal(
                    lines.get(0).substring("# expect: ".length()),
                    lines.get(1).substring("# field:".length()).strip());
            return new Manifest(name, documents, refusal);
        }
        throw new IllegalArgumentException("cannot read manifest \"" + name
                + "\": must be valid-*.yaml, or invalid-*.yaml with '# expect: ' and '# field:'");
    }

    @Override
    public String toString() {
        return name;
    }
}
