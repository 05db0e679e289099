package dev.ocean.operator.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** Who may do what. The rendered rules are golden files: a right more or less shows in review. */
class ChartRightsTest {

    private static final Path GOLDEN = Chart.ROOT.resolve("operator/src/test/resources/ChartRightsTest");
    private static final String[] KINDS = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"
    };

    @Test
    void rightsForAllNamespacesAreTheReviewedOnes() {
        new GoldenFile(GOLDEN.resolve("all-namespaces.yaml"))
                .assertEquals(Chart.render("").textOf(KINDS));
    }

    @Test
    void rightsForOneNamespaceAreTheReviewedOnes() {
        new GoldenFile(GOLDEN.resolve("one-namespace.yaml"))
                .assertEquals(Chart.render("watchNamespaces: [shop]").textOf(KINDS));
    }

    @Test
    void nothingIsGrantedByWildcard() {
        assertThat(rules("")).allSatisfy(rule -> assertThat(rule.toString()).doesNotContain("\"*\""));
    }

    @Test
    void nobodyCanWidenHisRights() {
        assertThat(rules("")).allSatisfy(rule -> {
            assertThat(texts(rule.path("verbs"))).doesNotContain("escalate", "bind", "impersonate");
            assertThat(texts(rule.path("resources")))
                    .noneMatch(resource -> resource.startsWith("pods/") || resource.endsWith("/token"));
            assertThat(texts(rule.path("apiGroups"))).doesNotContain("rbac.authorization.k8s.io");
        });
    }

    @Test
    void secretsOfUnservedNamespacesStayClosed() {
        var rendered = Chart.render("watchNamespaces: [shop]");

        assertThat(rendered.ofKind("ClusterRole"))
                .allSatisfy(role -> assertThat(role.toString()).doesNotContain("secrets"));
        assertThat(rendered.ofKind("Role").stream()
                        .filter(role -> role.toString().contains("secrets"))
                        .map(role -> role.at("/metadata/namespace").asText()))
                .containsExactly("shop");
    }

    @Test
    void usersNeverWriteStatusOrFinalizers() {
        var roles = Chart.render("").ofKind("ClusterRole").stream()
                .filter(role -> role.toString().contains("aggregate-to-"))
                .toList();

        assertThat(roles)
                .hasSize(3)
                .allSatisfy(role -> assertThat(role.path("rules").toString()).doesNotContain("/", "secrets"));
    }

    @Test
    void everyDefinitionOfTheChartIsServed() {
        var operator = rules("").stream()
                .flatMap(rule -> texts(rule.path("resources")).stream())
                .toList();

        assertThat(Chart.render("").ofKind("CustomResourceDefinition")).allSatisfy(definition -> {
            var plural = definition.at("/spec/names/plural").asText();
            assertThat(operator).contains(plural, plural + "/status", plural + "/finalizers");
            assertThat(rules("").toString()).contains(plural + ".ocean.dev");
        });
    }

    private static List<JsonNode> rules(String values) {
        return Chart.render(values).ofKind("ClusterRole", "Role").stream()
                .flatMap(role -> StreamSupport.stream(role.path("rules").spliterator(), false))
                .toList();
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
