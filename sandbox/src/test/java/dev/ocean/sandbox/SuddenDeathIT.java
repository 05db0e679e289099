package dev.ocean.sandbox;

import dev.ocean.sandbox.process.MachineProcesses;
import dev.ocean.sandbox.process.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Nothing outlives the JVM, however it ends. Each victim has a temporary directory of its own, by which its processes are known. */
class SuddenDeathIT {

    private final Workspace workspace = Workspace.create("sudden-death-it");
    private final Path temporary = workspace.path();

    @AfterEach
    void removeWorkspace() {
        workspace.close();
    }

    @Test
    void leavesNothingOfARunningSandboxAfterKill() throws IOException {
        var victim = victim();
        assertThat(victim.inputReader().readLine()).startsWith("started");
        assertThat(MachineProcesses.mentioning(temporary + "/")).hasSizeGreaterThan(5);
        assertThat(MachineProcesses.mentioning(Victim.STUBBORN)).hasSizeGreaterThan(1);

        victim.destroyForcibly();

        awaitNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 3_000})
    void leavesNothingOfAStartingSandboxAfterKill(int millis) throws Exception {
        var victim = victim();
        assertThat(victim.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();

        victim.destroyForcibly();

        awaitNothingLeft();
    }

    private Process victim() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void awaitNothingLeft() {
        // Two seconds on an idle machine.
        await("nothing is left").atMost(Duration.ofSeconds(10)).untilAsserted(this::assertNothingLeft);
    }

    private void assertNothingLeft() throws IOException {
        assertThat(MachineProcesses.mentioning(temporary + "/")).isEmpty();
        assertThat(MachineProcesses.mentioning(Victim.STUBBORN)).isEmpty();
        try (var files = Files.list(temporary)) {
            assertThat(files.toList()).isEqualTo(List.of());
        }
    }
}
