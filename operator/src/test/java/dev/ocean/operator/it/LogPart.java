package dev.ocean.operator.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** A log from a certain byte on, read line by line. */
record LogPart(Path file, long from) {

    /** @param texts of one line each */
    boolean holdsAnyOf(Set<String> texts) {
        try (var bytes = Files.newInputStream(file);
                var lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            bytes.skipNBytes(from);
            return lines.lines().anyMatch(line -> texts.stream().anyMatch(line::contains));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
