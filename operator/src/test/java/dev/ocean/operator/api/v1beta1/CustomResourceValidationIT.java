package dev.ocean.operator.api.v1beta1;

import dev.ocean.operator.docs.Documents;
import dev.ocean.sandbox.controlplane.ControlPlane;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What a real API server says to the manifests, with our definitions in it. */
class CustomResourceValidationIT {

    private static final String NAMESPACE = "crd-validation";
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private static ControlPlane controlPlane;
    private static KubernetesClient client;

    @BeforeAll
    static void installDefinitions() {
        controlPlane = ControlPlane.start();
        client = controlPlane.client();
        CrdFiles.render().values().forEach(yaml -> client.resource(yaml).serverSideApply());
        for (var kind : CrdFiles.KINDS) {
            Awaitility.await(kind.getSimpleName() + " is served")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> client.resources(kind).inAnyNamespace().list() != null);
        }
        client.resource(namespace(NAMESPACE)).serverSideApply();
    }

    @AfterEach
    void removeObjects() {
        CrdFiles.KINDS.forEach(
                kind -> client.resources(kind).inNamespace(NAMESPACE).delete());
    }

    @AfterAll
    static void stop() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("dev.ocean.operator.api.v1beta1.Manifest#valid")
    void acceptsEachStateOfAValidManifest(Manifest manifest) {
        manifest.documents().forEach(CustomResourceValidationIT::put);

        assertThat(typed(live(manifest)).getSpec())
                .describedAs(
                        "what the server stored, its defaults included, reads as what the file reads as without a server")
                .isEqualTo(typed(manifest.documents().getLast()).getSpec());
    }

    @ParameterizedTest
    @MethodSource("dev.ocean.operator.api.v1beta1.Manifest#valid")
    void acceptsAnUpdateThatLeavesTheSpecificationAlone(Manifest manifest) {
        manifest.documents().forEach(CustomResourceValidationIT::put);

        var touched = live(manifest);
        touched.getMetadata().setFinalizers(List.of("ocean.dev/test"));
        client.resource(touched).update();
        touched = live(manifest);
        touched.getMetadata().setFinalizers(List.of());
        client.resource(touched).update();

        assertThat(live(manifest).getMetadata().getFinalizers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.ocean.operator.api.v1beta1.Manifest#invalid")
    void refusesTheLastStateOfAnInvalidManifest(Manifest manifest) {
        var expected = manifest.expected().orElseThrow();
        manifest.documents().subList(0, manifest.documents().size() - 1).forEach(CustomResourceValidationIT::put);

        var refusal = catchThrowableOfType(
                KubernetesClientException.class, () -> put(manifest.documents().getLast()));

        assertThat(refusal).describedAs("accepted: %s", manifest).isNotNull();
        assertThat(refusal.getStatus().getDetails().getCauses())
                .describedAs("an error at \"%s\" that says \"%s\"", expected.field(), expected.message())
                .anyMatch(cause -> cause.getMessage().contains(expected.message())
                        && cause.getField().equals(expected.field().isEmpty() ? "<nil>" : expected.field()));
    }

    @Test
    void acceptsTheExamples() throws IOException {
        List<HasMetadata> examples = examples();
        examples.stream()
                .map(example -> example.getMetadata().getNamespace())
                .filter(name -> name != null)
                .distinct()
                .forEach(name -> client.resource(namespace(name)).serverSideApply());

        assertThat(examples).isNotEmpty().allSatisfy(example -> client.resource(example)
                .fieldValidation(Validation.STRICT)
                .serverSideApply());
    }

    /** Theirs, and the Kubernetes ones beside them. */
    @ParameterizedTest
    @MethodSource("dev.ocean.operator.docs.Documents#examples")
    void acceptsWhatDocumentsShow(Documents.Example example) {
        client.resource(namespace("shop")).serverSideApply();

        var objects = client.load(new ByteArrayInputStream(example.yaml().getBytes(UTF_8)))
                .items();

        assertThat(objects).isNotEmpty().allSatisfy(object -> client.resource(object)
                .fieldValidation(Validation.STRICT)
                .serverSideApply());
    }

    @Test
    void anObjectNobodyHasSeenObservesGenerationMinusOne() {
        put(minimal("project"));

        assertThat(client.resources(Project.class)
                        .inNamespace(NAMESPACE)
                        .withName("t")
                        .get()
                        .getStatus()
                        .observedGeneration())
                .isEqualTo(-1);
    }

    @Test
    void acceptsAStatusWithEveryField() {
        put(minimal("database"));
        var database = client.resources(ManagedDatabase.class)
                .inNamespace(NAMESPACE)
                .withName("t")
                .get();
        var status = new ManagedDatabaseStatus(
                1L,
                "shop_orders",
                "shop_orders__owner",
                "shop_orders__a",
                new ManagedDatabaseStatus.Binding("orders-credentials"),
                new ManagedDatabaseStatus.Instance("platform", "main", "f7ab4a36-2e5f-4a5e-8a0e-1c2d3e4f5a6b"),
                Instant.parse("2026-11-22T10:00:00.999Z"),
                "17.5",
                new ManagedDatabaseStatus.Credentials(Instant.parse("2026-11-22T10:00:00Z")),
                new ManagedDatabaseStatus.RestoredFrom("nightly", 3, 42, 1),
                List.of(new ManagedDatabaseStatus.InstalledExtension("pgcrypto", "1.3")),
                List.of("Schema \"reporting\" is missing."),
                List.of(ready()));

        database.setStatus(status);
        client.resource(database).updateStatus();

        assertThat(client.resources(ManagedDatabase.class)
                        .inNamespace(NAMESPACE)
                        .withName("t")
                        .get()
                        .getStatus())
                .isEqualTo(status);
    }

    @Test
    void refusesToMakeAShellOfADeletedObject() {
        var finalizerOnly = SERIALIZATION.unmarshal("""
                apiVersion: ocean.dev/v1beta1
                kind: ManagedDatabase
                metadata: {name: gone, namespace: crd-validation, finalizers: [ocean.dev/test]}
                """, GenericKubernetesResource.class);

        assertThatThrownBy(() -> client.resource(finalizerOnly).serverSideApply())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(422));
    }

    @Test
    void findsDatabasesByProjectAndInstance() {
        put(Manifest.valid()
                .filter(manifest -> manifest.name().equals("valid-database-full.yaml"))
                .findFirst()
                .orElseThrow()
                .documents()
                .getFirst());

        assertThat(client.resources(ManagedDatabase.class)
                        .inNamespace(NAMESPACE)
                        .withFields(Map.of("spec.projectRef.name", "shop", "spec.instanceRef.name", "main"))
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(client.resources(ManagedDatabase.class)
                        .inNamespace(NAMESPACE)
                        .withField("spec.projectRef.name", "other")
                        .list()
                        .getItems())
                .isEmpty();
    }

    /** Creates the object, or replaces the one of its name. An unknown field is an error here, where {@code kubectl} would say so too. */
    private static void put(String document) {
        GenericKubernetesResource desired = generic(document);
        Resource<GenericKubernetesResource> resource = client.resource(desired);
        var live = resource.get();
        if (live == null) {
            resource.fieldValidation(Validation.STRICT).create();
            return;
        }
        desired.getMetadata().setResourceVersion(live.getMetadata().getResourceVersion());
        client.resource(desired).fieldValidation(Validation.STRICT).update();
    }

    private static GenericKubernetesResource live(Manifest manifest) {
        return client.resource(generic(manifest.documents().getLast())).get();
    }

    private static GenericKubernetesResource generic(String document) {
        var resource = SERIALIZATION.unmarshal(document, GenericKubernetesResource.class);
        resource.getMetadata().setNamespace(NAMESPACE);
        return resource;
    }

    private static CustomResource<?, ?> typed(GenericKubernetesResource resource) {
        return (CustomResource<?, ?>) SERIALIZATION.convertValue(resource, CrdFiles.kind(resource.getKind()));
    }

    private static CustomResource<?, ?> typed(String document) {
        return typed(generic(document));
    }

    private static String minimal(String kind) {
        return Manifest.valid()
                .filter(manifest -> manifest.name().matches("valid-" + kind + "-(minimal|empty)[.]yaml"))
                .findFirst()
                .orElseThrow()
                .documents()
                .getFirst();
    }

    private static List<HasMetadata> examples() throws IOException {
        try (Stream<Path> files = Files.walk(CrdFiles.repository().resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted(Comparator.naturalOrder())
                    .flatMap(CustomResourceValidationIT::objects)
                    .toList();
        }
    }

    private static Stream<HasMetadata> objects(Path file) {
        try (var yaml = Files.newInputStream(file)) {
            return client.load(yaml).items().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HasMetadata namespace(String name) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }

    private static Condition ready() {
        return new ConditionBuilder()
                .withType("Ready")
                .withStatus("True")
                .withObservedGeneration(1L)
                .withLastTransitionTime("2026-11-22T10:00:00Z")
                .withReason("Ready")
                .withMessage("The database is ready.")
                .build();
    }
}
