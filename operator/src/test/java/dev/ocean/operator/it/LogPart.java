package dev.ocean.operator.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** A log from a certain byte on, read line by line. */
record LogPart(Path file, long from) {

    /** What a log has from now on. */
    static LogPart fromNowOn(Path file) {
        return new LogPart(file, file.toFile().length());
    }

    /** @param texts of one line each */
    boolean holdsAnyOf(Set<String> texts) {
        return read(lines -> lines.anyMatch(line -> texts.stream().anyMatch(line::contains)));
    }

    /** The lines that have this text, in their order. */
    List<String> linesWith(String text) {
        return read(lines -> lines.filter(line -> line.contains(text)).toList());
    }

    private <T> T read(Function<Stream<String>, T> reading) {
        try (var bytes = Files.newInputStream(file);
                var lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            bytes.skipNBytes(from);
            return reading.apply(lines.lines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
