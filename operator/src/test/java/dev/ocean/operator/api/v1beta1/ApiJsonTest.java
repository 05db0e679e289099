package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.Extension;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.AllowedNamespaces;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.Limits;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

/** The records as JSON: through the client's serialization, and through a mapper that nobody prepared for Kubernetes. */
class ApiJsonTest {

    private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
    private static final ObjectMapper PLAIN =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    /** As the operator's client reads: what a newer API server or operator wrote must not stop it. */
    private static final KubernetesSerialization TOLERANT = new KubernetesSerialization(
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(
                            DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE,
                            DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
                    .build(),
            true);

    @ParameterizedTest
    @MethodSource("dev.ocean.operator.api.v1beta1.Manifest#valid")
    void everySpecificationSurvivesTheClient(Manifest manifest) {
        CustomResource<?, ?> object = typed(manifest.documents().getFirst());

        assertThat(typed(KUBERNETES.asYaml(object)).getSpec()).isEqualTo(object.getSpec());
    }

    @ParameterizedTest
    @MethodSource("dev.ocean.operator.api.v1beta1.Manifest#valid")
    void everySpecificationSurvivesAPlainMapper(Manifest manifest) throws JsonProcessingException {
        Object spec = typed(manifest.documents().getFirst()).getSpec();

        assertThat(PLAIN.readValue(PLAIN.writeValueAsString(spec), spec.getClass()))
                .isEqualTo(spec);
    }

    @Test
    void noFieldOfAFullSpecificationIsLostOrRenamed() {
        for (String name : List.of("valid-project-full.yaml", "valid-instance-full.yaml", "valid-database-full.yaml")) {
            String document = manifest(name);
            JsonNode written = KUBERNETES
                    .convertValue(KUBERNETES.unmarshal(document, Map.class), JsonNode.class)
                    .get("spec");

            assertThat(fields(KUBERNETES.convertValue(typed(document).getSpec(), JsonNode.class)))
                    .isEqualTo(fields(written));
        }
    }

    @Test
    void aFullStatusSurvives() throws JsonProcessingException {
        var status = new ManagedDatabaseStatus(
                3L,
                "shop_orders",
                "shop_orders__owner",
                "shop_orders__a",
                new ManagedDatabaseStatus.Binding("orders-credentials"),
                new ManagedDatabaseStatus.Instance("platform", "main", "uid"),
                Instant.parse("2026-11-22T10:00:00Z"),
                "17.5",
                new ManagedDatabaseStatus.Credentials(Instant.parse("2026-11-22T10:00:00Z")),
                new ManagedDatabaseStatus.RestoredFrom("nightly", 3, 42, 1),
                List.of(new ManagedDatabaseStatus.InstalledExtension("pgcrypto", "1.3")),
                List.of("Schema \"reporting\" is missing."),
                List.of());

        assertThat(KUBERNETES.unmarshal(KUBERNETES.asJson(status), ManagedDatabaseStatus.class))
                .isEqualTo(status);
        assertThat(PLAIN.readValue(PLAIN.writeValueAsString(status), ManagedDatabaseStatus.class))
                .isEqualTo(status);
    }

    @Test
    void anEmptyStatusIsAnEmptyObject() {
        assertThat(KUBERNETES.asJson(new ProjectStatus(null, null, null, null, List.of(), List.of())))
                .isEqualTo("{}");
    }

    @Test
    void timesAreWrittenToTheSecondInUtc() throws JsonProcessingException {
        var credentials = new ManagedDatabaseStatus.Credentials(Instant.parse("2026-11-22T10:00:00.987654321Z"));

        assertThat(KUBERNETES.asJson(credentials)).isEqualTo("{\"rotatedTime\":\"2026-11-22T10:00:00Z\"}");
        assertThat(PLAIN.writeValueAsString(credentials)).isEqualTo("{\"rotatedTime\":\"2026-11-22T10:00:00Z\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T10:00:00Z",
                "2026-11-22T10:00:00+14:59",
                "2026-11-22T10:00:00-14:59",
                "0000-01-01T00:00:00+14:59",
                "9999-12-31T23:59:59-14:59"
            })
    void everyTimeThatTheSchemaAdmitsIsRead(String time) {
        assertThat(time).matches(CrdRefinement.INSTANT_PATTERN);
        assertThat(KUBERNETES
                        .unmarshal("{\"rotateAfterTime\": \"" + time + "\"}", ManagedDatabaseSpec.Credentials.class)
                        .rotateAfterTime())
                .isNotNull();
    }

    @Test
    void whatIsAbsentReadsAsEmptyOrAsTheDefault() {
        ManagedDatabaseSpec spec = read("projectRef: {name: shop}", ManagedDatabaseSpec.class);

        assertThat(spec.encoding()).isEqualTo("UTF8");
        assertThat(spec.parameters()).isEmpty();
        assertThat(spec.extensions()).isEmpty();
        assertThat(spec.schemas()).isEmpty();
        assertThat(spec.deletionPolicy()).isNull();
    }

    @Test
    void noListOfAllowedExtensionsIsNotAnEmptyOne() {
        assertThat(KUBERNETES.unmarshal("{}", PostgresInstanceSpec.class).allowedExtensions())
                .isNull();
        assertThat(read("allowedExtensions: []", PostgresInstanceSpec.class).allowedExtensions())
                .isEmpty();
        assertThat(KUBERNETES.asJson(read("allowedExtensions: []", PostgresInstanceSpec.class)))
                .contains("\"allowedExtensions\":[]");
    }

    /** The schema's defaults and the records' are written in two places. */
    @Test
    void recordsAndSchemasHaveTheSameDefaults() {
        assertThat(schemaDefault("manageddatabases.ocean.dev spec.encoding"))
                .isEqualTo("\"" + ManagedDatabaseSpec.DEFAULT_ENCODING + "\"");
        assertThat(schemaDefault("manageddatabases.ocean.dev spec.extensions[].schema"))
                .isEqualTo("\"" + Extension.DEFAULT_SCHEMA + "\"");
        assertThat(schemaDefault("postgresinstances.ocean.dev spec.limits.connectionsPerDatabase"))
                .isEqualTo(String.valueOf(Limits.DEFAULT_CONNECTIONS_PER_DATABASE));
        assertThat(schemaDefault("postgresinstances.ocean.dev spec.allowedNamespaces.from"))
                .isEqualTo("\"Same\"");
        assertThat(KUBERNETES.unmarshal("{}", PostgresInstanceSpec.class).allowedNamespaces())
                .isEqualTo(new AllowedNamespaces(PostgresInstanceSpec.From.SAME, null));
    }

    @Test
    void mapsAreReadInTheOrderOfTheirKeys() {
        ManagedDatabaseSpec spec = read("""
                projectRef: {name: shop}
                parameters: {work_mem: 16MB, jit: 'off', timezone: UTC}
                """, ManagedDatabaseSpec.class);

        assertThat(spec.parameters().keySet()).containsExactly("jit", "timezone", "work_mem");
    }

    @Test
    void valuesOfANewerVersionReadAsNullButThoseThatKeepData() {
        ManagedDatabaseSpec spec = TOLERANT.unmarshal("""
                projectRef: {name: shop}
                deletionPolicy: Archive
                adoptionPolicy: Never
                """, ManagedDatabaseSpec.class);
        PostgresInstanceSpec instance =
                TOLERANT.unmarshal("allowedNamespaces: {from: Some}", PostgresInstanceSpec.class);

        var onDelete = TOLERANT.unmarshal("backups: Archive\nfinalBackup: Twice", ProjectSpec.OnDelete.class);

        assertThat(spec.deletionPolicy()).isEqualTo(ManagedDatabaseSpec.DeletionPolicy.RETAIN);
        assertThat(onDelete.backups()).isEqualTo(ProjectSpec.BackupPolicy.RETAIN);
        assertThat(onDelete.finalBackup()).isEqualTo(ProjectSpec.FinalBackup.REQUIRED);
        assertThat(instance.allowedNamespaces().from()).isNull();
    }

    private static <T> T read(String yaml, Class<T> type) {
        return KUBERNETES.unmarshal(yaml, type);
    }

    private static String schemaDefault(String field) {
        return SchemaField.all()
                .filter(candidate -> candidate.toString().equals(field))
                .findFirst()
                .orElseThrow()
                .schema()
                .path("default")
                .toString();
    }

    /** Field names at every depth; values are compared by other tests, and times are written in another zone. */
    private static Map<String, Object> fields(JsonNode object) {
        var fields = new LinkedHashMap<String, Object>();
        object.properties()
                .forEach(entry -> fields.put(
                        entry.getKey(),
                        entry.getValue().isObject()
                                ? fields(entry.getValue())
                                : entry.getValue().getNodeType()));
        return fields;
    }

    private static String manifest(String name) {
        return Manifest.valid()
                .filter(manifest -> manifest.name().equals(name))
                .findFirst()
                .orElseThrow()
                .documents()
                .getFirst();
    }

    private static CustomResource<?, ?> typed(String document) {
        var kind =
                Objects.requireNonNull(KUBERNETES.unmarshal(document, Map.class).get("kind"));
        Class<? extends HasMetadata> type = CrdFiles.kind(kind.toString());
        return (CustomResource<?, ?>) KUBERNETES.unmarshal(document, type);
    }
}
