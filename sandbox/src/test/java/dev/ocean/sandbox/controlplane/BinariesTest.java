package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.process.ProcessFailure;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BinariesTest {

    @Test
    void namesTheProgramThatTheUsersDirectoryLacks() {
        var environment = Map.of(Binaries.DIRECTORY_VARIABLE, "/nowhere");

        assertThatThrownBy(() -> Binaries.find(environment))
                .isInstanceOf(ProcessFailure.class)
                .hasMessageContaining("/nowhere")
                .hasMessageContaining("etcd");
    }

    @Test
    void takesTheComponentAsFirstArgumentOfTheSingleBinary() {
        var binaries = new Binaries.Single(Path.of("/cache/control-plane"));

        assertThat(binaries.line(Component.SCHEDULER)).containsExactly("/cache/control-plane", "kube-scheduler");
    }
}
