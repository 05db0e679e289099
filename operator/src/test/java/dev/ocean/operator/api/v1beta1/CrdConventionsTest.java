package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** The rules that hold for every definition, whatever its kind. */
class CrdConventionsTest {

    /** Our keywords; a new one is a decision. */
    private static final Set<String> KEYWORDS = Set.of(
            "additionalProperties",
            "default",
            "description",
            "enum",
            "format",
            "items",
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minItems",
            "minLength",
            "minimum",
            "pattern",
            "properties",
            "required",
            "type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-list-type",
            "x-kubernetes-map-type",
            "x-kubernetes-validations");

    @Nested
    class EveryField {

        @Test
        void isDescribedInSentences() {
            assertThat(fields().filter(SchemaField::isProperty)).allSatisfy(field -> assertThat(
                            field.schema().path("description").asText())
                    .describedAs("%s", field)
                    .matches("(?s)[A-Z`].*[.]"));
        }

        @Test
        void usesNoKeywordBeyondTheKnown() {
            assertThat(fields()).allSatisfy(field -> assertThat(names(field.schema()))
                    .describedAs("%s", field)
                    .isSubsetOf(KEYWORDS));
        }

        @Test
        void isNotCalledPhase() {
            assertThat(fields()).noneMatch(field -> field.name().equals("phase"));
        }

        @Test
        void hasAWholeNumberOrNoNumber() {
            assertThat(fields()).noneMatch(field -> field.isOfType("number"));
        }
    }

    @Nested
    class Bounds {

        @Test
        void everyStringHasALength() {
            assertThat(fields().filter(field -> field.isOfType("string") && !isConditionTime(field)))
                    .are(having("enum", "maxLength"));
        }

        @Test
        void everyListHasALength() {
            assertThat(fields().filter(field -> field.isOfType("array"))).are(having("maxItems"));
        }

        @Test
        void everyMapHasASize() {
            assertThat(fields().filter(field -> field.schema().has("additionalProperties")))
                    .are(having("maxProperties"));
        }

        @Test
        void everyNumberHasAFormatAndBoundsInWholeNumbers() {
            assertThat(fields().filter(field -> field.isOfType("integer"))).allSatisfy(field -> {
                assertThat(field.schema().path("format").asText())
                        .describedAs("%s", field)
                        .isIn("int32", "int64");
                assertThat(field.schema().path("minimum").isIntegralNumber())
                        .describedAs("%s", field)
                        .isTrue();
                // Generations count up for ever.
                assertThat(field.name().equals("observedGeneration")
                                || field.schema().path("maximum").isIntegralNumber())
                        .describedAs("%s", field)
                        .isTrue();
            });
        }

        @Test
        void whatHasNoRoomInAnIntIsLongAndAllElseIsShort() {
            assertThat(fields().filter(field -> field.isOfType("integer"))).allSatisfy(field -> assertThat(
                            field.schema().path("format").asText())
                    .describedAs("%s", field)
                    .isEqualTo(field.name().matches("observedGeneration|rows|.*Bytes") ? "int64" : "int32"));
        }

        /** metav1.Condition's schema has none, and its format is bound enough: the status is ours alone. */
        private static boolean isConditionTime(SchemaField field) {
            return field.name().equals("lastTransitionTime");
        }
    }

    @Nested
    class Names {

        @Test
        void enumsAreInCamelCase() {
            assertThat(fields().filter(field -> field.schema().has("enum")))
                    .allSatisfy(field -> assertThat(texts(field.schema().get("enum")))
                            .describedAs("%s", field)
                            .allMatch(value -> value.matches("([A-Z][a-z0-9]+)+")));
        }

        @Test
        void timesEndInTimeAndNothingElseDoes() {
            assertThat(fields()).allSatisfy(field -> assertThat(
                            field.schema().path("format").asText().equals("date-time"))
                    .describedAs("%s", field)
                    .isEqualTo(field.name().endsWith("Time")));
        }

        @Test
        void timesAreOnlyThoseThatAnInstantReads() {
            assertThat(fields().filter(field ->
                            field.name().endsWith("Time") && !field.path().contains("conditions")))
                    .isNotEmpty()
                    .allSatisfy(
                            field -> assertThat(field.schema().path("pattern").asText())
                                    .isEqualTo(CrdRefinement.INSTANT_PATTERN));
        }

