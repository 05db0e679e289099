package dev.ocean.operator.chart;

import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code helm/install.yaml}, for {@code kubectl apply --server-side -f}: the chart's output with a namespace before it and Helm's own marks taken out. */
class InstallManifestTest {

    private static final String HEADER = """
            # Rendered from helm/ocean-operator. Do not edit.
            # kubectl apply --server-side -f install.yaml
            apiVersion: v1
            kind: Namespace
            metadata:
              name: ocean-system
              labels:
                app.kubernetes.io/name: ocean-operator
                app.kubernetes.io/part-of: ocean
                pod-security.kubernetes.io/enforce: restricted
            """;

    @Test
    void isTheChart() {
        new GoldenFile(Chart.ROOT.resolve("helm/install.yaml")).assertEquals(manifest());
    }

    @Test
    void doesNotPretendToBeARelease() {
        assertThat(manifest()).doesNotContain("helm.sh/", "managed-by: Helm", "# Source:");
    }

    private static String manifest() {
        var rendered = Chart.render("crds: {keep: false}").text();
        return HEADER
                + rendered.replaceAll("(?m)^# Source: .*\\n", "")
                        .replaceAll("(?m)^ +(helm\\.sh/chart|app\\.kubernetes\\.io/managed-by): .*\\n", "");
    }
}
