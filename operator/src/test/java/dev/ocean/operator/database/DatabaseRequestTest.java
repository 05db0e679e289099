package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.Extension;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.SecretTemplate;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.reference.DatabaseReferences;
import dev.ocean.operator.reference.EffectivePolicy;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class DatabaseRequestTest {

    private static final EffectivePolicy DROPPED = new EffectivePolicy(DeletionPolicy.DELETE, FinalBackup.NONE);

    private static DatabaseRequest parsed(Fixtures.Wish wish) {
        return DatabaseRequest.parse(Fixtures.cr(wish.spec()), Fixtures.references());
    }

    @Test
    void hasADefaultForEverythingThatIsNotAskedFor() {
        var request = parsed(Fixtures.wish());

        assertThat(request.names().database().value()).isEqualTo("shop_orders");
        assertThat(request.secretName()).isEqualTo("orders-credentials");
        assertThat(request.policy()).isEqualTo(EffectivePolicy.RETAIN);
        assertThat(request.settings().loginLimit()).isEqualTo(54);
        assertThat(request.settings().encoding()).isEqualTo("UTF8");
        assertThat(request.rotateAfter()).isEmpty();
        assertThat(request.memory().firstReady()).isEmpty();
    }

    @Test
    void sortsParameters() {
        var request =
                parsed(Fixtures.wish().withParameters(Map.of("work_mem", "8MB", "jit", "off", "timezone", "UTC")));

        assertThat(request.settings().parameters())
                .extracting(parameter -> parameter.name())
                .containsExactly("jit", "timezone", "work_mem");
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of("a reserved name", Fixtures.wish().withDatabaseName("postgres")),
                Arguments.of("the admin's name", Fixtures.wish().withDatabaseName("ocean_admin")),
                Arguments.of("a name of 64 bytes", Fixtures.wish().withDatabaseName("x".repeat(64))),
                Arguments.of("a name with a quote", Fixtures.wish().withDatabaseName("a\"b")),
                Arguments.of("a limit above the instance's", Fixtures.wish().withConnectionLimit(51)),
                Arguments.of("a limit of none", Fixtures.wish().withConnectionLimit(0)),
                Arguments.of("a limit that would mean no limit", Fixtures.wish().withConnectionLimit(-5)),
                Arguments.of(
                        "a parameter that would lock us out", Fixtures.wish().withParameters(Map.of("role", "x"))),
                Arguments.of("a parameter with a quote", Fixtures.wish().withParameters(Map.of("work_mem", "8'MB"))),
                Arguments.of("a schema of 64 bytes", Fixtures.wish().withSchemas("ü".repeat(32))),
                Arguments.of("a schema without a name", Fixtures.wish().withSchemas("")),
                Arguments.of("a schema of PostgreSQL's", Fixtures.wish().withSchemas("pg_catalog")),
                Arguments.of("a schema with NUL", Fixtures.wish().withSchemas("a\0b")),
                Arguments.of(
                        "an extension of 64 bytes",
                        Fixtures.wish().withExtensions(new Extension("ü".repeat(32), null, "public"))),
                Arguments.of(
                        "an extension's version of 64 bytes",
                        Fixtures.wish().withExtensions(new Extension("a", "1".repeat(64), "public"))),
                Arguments.of(
                        "an extension's empty version",
                        Fixtures.wish().withExtensions(new Extension("a", "", "public"))),
                Arguments.of(
                        "an extension into PostgreSQL's schema",
                        Fixtures.wish().withExtensions(new Extension("a", null, "pg_catalog"))),
                Arguments.of(
                        "a template that takes a key of ours",
                        Fixtures.wish().withTemplate(new SecretTemplate(Map.of(), Map.of(), Map.of("password", "x")))),
                Arguments.of(
                        "a template that names no key",
                        Fixtures.wish().withTemplate(new SecretTemplate(Map.of(), Map.of(), Map.of("A", "{{x}}")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalid")
    void isCheckedAgainInCode(String sentence, Fixtures.Wish wish) {
        var blocked = catchThrowableOfType(Blocked.class, () -> parsed(wish));

        assertThat(blocked).isNotNull();
        assertThat(blocked.problem().kind()).isEqualTo(ProblemKind.INVALID);
        assertThat(blocked.problem().reason()).isEqualTo(Reason.INVALID_SPEC);
        assertThat(blocked.problem().message()).contains("`spec.");
    }

    /** Whatever it asks for: data and roles are found by name alone. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("invalid")
    void aSpecificationThatBecameInvalidDoesNotHoldADeletion(String sentence, Fixtures.Wish wish) {
        var cr = Fixtures.cr(wish.spec());

        var request = DatabaseRequest.parseRemoved(cr, Fixtures.references(), DROPPED);

        assertThat(request.mark()).isEqualTo(Fixtures.mark("cr-1"));
        assertThat(request.policy()).isEqualTo(DROPPED);
    }

    @Test
    void onAnInstanceOfAnotherNamespaceTheNameBeginsWithTheOwn() {
        var plain = Fixtures.references();
        var shared = new DatabaseReferences(
                plain.installation(),
                plain.namespaceUid(),
                new ObjectId("PostgresInstance", "platform", "main", "i-1"),
                plain.server(),
                plain.allowedExtensions(),
                50,
                plain.adoption(),
                plain.restoring(),
                plain.noRoom());
        var cr = Fixtures.cr(Fixtures.wish().withDatabaseName("billing_orders").spec());

        assertThat(catchThrowableOfType(Blocked.class, () -> DatabaseRequest.parse(cr, shared))
                        .problem()
                        .reason())
                .isEqualTo(Reason.INVALID_SPEC);
        assertThat(DatabaseRequest.parse(cr, plain).names().database().value()).isEqualTo("billing_orders");
    }
}