        @Test
        void referencesEndInRefAndNameOneObjectAtomically() {
            assertThat(fields().filter(field -> field.name().endsWith("Ref")))
                    .isNotEmpty()
                    .allSatisfy(field -> {
                        assertThat(texts(field.schema().get("required")))
                                .describedAs("%s", field)
                                .containsExactly("name");
                        assertThat(field.schema().path("x-kubernetes-map-type").asText())
                                .describedAs("%s", field)
                                .isEqualTo("atomic");
                    });
        }

        @Test
        void onlyAnInstanceIsReferredToInAnotherNamespace() {
            assertThat(fields().filter(field ->
                            field.path().startsWith("spec.") && field.path().endsWith(".namespace")))
                    .allMatch(field -> field.path().endsWith("instanceRef.namespace"));
        }
    }

    @Nested
    class Lists {

        @Test
        void everyListSaysHowItMerges() {
            assertThat(fields().filter(field -> field.isOfType("array")))
                    .allSatisfy(field -> assertThat(listType(field))
                            .describedAs("%s", field)
                            .isIn("map", "map:name", "set", "atomic"));
        }

        @Test
        void namedThingsAreMapsByName() {
            assertThat(paths(fields().filter(field -> listType(field).equals("map:name"))))
                    .containsExactlyInAnyOrder(
                            "spec.extensions", "spec.schemas", "status.extensions", "status.orphans");
        }

        @Test
        void conditionsAreAMapByType() {
            assertThat(fields().filter(SchemaField::isConditions))
                    .hasSize(CrdFiles.KINDS.size())
                    .allMatch(field -> mapKey(field).equals("type"));
        }

        @Test
        void allowedExtensionsAreASet() {
            assertThat(paths(fields().filter(field -> listType(field).equals("set"))))
                    .containsExactly("spec.allowedExtensions");
        }

        private static List<String> paths(Stream<SchemaField> fields) {
            return fields.map(SchemaField::path).toList();
        }

        private static String listType(SchemaField field) {
            String type = field.schema().path("x-kubernetes-list-type").asText();
            return type.equals("map") && mapKey(field).equals("name") ? "map:name" : type;
        }

        private static String mapKey(SchemaField field) {
            return field.schema().path("x-kubernetes-list-map-keys").path(0).asText();
        }
    }

    @Nested
    class CelRules {

        @Test
        void appearOnce() {
            assertThat(fields())
                    .allSatisfy(field ->
                            assertThat(rules(field)).describedAs("%s", field).doesNotHaveDuplicates());
        }

        @Test
        void sayWhatMustBe() {
            assertThat(fields().flatMap(field -> rules(field).stream())
                            .map(rule -> rule.path("message").asText()))
                    .isNotEmpty()
                    .allMatch(message -> message.startsWith("must ") && message.length() <= 300);
        }

        @Test
        void standOnTheRootOnlyForTheName() {
            assertThat(fields().filter(field -> field.path().isEmpty())).allSatisfy(field -> assertThat(rules(field))
                    .describedAs("%s", field)
                    .extracting(rule -> rule.path("rule").asText())
                    .containsExactly(Rules.NAME_IS_LABEL));
        }

        /** On an optional field it would not run when the field appears or goes. */
        @Test
        void compareWithTheOldSelfOnlyWhereThereIsAlwaysOne() {
            var always = Set.of(
                    "spec",
                    "spec.projectRef",
                    "spec.encoding",
                    "spec.databaseRef",
                    "spec.verification",
                    "spec.backupRef",
                    "spec.confirmDatabaseName",
                    "spec.keepPreviousHours",
                    "spec.dryRun",
                    "spec.rollback");

            assertThat(fields().filter(field -> rules(field).stream()
                            .anyMatch(rule -> rule.path("rule").asText().contains("oldSelf"))))
                    .isNotEmpty()
                    .allMatch(field -> always.contains(field.path()));
        }

        @Test
        void haveAManifestEachThatBreaksThem() {
            List<Manifest> invalid = Manifest.invalid().toList();
            var unbroken = new ArrayList<String>();
            fields().forEach(field -> rules(field).stream()
                    .filter(rule -> invalid.stream().noneMatch(manifest -> breaks(manifest, field, rule)))
                    .forEach(rule ->
                            unbroken.add(field + ": " + rule.path("message").asText())));

            assertThat(unbroken).isEmpty();
        }

