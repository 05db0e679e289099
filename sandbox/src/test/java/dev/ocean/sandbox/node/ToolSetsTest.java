package dev.ocean.sandbox.node;

import dev.ocean.sandbox.postgres.Installation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ToolSetsTest {

    private static final ToolSets TOOL_SETS = new ToolSets(Map.of(15, new Installation(15, Path.of("/pg/15"))));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres:15",
                "postgres:15.4",
                "postgres:15-bookworm",
                "postgres:15.4-alpine3.20",
                "docker.io/library/postgres:15",
                "registry.example:5000/mirror/postgres:15-bookworm@sha256:abc",
                "postgres:15@sha256:abc"
            })
    void findsThePrograms(String image) {
        assertThat(TOOL_SETS.path(image)).startsWith("/pg/15:/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian", "busybox:1.36", "docker.io/library/debian:bookworm-slim"})
    void takesPlainImagesForTheMachine(String image) {
        assertThat(TOOL_SETS.path(image)).startsWith("/usr/local/sbin:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres",
                "postgres:latest",
                "postgres:14",
                "postgres:150",
                "postgres:99999999999999999999",
                "postgres@sha256:abc",
                "mypostgres:15",
                "postgres/exporter:15",
                "registry.example:15/other",
                ""
            })
    void cannotPullOthers(String image) {
        assertThatThrownBy(() -> TOOL_SETS.path(image))
                .isInstanceOfSatisfying(Obstacle.class, obstacle -> assertThat(obstacle.reason())
                        .isEqualTo("ErrImagePull"))
                .hasMessageContaining("postgres:<major> of [15]");
    }
}
