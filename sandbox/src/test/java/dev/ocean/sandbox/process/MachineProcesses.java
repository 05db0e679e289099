package dev.ocean.sandbox.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What runs on this machine, whoever started it. */
public final class MachineProcesses {

    private MachineProcesses() {}

    /** {@return the command lines that contain this text, but that of this JVM} */
    public static List<String> mentioning(String text) {
        var lines = new ArrayList<String>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                var line = commandLine(process);
                if (line.contains(text)
                        && !process.endsWith(
                                Long.toString(ProcessHandle.current().pid()))) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            // It has ended since.
            return "";
        }
    }
}
