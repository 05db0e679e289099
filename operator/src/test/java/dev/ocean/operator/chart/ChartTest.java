package dev.ocean.operator.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ocean.operator.OperatorConfig;
import dev.ocean.operator.dump.PodSettings;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChartTest {

    private static final String EVERYTHING = """
            image: {registry: registry.example.com, tag: "1.2", pullPolicy: Always}
            imagePullSecrets: [{name: registry}]
            replicas: 2
            watchNamespaces: [shop, platform]
            installationId: berlin-1
            nodeSelector: {disk: ssd}
            tolerations: [{key: dedicated, operator: Exists}]
            affinity: {podAntiAffinity: {}}
            priorityClassName: system-cluster-critical
            serviceAccount: {annotations: {example.com/role: ocean}}
            podLabels: {team: data, app.kubernetes.io/name: theirs}
            podAnnotations: {example.com/scrape: "true"}
            extraEnv: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
            logging: {level: debug, format: text}
            backup: {directory: /backups}
            images: {postgres: {"18": "r.example.com/postgres:18", "17": "r.example.com/postgres:17"}}
            jobs:
              maxSeconds: 3600
              imagePullSecrets: [{name: mirror}]
              nodeSelector: {disk: ssd}
              tolerations: [{key: dedicated, operator: Exists, effect: NoSchedule}]
              labels: {team: data}
              annotations: {example.com/note: '"quoted", 1 < 2'}
              resources: {requests: {cpu: 1}, limits: {memory: 2Gi}}
            namespaceOverride: elsewhere
            """;
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    static Stream<Arguments> matrix() {
        var cases = List.of(
                Arguments.of("defaults", ""),
                Arguments.of("everything on", EVERYTHING),
                Arguments.of("namespaced", "watchNamespaces: [shop]"),
                Arguments.of("digest", "image: {digest: \"" + DIGEST + "\"}"),
                Arguments.of(
                        "without CRDs and user roles",
                        "{crds: {enabled: false}, rbac: {aggregateClusterRoles: false}}"));
        return cases.stream().flatMap(one -> Chart.KUBERNETES.stream()
                .map(version -> Arguments.of(one.get()[0], version, one.get()[1])));
    }

    @Test
    void lintIsStrictlyClean() {
        var lint = Chart.helm().lint().strict().call();

        assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
    }

    @ParameterizedTest(name = "{0} on Kubernetes {1}")
    @MethodSource("matrix")
    void everyDocumentIsWhatKubernetesKnows(String name, String kubernetes, String values) {
        var rendered = Chart.render(values, kubernetes);

        assertThat(rendered.documents()).isNotEmpty().allSatisfy(TypedDocuments::assertKnown);
        assertThat(rendered.documents().stream().map(ChartTest::identity)).doesNotHaveDuplicates();
        assertThat(rendered.documents()).allSatisfy(ChartTest::hasRecommendedLabels);
    }

    @ParameterizedTest(name = "{0} on Kubernetes {1}")
    @MethodSource("matrix")
    void podsPassTheRestrictedProfileAndMore(String name, String kubernetes, String values) {
        var pod = Chart.render(values, kubernetes).one("Deployment").at("/spec/template/spec");
        var container = pod.at("/containers/0");

        assertThat(pod.at("/containers")).hasSize(1);
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").isBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean())
                .isFalse();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/capabilities/drop")).hasToString("[\"ALL\"]");
        assertThat(container.at("/securityContext/capabilities/add").isMissingNode())
                .isTrue();
        assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
        assertThat(List.of("hostNetwork", "hostPID", "hostIPC")).noneMatch(pod::has);
        assertThat(pod.at("/volumes").findValues("hostPath")).isEmpty();
        assertThat(container.at("/resources/limits/memory").isTextual()).isTrue();
        assertThat(container.at("/resources/limits/cpu").isMissingNode())
                .as("no CPU limit")
                .isTrue();
    }

    @ParameterizedTest(name = "{0} on Kubernetes {1}")
    @MethodSource("matrix")
    void selectorsPortsAndAccountsMeet(String name, String kubernetes, String values) {
        var rendered = Chart.render(values, kubernetes);
        var deployment = rendered.one("Deployment");
        var account = rendered.one("ServiceAccount");

        deployment.at("/spec/selector/matchLabels").properties().forEach(label -> assertThat(
                        deployment.at("/spec/template/metadata/labels").path(label.getKey()))
                .isEqualTo(label.getValue()));
        for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            var port = rendered.container().path(probe).at("/httpGet/port").asText();
            assertThat(rendered.container().at("/ports/0/name").asText())
                    .as(probe)
                    .isEqualTo(port);
        }
        assertThat(rendered.environment())
                .contains("OCEAN_MANAGEMENT_PORT="
                        + rendered.container().at("/ports/0/containerPort").asText());
        assertThat(deployment.at("/spec/template/spec/serviceAccountName")).isEqualTo(account.at("/metadata/name"));
        assertThat(rendered.ofKind("RoleBinding", "ClusterRoleBinding")).allSatisfy(binding -> {
            assertThat(binding.at("/subjects/0/name")).isEqualTo(account.at("/metadata/name"));
            assertThat(binding.at("/subjects/0/namespace")).isEqualTo(account.at("/metadata/namespace"));
            var role = binding.at("/roleRef/kind").asText();
            assertThat(rendered.ofKind(role)).anySatisfy(bound -> {
                assertThat(bound.at("/metadata/name")).isEqualTo(binding.at("/roleRef/name"));
                assertThat(bound.at("/metadata/namespace")).isEqualTo(binding.at("/metadata/namespace"));
            });
        });
    }

    @Test
    void tellsTheOperatorWhatWasAskedFor() {
        assertThat(Chart.render("").environment())
                .containsExactly(
                        "OCEAN_NAMESPACE=",
                        "OCEAN_POD_NAME=",
                        "OCEAN_WATCH_NAMESPACES=",
                        "OCEAN_LOG_LEVEL=info",
                        "OCEAN_LOG_FORMAT=json",
                        "OCEAN_MANAGEMENT_PORT=8080",
                        "OCEAN_BACKUP_DIRECTORY=/var/backups/ocean",
                        "OCEAN_POSTGRES_IMAGES=",
                        "OCEAN_JOB_MAX_SECONDS=21600",
                        "OCEAN_JOB_POD={\"annotations\":{},\"imagePullSecrets\":[],\"labels\":{},\"nodeSelector\":{},\"resources\":"
                                + "{\"limits\":{\"memory\":\"512Mi\"},\"requests\":{\"cpu\":\"50m\",\"memory\":\"64Mi\"}},\"tolerations\":[]}");
        assertThat(Chart.render(EVERYTHING).environment())
                .containsExactly(
                        "OCEAN_NAMESPACE=",
                        "OCEAN_POD_NAME=",
                        "OCEAN_WATCH_NAMESPACES=shop,platform",
                        "OCEAN_INSTALLATION_ID=berlin-1",
                        "OCEAN_LOG_LEVEL=debug",
                        "OCEAN_LOG_FORMAT=text",
                        "OCEAN_MANAGEMENT_PORT=8080",
                        "OCEAN_BACKUP_DIRECTORY=/backups",
                        "OCEAN_POSTGRES_IMAGES=17=r.example.com/postgres:17,18=r.example.com/postgres:18",
                        "OCEAN_JOB_MAX_SECONDS=3600",
                        "OCEAN_JOB_POD=" + valueOf(Chart.render(EVERYTHING), OperatorConfig.JOB_POD),
                        "HTTPS_PROXY=http://proxy:3128");
    }

    @Test
    void tellsTheOperatorWhatPodsOfJobsHave() throws OperatorConfig.Invalid {
        assertThat(pod("")).isEqualTo(PodSettings.DEFAULTS);
        var pod = pod(EVERYTHING);

        assertThat(pod.imagePullSecrets())
                .extracting(LocalObjectReference::getName)
                .containsExactly("mirror");
        assertThat(pod.nodeSelector()).isEqualTo(Map.of("disk", "ssd"));
        assertThat(pod.tolerations()).containsExactly(new Toleration("NoSchedule", "dedicated", "Exists", null, null));
        assertThat(pod.labels()).isEqualTo(Map.of("team", "data"));
        assertThat(pod.annotations()).isEqualTo(Map.of("example.com/note", "\"quoted\", 1 < 2"));
        assertThat(pod.resources().getRequests())
                .isEqualTo(Map.of("cpu", new Quantity("1"), "memory", new Quantity("64Mi")));
        assertThat(pod.resources().getLimits()).isEqualTo(Map.of("memory", new Quantity("2Gi")));
    }

    private static PodSettings pod(String values) throws OperatorConfig.Invalid {
        var variable = valueOf(Chart.render(values), OperatorConfig.JOB_POD);
        return OperatorConfig.parse(Map.of(OperatorConfig.JOB_POD, variable))
                .tools()
                .pod();
    }

    private static String valueOf(Chart.Rendered rendered, String variable) {
        return rendered.environment().stream()
                .filter(line -> line.startsWith(variable + "="))
                .map(line -> line.substring(variable.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void digestWinsOverTag() {
        var values = "image: {registry: r.example.com, repository: a/b, tag: \"1\", digest: \"" + DIGEST + "\"}";

        assertThat(Chart.render(values).container().path("image").asText()).isEqualTo("r.example.com/a/b@" + DIGEST);
        assertThat(Chart.render("image: {registry: \"\", repository: a/b, tag: \"1\"}")
                        .container()
                        .path("image")
                        .asText())
                .isEqualTo("a/b:1");
    }

    @Test
    void labelsOfTheSelectorAreNotTakenOver() {
        var labels = Chart.render(EVERYTHING).one("Deployment").at("/spec/template/metadata/labels");

        assertThat(labels.path("app.kubernetes.io/name").asText()).isEqualTo("ocean-operator");
        assertThat(labels.path("team").asText()).isEqualTo("data");
    }

    @Test
    void definitionsAreKeptUnlessToldOtherwise() {
        assertThat(Chart.render("").ofKind("CustomResourceDefinition"))
                .hasSize(definitions().size())
                .allSatisfy(definition -> assertThat(definition
                                .at("/metadata/annotations")
                                .path("helm.sh/resource-policy")
                                .asText())
                        .isEqualTo("keep"));
        assertThat(Chart.render("crds: {keep: false}").ofKind("CustomResourceDefinition"))
                .hasSize(definitions().size())
                .allSatisfy(definition -> assertThat(definition.path("metadata").has("annotations"))
                        .isFalse());
        assertThat(Chart.render("crds: {enabled: false}").ofKind("CustomResourceDefinition"))
                .isEmpty();
    }

    @Test
    void definitionsArePrintedAsTheyAre() {
        var rendered = Chart.render("").textOf("CustomResourceDefinition");

        assertThat(definitions()).allSatisfy(definition -> assertThat(rendered)
                .contains(definition.replace("ocean.dev/resource-policy", "helm.sh/resource-policy")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replica: 2                                   | replica
            replicas: two                                | replicas
            replicas: -1                                 | replicas
            image: {pullPolicy: Sometimes}               | pullPolicy
            image: {digest: "md5:abc"}                   | digest
            watchNamespaces: [Shop]                      | watchNamespaces
            watchNamespaces: [shop, shop]                | watchNamespaces
            watchNamespaces: shop                        | watchNamespaces
            logging: {level: verbose}                    | level
            logging: {colour: true}                      | colour
            crds: {enabled: "yes"}                       | enabled
            podLabels: {port: 80}                        | podLabels
            extraEnv: [{value: nameless}]                | name
            installationId: "two words"                  | installationId
            jobs: {labels: {team: "two words"}}          | labels
            jobs: {tolerations: [{operator: Maybe}]}     | operator
            jobs: {tolerations: [{effects: NoExecute}]}  | effects
            jobs: {resources: {limits: {memory: lots}}}  | memory
            jobs: {resources: {claims: []}}              | claims
            jobs: {imagePullSecrets: [mirror]}           | imagePullSecrets
            jobs: {nodeSelector: {disk: 1}}              | disk
            """)
    void refusesValuesThatMeanNothing(String values, String named) {
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(named);
    }

    @Test
    void refusesKubernetesWithoutSelectableFields() {
        assertThatThrownBy(() -> Chart.render("", "1.30.9")).hasMessageContaining("kubeVersion");
        assertThat(Chart.render("", "1.31.4-gke.100").documents()).isNotEmpty();
    }

    @Test
    void notesEndWithTheNextCommand() {
        assertThat(Chart.notes("").strip()).endsWith("kubectl explain postgresinstance.spec");
        assertThat(Chart.notes("crds: {enabled: false}")).contains("crds.enabled=false");
    }

    @Test
    void isOfTheVersionThatIsBuilt() {
        var chart = Chart.parse(Chart.read(Chart.DIRECTORY.resolve("Chart.yaml")));

        assertThat(Chart.read(Chart.ROOT.resolve("pom.xml")))
                .containsPattern("<artifactId>ocean</artifactId>\\s*<version>"
                        + chart.path("version").asText() + "(-SNAPSHOT)?</version>");
        assertThat(chart.path("appVersion")).isEqualTo(chart.path("version"));
    }

    private static List<String> definitions() {
        var files =
                Chart.DIRECTORY.resolve("files/crds").toFile().listFiles((directory, name) -> name.endsWith(".yaml"));
        var texts = new ArrayList<String>();
        for (var file : files == null ? new File[0] : files) {
            texts.add(Chart.read(file.toPath()));
        }
        return texts;
    }

    private static String identity(JsonNode document) {
        var metadata = document.path("metadata");
        return document.path("kind").asText() + " " + metadata.path("namespace").asText() + "/"
                + metadata.path("name").asText();
    }

    private static void hasRecommendedLabels(JsonNode document) {
        if (!document.path("kind").asText().equals("CustomResourceDefinition")) {
            assertThat(document.at("/metadata/labels").properties().stream().map(Map.Entry::getKey))
                    .contains(
                            "helm.sh/chart",
                            "app.kubernetes.io/name",
                            "app.kubernetes.io/instance",
                            "app.kubernetes.io/version",
                            "app.kubernetes.io/managed-by");
        }
    }
}
