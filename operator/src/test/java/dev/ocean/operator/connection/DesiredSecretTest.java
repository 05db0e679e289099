package dev.ocean.operator.connection;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class DesiredSecretTest {

    private static final ObjectId OWNER = new ObjectId("ManagedDatabase", "shop", "orders", "u-1");
    private static final Instant TIME = Instant.parse("2026-11-22T10:00:00Z");
    private static final ObjectName NAME = new ObjectName(Secret.class, "shop", "login");

    private static DesiredSecret desired(SecretTemplate template) {
        return new DesiredSecret(
                "login",
                OWNER,
                "shop",
                Map.of("username", "a", "password", "12345678", "uri", "u?{{host}}"),
                template,
                TIME);
    }

    private static DesiredSecret desired() {
        return desired(SecretTemplate.NONE);
    }

    @Test
    void isMadeWithItsOwnerItsTypeAndItsLabels() {
        var secret = desired().object();

        assertThat(secret.getType()).isEqualTo("servicebinding.io/postgresql");
        assertThat(secret.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo("u-1");
            assertThat(owner.getController()).isTrue();
        });
        assertThat(secret.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/managed-by", "ocean")
                .containsEntry("ocean.dev/owner", "orders")
                .containsEntry("ocean.dev/project", "shop")
                .doesNotContainKey("app.kubernetes.io/instance");
        assertThat(secret.getStringData()).isNullOrEmpty();
        assertThat(desired().toString()).doesNotContain("12345678");
    }

    @Test
    void aSecretAsMadeNeedsNoPatch() {
        assertThat(desired().patch(ours(desired().object()))).isEmpty();
    }

    /** What somebody does to the Secret as made. */
    static Stream<Arguments> edits() {
        return Stream.of(
                Arguments.of("a value edited", change(secret -> secret.getData().put("uri", encoded("evil")))),
                Arguments.of(
                        "a value removed", change(secret -> secret.getData().remove("uri"))),
                Arguments.of("a value that is no text", change(secret -> secret.getData()
                        .put("uri", "//79"))),
                Arguments.of("a key of a rotation left over", change(secret -> secret.getData()
                        .put("next-password", encoded("x")))),
                Arguments.of(
                        "a label removed",
                        change(secret -> secret.getMetadata().getLabels().remove("ocean.dev/owner"))),
                Arguments.of(
                        "an annotation edited",
                        change(secret -> secret.getMetadata().getAnnotations().put("ocean.dev/password-time", "now"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("edits")
    void whatIsOursIsBroughtBackAndWhatIsTheUsersStays(String sentence, Consumer<Secret> change) {
        var world = new SimulatedWorld();
        var edited = desired().object();
        edited.getData().put("my-key", encoded("mine"));
        edited.getMetadata().getLabels().put("my-label", "mine");
        edited.getMetadata().getAnnotations().put("my-annotation", "mine");
        change.accept(edited);
        world.api.store(edited);

        world.api.patch(NAME, desired().patch(ours(read(world))).orElseThrow());

        var patched = read(world);
        assertThat(desired().patch(ours(patched))).isEmpty();
        assertThat(SimulatedWorld.decoded(patched)).containsOnlyKeys("username", "password", "uri", "my-key");
        assertThat(patched.getMetadata().getLabels()).containsEntry("my-label", "mine");
        assertThat(patched.getMetadata().getAnnotations()).containsEntry("my-annotation", "mine");
    }

    @Test
    void whatIsTakenOutOfTheTemplateGoesOutOfTheSecret() {
        var world = new SimulatedWorld();
        var before = new SecretTemplate(
                Map.of("team", "a"), Map.of("note", "b"), Map.of("URL", "{{uri}}", "USER", "{{ username }}"));
        world.api.store(desired(before).object());

        world.api.patch(NAME, desired().patch(ours(read(world))).orElseThrow());

        var patched = read(world);
        assertThat(SimulatedWorld.decoded(patched)).containsOnlyKeys("username", "password", "uri");
        assertThat(patched.getMetadata().getLabels()).doesNotContainKey("team");
        assertThat(patched.getMetadata().getAnnotations()).doesNotContainKey("note");
        assertThat(desired().patch(ours(patched))).isEmpty();
    }

    @Test
    void aTemplatesLabelNeverReplacesOneOfOurs() {
        var secret = desired(new SecretTemplate(
                        Map.of("ocean.dev/owner", "evil"), Map.of("ocean.dev/password-time", "evil"), Map.of()))
                .object();

        assertThat(secret.getMetadata().getLabels()).containsEntry("ocean.dev/owner", "orders");
        assertThat(secret.getMetadata().getAnnotations()).containsEntry("ocean.dev/password-time", TIME.toString());
    }

    @Test
    void aPatchIsForTheSecretThatWasSeen() {
        var seen = desired().object();
        seen.getMetadata().setUid("s-1");
        seen.getMetadata().setResourceVersion("7");
        seen.getData().remove("uri");

        var patch = desired().patch(ours(seen)).orElseThrow();

        assertThat(String.valueOf(patch.get("metadata"))).contains("uid=s-1", "resourceVersion=7");
    }

    @Test
    void placeholdersAreFilledOnceAndOnlyOurs() {
        var template = new SecretTemplate(
                Map.of(),
                Map.of(),
                Map.of("A", "{{username}}:{{ password }}", "B", "{{uri}}", "C", "{{ca.crt}}|$1 \\ {{", "D", "plain"));

        var values = SimulatedWorld.decoded(desired(template).object());

        assertThat(values)
                .containsEntry("A", "a:12345678")
                .containsEntry("B", "u?{{host}}")
                .containsEntry("C", "|$1 \\ {{")
                .containsEntry("D", "plain");
    }

    static Stream<Arguments> objections() {
        return Stream.of(
                Arguments.of(Map.of("A", "{{username}}"), true),
                Arguments.of(Map.of("A", "{{next-password}}"), true),
                Arguments.of(Map.of("A", "{{nobody}}"), false),
                Arguments.of(Map.of("A", "{{PASSWORD}}"), false),
                Arguments.of(Map.of("password", "x"), false),
                Arguments.of(Map.of("next-username", "x"), false),
                Arguments.of(Map.of("ca.crt", "x"), false));
    }

    @ParameterizedTest
    @MethodSource("objections")
    void aTemplateNamesOurKeysAndTakesNone(Map<String, String> data, boolean accepted) {
        assertThat(new SecretTemplate(Map.of(), Map.of(), data).objection().isEmpty())
                .isEqualTo(accepted);
    }

    static Stream<Arguments> owners() {
        return Stream.of(
                Arguments.of(
                        "ours", "ocean.dev/v1beta1", "ManagedDatabase", "orders", "u-1", ObservedSecret.Ours.class),
                Arguments.of(
                        "ours in a later version of the API",
                        "ocean.dev/v1",
                        "ManagedDatabase",
                        "orders",
                        "u-1",
                        ObservedSecret.Ours.class),
                Arguments.of(
                        "a gone predecessor's",
                        "ocean.dev/v1beta1",
                        "ManagedDatabase",
                        "orders",
                        "u-0",
                        ObservedSecret.Releasing.class),
                Arguments.of(
                        "another object's",
                        "ocean.dev/v1beta1",
                        "ManagedDatabase",
                        "invoices",
                        "u-0",
                        ObservedSecret.Foreign.class),
                Arguments.of(
                        "another kind's",
                        "ocean.dev/v1beta1",
                        "DatabaseUser",
                        "orders",
                        "u-0",
                        ObservedSecret.Foreign.class),
                Arguments.of(
                        "another group's",
                        "example.org/v1",
                        "ManagedDatabase",
                        "orders",
                        "u-0",
                        ObservedSecret.Foreign.class),
                Arguments.of(
                        "another group's whose name begins alike",
                        "ocean.devil/v1",
                        "ManagedDatabase",
                        "orders",
                        "u-0",
                        ObservedSecret.Foreign.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("owners")
    void tellsWhoseASecretIs(
            String sentence, String apiVersion, String kind, String name, String uid, Class<?> expected) {
        var secret = new SecretBuilder(desired().object())
                .editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(apiVersion)
                        .withKind(kind)
                        .withName(name)
                        .withUid(uid)
                        .build())
                .endMetadata()
                .build();

        assertThat(ObservedSecret.of(Optional.of(secret), OWNER)).isInstanceOf(expected);
        assertThat(ObservedSecret.of(Optional.of(secret), OWNER).toString()).doesNotContain("12345678");
    }

    @Test
    void noSecretIsAbsentAndOneWithoutOwnerForeign() {
        var orphan = new SecretBuilder(desired().object())
                .editMetadata()
                .withOwnerReferences()
                .endMetadata()
                .build();

        assertThat(ObservedSecret.of(Optional.empty(), OWNER)).isInstanceOf(ObservedSecret.Absent.class);
        assertThat(ObservedSecret.of(Optional.of(orphan), OWNER)).isInstanceOf(ObservedSecret.Foreign.class);
    }

    @Test
    void anEmptySecretOfOursHasNoLogin() {
        var empty = new SecretBuilder(desired().object())
                .withData(null)
                .editMetadata()
                .withAnnotations(Map.of())
                .withUid("x")
                .withResourceVersion("1")
                .endMetadata()
                .build();
        var ours = (ObservedSecret.Ours) ObservedSecret.of(Optional.of(empty), OWNER);

        assertThat(ours.credentials()).isEmpty();
        assertThat(ours.next()).isEmpty();
        assertThat(ours.passwordTime()).isEmpty();
    }

    private static Consumer<Secret> change(Consumer<Secret> change) {
        return change;
    }

    private static Secret read(SimulatedWorld world) {
        return (Secret) world.api.read(NAME).orElseThrow();
    }

    private static ObservedSecret.Ours ours(Secret secret) {
        var known = new SecretBuilder(secret).build();
        if (known.getMetadata().getUid() == null) {
            known.getMetadata().setUid("s-1");
            known.getMetadata().setResourceVersion("1");
        }
        return (ObservedSecret.Ours) ObservedSecret.of(Optional.of(known), OWNER);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