        private static boolean breaks(Manifest manifest, SchemaField field, JsonNode rule) {
            var expected = manifest.expected().orElseThrow();
            String kind = manifest.documents()
                    .getLast()
                    .lines()
                    .filter(line -> line.startsWith("kind: "))
                    .findFirst()
                    .orElseThrow();
            boolean sameKind =
                    field.crd().startsWith(kind.substring("kind: ".length()).toLowerCase(Locale.ROOT));
            return sameKind
                    && rule.path("message").asText().contains(expected.message())
                    && (field.path() + rule.path("fieldPath").asText())
                            .equals(expected.field().replaceAll("\\[\\d+]", "[]"));
        }

        private static List<JsonNode> rules(SchemaField field) {
            return elements(field.schema().path("x-kubernetes-validations"));
        }
    }

    @Nested
    class Roots {

        @Test
        void requireASpecification() {
            assertThat(fields().filter(field -> field.path().isEmpty()))
                    .allSatisfy(field ->
                            assertThat(texts(field.schema().path("required"))).containsExactly("spec"));
        }

        @Test
        void beginWithAStatusThatHasSeenNothing() {
            assertThat(fields().filter(field -> field.path().equals("status")))
                    .hasSize(CrdFiles.KINDS.size())
                    .allMatch(field -> field.schema().path("default").toString().equals("{\"observedGeneration\":-1}"));
        }

        @Test
        void haveConditionsAsKubernetesDefinesThem() {
            assertThat(fields().filter(field -> field.path().equals("status.conditions[]")))
                    .hasSize(CrdFiles.KINDS.size())
                    .allSatisfy(field -> {
                        var properties = field.schema().path("properties");
                        assertThat(texts(field.schema().path("required")))
                                .containsExactlyInAnyOrder("type", "status", "lastTransitionTime", "reason", "message");
                        assertThat(properties.at("/type/maxLength").asInt()).isEqualTo(316);
                        assertThat(properties.at("/type/pattern").asText()).isEqualTo(ConditionSchema.TYPE_PATTERN);
                        assertThat(texts(properties.at("/status/enum"))).containsExactly("True", "False", "Unknown");
                        assertThat(properties.at("/observedGeneration/minimum").asInt(-1))
                                .isZero();
                        assertThat(properties.at("/lastTransitionTime/format").asText())
                                .isEqualTo("date-time");
                        assertThat(properties.at("/lastTransitionTime/pattern").isMissingNode())
                                .isTrue();
                        assertThat(properties.at("/reason/minLength").asInt()).isOne();
                        assertThat(properties.at("/reason/maxLength").asInt()).isEqualTo(1024);
                        assertThat(properties.at("/reason/pattern").asText()).isEqualTo(ConditionSchema.REASON_PATTERN);
                        assertThat(properties.at("/message/maxLength").asInt()).isEqualTo(32_768);
                    });
        }
    }

    @Nested
    class Definitions {

        @Test
        void areNamespacedAndInOurCategoryOnly() {
            assertThat(CrdFiles.trees().values()).allSatisfy(crd -> {
                assertThat(crd.at("/spec/scope").asText()).isEqualTo("Namespaced");
                assertThat(crd.at("/spec/group").asText()).isEqualTo("ocean.dev");
                assertThat(texts(crd.at("/spec/names/categories"))).containsExactly("ocean");
            });
        }

        @Test
        void haveOneVersionWithAStatusSubresource() {
            assertThat(CrdFiles.trees().values()).allSatisfy(crd -> {
                assertThat(crd.at("/spec/versions")).hasSize(1);
                assertThat(crd.at("/spec/versions/0/name").asText()).isEqualTo("v1beta1");
                assertThat(crd.at("/spec/versions/0/subresources/status").isObject())
                        .isTrue();
            });
        }

        @Test
        void areFoundByShortName() {
            assertThat(shortName("projects")).isEqualTo("oprj");
            assertThat(shortName("postgresinstances")).isEqualTo("opgi");
            assertThat(shortName("manageddatabases")).isEqualTo("odb");
            assertThat(shortName("databasebackups")).isEqualTo("obak");
            assertThat(shortName("databaserestores")).isEqualTo("orst");
        }

