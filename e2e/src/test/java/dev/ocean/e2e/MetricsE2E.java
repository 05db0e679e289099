package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Repository;
import dev.ocean.e2e.platform.Scene;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code /metrics} has what its page promises, and no name that a tenant chose. */
@ExtendWith(OnPlatform.class)
class MetricsE2E {

    // "| `ocean_leader` | gauge | …"; a row that says "first" appears with its first event.
    private static final Pattern ROW = Pattern.compile("^\\| `(ocean_[a-z_]+)` \\|(.*)", Pattern.MULTILINE);

    @Test
    void hasTheDocumentedNamesAndNoTenants(Scene scene) {
        // Given
        scene.giveInstanceAndProject();
        scene.giveDatabase("orders-of-mine", "");
        scene.developer().apply(Scene.database("problem", "connectionLimit: 5000"));
        scene.awaitReason("ManagedDatabase", "problem", "Ready", "InvalidSpec");

        // When
        var metrics = scene.platform().metrics();

        // Then
        var documented = ROW.matcher(Repository.read("docs/metrics.md"))
                .results()
                .filter(row -> !row.group(2).contains("first error"))
                .map(row -> row.group(1))
                .toList();
        assertThat(documented).isNotEmpty().allSatisfy(name -> assertThat(metrics)
                .contains(name));
        // An instance is the platform team's, and the only thing that is named.
        var others = metrics.lines()
                .filter(line -> !line.startsWith("ocean_instance_orphans{name=\"main\""))
                .toList();
        assertThat(others).noneMatch(line -> line.contains(scene.namespace()));
        assertThat(metrics).doesNotContain(scene.namespace().replace('-', '_')).doesNotContain("orders-of-mine");
    }
}
