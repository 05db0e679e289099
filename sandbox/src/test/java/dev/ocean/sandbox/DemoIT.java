package dev.ocean.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** The demo as {@code sandbox/run} starts it, with a fake in the place of the operator. */
class DemoIT {

    private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();
    private static final String CLASSPATH = System.getProperty("java.class.path");

    private static final List<String> OPERATOR = List.of(JAVA, "-cp", CLASSPATH, FakeOperator.class.getName());

    @Test
    void showsEveryStepAndEnds() throws Exception {
        var output = demo("tale.yaml", OPERATOR, 0);

        assertThat(output)
                .contains("It is no cluster")
                .contains("Kubernetes v1.")
                .contains("as service account fake-system/fake")
                .contains("applied Secret server")
                .contains("Ready=True, Filled: all books are there")
                .contains("read it back: \"hello from the sandbox\"")
                .contains("DELETE FROM greeting: 1 row")
                .contains("SELECT count(*) FROM greeting: 0")
                .endsWith("done\n");
    }

    @Test
    void endsWhereSomethingElseComesOut() throws Exception {
        assertThat(demo("wrong-tale.yaml", OPERATOR, 1))
                .contains("\"SELECT count(*) FROM greeting\" gave \"0\" and not \"1\"")
                .doesNotContain("done\n");
    }

    @Test
    void showsTheLogOfAnOperatorThatEnds() throws Exception {
        assertThat(demo("tale.yaml", List.of("sh", "-c", "echo cannot go on; exit 4"), 1))
                .contains("cannot run fake: exit code 4")
                .contains("cannot go on");
    }

    private static String demo(String tale, List<String> operator, int expectedCode) throws Exception {
        var line =
                new ArrayList<>(List.of(JAVA, "-cp", CLASSPATH, Demo.class.getName(), "--once", "--result", "Shelf"));
        line.addAll(List.of("--manifest", directory("install"), "--template", directory("template")));
        line.addAll(List.of("--example", directory("example"), "--tale", directory(tale), "--"));
        line.addAll(operator);
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        var output = CompletableFuture.supplyAsync(() -> read(process));

        assertThat(process.waitFor()).as(output.join()).isEqualTo(expectedCode);
        return output.join();
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String directory(String name) throws URISyntaxException {
        var resource = Objects.requireNonNull(DemoIT.class.getResource("DemoIT/" + name), name);
        return Path.of(resource.toURI()).toString();
    }
}