        @Test
        void printColumnsInTheOrderOfTheDesign() {
            assertThat(columns("projects", 0)).isEqualTo("READY REASON DATABASES CLAIM AGE");
            assertThat(columns("projects", 1)).isEqualTo("READY-DATABASES MESSAGE");
            assertThat(columns("postgresinstances", 0)).isEqualTo("READY REASON VERSION HOST DATABASES AGE");
            assertThat(columns("postgresinstances", 1)).isEqualTo("MESSAGE");
            assertThat(columns("manageddatabases", 0)).isEqualTo("READY REASON DATABASE PROJECT AGE");
            assertThat(columns("manageddatabases", 1)).isEqualTo("SECRET LOGIN MESSAGE");
            assertThat(columns("databasebackups", 0)).isEqualTo("COMPLETE VERIFIED REASON DATABASE FINISHED AGE");
            assertThat(columns("databasebackups", 1)).isEqualTo("BYTES TABLES ROWS PATH MESSAGE");
            assertThat(columns("databaserestores", 0)).isEqualTo("COMPLETE REASON DATABASE BACKUP FINISHED AGE");
            assertThat(columns("databaserestores", 1)).isEqualTo("OUTAGE-MS PREVIOUS MESSAGE");
        }

        @Test
        void printOnlyWhatTheSchemaHas() {
            Map<String, List<String>> known = SchemaField.all()
                    .collect(Collectors.groupingBy(
                            SchemaField::crd, Collectors.mapping(SchemaField::path, Collectors.toList())));

            CrdFiles.trees()
                    .forEach((name, crd) -> assertThat(elements(crd.at("/spec/versions/0/additionalPrinterColumns")))
                            .extracting(column -> column.path("jsonPath").asText())
                            .filteredOn(path -> !path.startsWith(".metadata."))
                            .extracting(path -> path.substring(1).replaceAll("\\[[^]]*]", "[]"))
                            .isSubsetOf(known.get(name)));
        }

        @Test
        void canBeSelectedByWhatTheyReferTo() {
            assertThat(selectable("projects")).containsExactly(".spec.instanceRef.name");
            assertThat(selectable("postgresinstances")).isEmpty();
            assertThat(selectable("databasebackups")).containsExactly(".spec.databaseRef.name");
            assertThat(selectable("databaserestores")).containsExactly(".spec.databaseRef.name");
            assertThat(selectable("manageddatabases"))
                    .containsExactlyInAnyOrder(".spec.projectRef.name", ".spec.instanceRef.name");
        }

        @Test
        void carryLabelsAndTheMarkThatTheChartReplaces() {
            assertThat(CrdFiles.trees().values()).allSatisfy(crd -> {
                assertThat(crd.at("/metadata/labels")
                                .path("app.kubernetes.io/name")
                                .asText())
                        .isEqualTo("ocean-operator");
                assertThat(crd.at("/metadata/labels")
                                .path("app.kubernetes.io/part-of")
                                .asText())
                        .isEqualTo("ocean");
                assertThat(crd.at("/metadata/annotations")
                                .path(CrdRefinement.KEEP_MARKER)
                                .asText())
                        .isEqualTo("keep");
            });
        }

        @Test
        void tellServiceBindingWhoProvidesASecret() {
            assertThat(CrdFiles.trees()).allSatisfy((name, crd) -> assertThat(crd.at("/metadata/labels")
                            .path("servicebinding.io/provisioned-service")
                            .asText("false"))
                    .describedAs(name)
                    .isEqualTo(name.startsWith("manageddatabases.") ? "true" : "false"));
        }

        private static String shortName(String plural) {
            return crd(plural).at("/spec/names/shortNames/0").asText();
        }

        private static String columns(String plural, int priority) {
            return String.join(
                    " ",
                    elements(crd(plural).at("/spec/versions/0/additionalPrinterColumns")).stream()
                            .filter(column -> column.path("priority").asInt() == priority)
                            .map(column -> column.path("name").asText().toUpperCase(Locale.ROOT))
                            .toList());
        }

        private static List<String> selectable(String plural) {
            return elements(crd(plural).at("/spec/versions/0/selectableFields")).stream()
                    .map(field -> field.path("jsonPath").asText())
                    .toList();
        }

        private static JsonNode crd(String plural) {
            return Objects.requireNonNull(CrdFiles.trees().get(plural + ".ocean.dev"), plural);
        }
    }

    private static Stream<SchemaField> fields() {
        return SchemaField.all();
    }

    private static Condition<SchemaField> having(String... keywords) {
        return new Condition<>(
                field -> Stream.of(keywords).anyMatch(field.schema()::has), "one of %s", String.join(", ", keywords));
    }

    private static List<String> names(JsonNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return elements(array).stream().map(JsonNode::asText).toList();
    }

    private static List<JsonNode> elements(JsonNode array) {
        var elements = new ArrayList<JsonNode>();
        array.forEach(elements::add);
        return elements;
    }
}
