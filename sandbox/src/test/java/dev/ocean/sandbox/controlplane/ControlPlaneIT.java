package dev.ocean.sandbox.controlplane;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class ControlPlaneIT {

    private static final String NAMESPACE = "default";

    private static ControlPlane controlPlane;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        controlPlane = ControlPlane.start();
        client = controlPlane.client();
    }

    @AfterAll
    static void close() {
        controlPlane.close();
    }

    @Test
    void keepsWhatIsApplied() {
        client.resource(configMap("kept").build()).serverSideApply();

        assertThat(read("kept").getData()).containsEntry("key", "value");
    }

    @Test
    void servesCustomResourcesAndHoldsThemToTheirSchema() {
        // Given
        client.load(ControlPlaneIT.class.getResourceAsStream("ControlPlaneIT/crd.yaml"))
                .serverSideApply();
        var context = new ResourceDefinitionContext.Builder()
                .withGroup("test.example")
                .withVersion("v1")
                .withKind("Parrot")
                .withPlural("parrots")
                .withNamespaced(true)
                .build();
        var parrots = client.genericKubernetesResources(context).inNamespace(NAMESPACE);

        // When
        await("the custom resource is served")
                .ignoreExceptions()
                .untilAsserted(() -> parrots.resource(parrot("polly", 3)).serverSideApply());

        // Then
        assertThat(parrots.list().getItems()).hasSize(1);
        assertThatThrownBy(() -> parrots.resource(parrot("methuselah", -1)).serverSideApply())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("spec.age");
    }

    @Test
    void letsAServiceAccountDoWhatItsRoleSaysAndNothingElse() {
        // Given
        client.resource(new ServiceAccountBuilder()
                        .withMetadata(named("reader"))
                        .build())
                .create();
        client.resource(new RoleBuilder()
                        .withMetadata(named("reader"))
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("configmaps")
                        .withVerbs("list")
                        .endRule()
                        .build())
                .create();
        client.resource(new RoleBindingBuilder()
                        .withMetadata(named("reader"))
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "reader")
                        .addNewSubject("", "ServiceAccount", "reader", NAMESPACE)
                        .build())
                .create();

        try (var reader = controlPlane.clientFor(NAMESPACE, "reader")) {
            await("the role is in force").ignoreExceptions().untilAsserted(() -> assertThat(
                            reader.configMaps().inNamespace(NAMESPACE).list().getItems())
                    .isNotEmpty());
            assertThatThrownBy(() -> reader.secrets().inNamespace(NAMESPACE).list())
                    .isInstanceOfSatisfying(KubernetesClientException.class, denied -> assertThat(denied.getCode())
                            .isEqualTo(403));
        }
    }

    @Test
    void collectsWhatHasNoOwnerLeft() {
        // Given
        var owner = client.resource(configMap("owner").build()).create();
        client.resource(configMap("owned")
                        .editMetadata()
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName("owner")
                        .withUid(owner.getMetadata().getUid())
                        .endOwnerReference()
                        .endMetadata()
                        .build())
                .create();

        // When
        client.resource(owner).delete();

        // Then
        await("the garbage collector").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withName("owned")
                        .get())
                .isNull());
    }

    @Test
    void countsWrites() {
        var labels = Map.of("verb", "POST", "resource", "configmaps");
        var before = controlPlane.metrics().sum("apiserver_request_total", labels);

        client.resource(configMap("counted").build()).create();

        assertThat(controlPlane.metrics().sum("apiserver_request_total", labels))
                .isGreaterThan(before);
    }

    @Test
    void answersAgainAfterTheApiServerWasFrozen() {
        client.resource(configMap("frozen").build()).create();

        controlPlane.pauseApiServer();
        controlPlane.resumeApiServer();

        assertThat(read("frozen").getData()).containsEntry("key", "value");
    }

    @Test
    void keepsItsPortAndItsDataWhenTheApiServerStartsAgain() {
        // Given
        client.resource(configMap("survivor").build()).create();
        var port = URI.create(controlPlane.url()).getPort();

        // When
        controlPlane.stopApiServer();
        assertThatThrownBy(() -> connect(port)).isInstanceOf(IOException.class);
        controlPlane.startApiServer();

        // Then
        assertThat(read("survivor").getData()).containsEntry("key", "value");
    }

    private static void connect(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
        }
    }

    private static ConfigMap read(String name) {
        return client.configMaps().inNamespace(NAMESPACE).withName(name).require();
    }

    private static ConfigMapBuilder configMap(String name) {
        return new ConfigMapBuilder().withMetadata(named(name)).addToData("key", "value");
    }

    private static GenericKubernetesResource parrot(String name, int age) {
        var parrot = new GenericKubernetesResource();
        parrot.setApiVersion("test.example/v1");
        parrot.setKind("Parrot");
        parrot.setMetadata(named(name));
        parrot.setAdditionalProperty("spec", Map.of("age", age));
        return parrot;
    }

    private static ObjectMeta named(String name) {
        var metadata = new ObjectMeta();
        metadata.setNamespace(NAMESPACE);
        metadata.setName(name);
        return metadata;
    }
}
