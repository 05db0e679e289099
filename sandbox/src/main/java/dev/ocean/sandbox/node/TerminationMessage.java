package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * The last word of a container, as a kubelet reads it.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/">termination messages</a>
 */
final class TerminationMessage {

    private static final int BYTES = 4_096;
    private static final int LOG_BYTES = 2_048;
    private static final int LOG_LINES = 80;

    private TerminationMessage() {}

    /** {@return the end of the message's file; of the log, if the container failed without a word and wants that} */
    static String of(Pod pod, PodDirectory directory, int exitCode) {
        var message = end(directory.terminationMessage(), BYTES);
        var policy = pod.getSpec().getContainers().getFirst().getTerminationMessagePolicy();
        if (!message.isEmpty() || exitCode == 0 || !"FallbackToLogsOnError".equals(policy)) {
            return message;
        }
        var lines = end(directory.log(), LOG_BYTES).lines().toList();
        return lines.stream().skip(Math.max(0, lines.size() - LOG_LINES)).collect(Collectors.joining("\n"));
    }

    private static String end(Path path, int limit) {
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            var bytes = new byte[(int) Math.min(limit, file.length())];
            file.seek(file.length() - bytes.length);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + path + "\"", e);
        }
    }
}
