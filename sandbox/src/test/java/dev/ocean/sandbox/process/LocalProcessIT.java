package dev.ocean.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class LocalProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Workspace workspace = Workspace.create("local-process-it");

    @AfterEach
    void removeWorkspace() {
        workspace.close();
    }

    @Test
    void runsACommandInTheDirectoryOfItsLog() throws IOException {
        LocalProcess.run(shell("echo $GREETING > file").with("GREETING", "hello"), LIMIT);

        assertThat(workspace.resolve("file")).hasContent("hello\n");
    }

    @Test
    void reportsTheEndOfTheLogOfACommandThatFails() {
        assertThatThrownBy(() -> LocalProcess.run(shell("echo something is wrong; exit 3"), LIMIT))
                .isInstanceOf(ProcessFailure.class)
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("something is wrong");
    }

    @Test
    void endsACommandThatTakesTooLong() {
        assertThatThrownBy(() -> LocalProcess.run(shell("echo begun; exec sleep 600"), Duration.ofMillis(500)))
                .isInstanceOf(ProcessFailure.class)
                .hasMessageContaining("begun");
        assertThat(MachineProcesses.mentioning("sleep 600")).isEmpty();
    }

    @Test
    void endsWhatTheCommandLeavesBehind() {
        LocalProcess.run(shell("sleep 601 & timeout 600 sleep 602 & sleep 0.3"), LIMIT);

        await("nothing is left").untilAsserted(() -> assertThat(MachineProcesses.mentioning("sleep 60"))
                .isEmpty());
    }

    @Test
    void givesNothingButTheVariablesThatItIsTold() {
        var path = System.getenv("PATH");
        var command = shell("env | grep -v -E '^(PATH|PWD|OLDPWD|SHLVL|_)='")
                .withNothingBut(Map.of("PATH", path, "user", "a name that a shell might use itself"));

        LocalProcess.run(command, LIMIT);

        assertThat(workspace.resolve("log")).hasContent("user=a name that a shell might use itself\n");
    }

    @Test
    void handsSignalsOn() {
        try (var process = LocalProcess.start(
                shell("trap 'echo asked to end; exit 0' TERM; echo ready; while :; do sleep 0.1; done"))) {
            await("the trap is set")
                    .untilAsserted(() -> assertThat(process.log()).contains("ready"));

            process.stop(Signal.TERM, LIMIT);

            assertThat(process.exitCode()).isZero();
            assertThat(process.log()).contains("asked to end");
        }
    }

    @Test
    void killsAProcessThatIgnoresItsSignal() {
        try (var process = LocalProcess.start(shell("trap '' TERM; echo ready; while :; do sleep 0.1; done"))) {
            await("the trap is set")
                    .untilAsserted(() -> assertThat(process.log()).contains("ready"));

            process.stop(Signal.TERM, Duration.ofMillis(200));

            assertThat(process.isAlive()).isFalse();
        }
    }

    @Test
    void outlivesTheThreadThatStartedIt() {
        LocalProcess process;
        try (var executor = Executors.newSingleThreadExecutor()) {
            process = CompletableFuture.supplyAsync(() -> LocalProcess.start(shell("exec sleep 60")), executor)
                    .join();
        }
        try (process) {
            // The kernel's parent-death signal would arrive now: the thread is gone.
            assertThat(process.awaitEnd(Duration.ofSeconds(1))).isFalse();
        }
    }

    @Test
    void givesDirectoriesBackWhenTheyAreClosed() throws IOException {
        var closed = Workspace.create("local-process-it");
        Files.writeString(closed.privateDirectory("sub").resolve("file"), "content");

        closed.close();

        assertThat(closed.path()).doesNotExist();
    }

    private Command shell(String script) {
        return Command.of("a script", List.of("sh", "-c", script), workspace.resolve("log"));
    }
}
