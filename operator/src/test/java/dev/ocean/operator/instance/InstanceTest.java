package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.testkit.Kstatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import static dev.ocean.operator.report.ConditionType.READY;
import static dev.ocean.operator.report.ConditionType.SERVER_OUTDATED;
import static dev.ocean.operator.report.ConditionType.SHARED_DATABASES_OPEN;
import static dev.ocean.operator.report.ConditionType.STALLED;
import static dev.ocean.operator.report.ConditionType.TLS_VERIFIED;
import static dev.ocean.operator.testkit.StatusAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class InstanceTest {

    @Nested
    class TheConnectionSecret {

        @Test
        void isReadWithItsDefaults() {
            var parsed = AdminSecret.parse("main-admin", Optional.of(Fixtures.secret(Fixtures.values())));

            assertThat(parsed.address().host()).isEqualTo("db.example.org");
            assertThat(parsed.address().port()).isEqualTo(5432);
            assertThat(parsed.login().username().value()).isEqualTo("ocean_admin");
            assertThat(parsed.login().password().reveal()).isEqualTo("pass-word-1");
            assertThat(parsed.login().maintenanceDatabase().value()).isEqualTo("postgres");
            assertThat(parsed.toString()).doesNotContain("pass-word-1");
        }

        @Test
        void mayEndItsValuesWithAnEditorsNewline() {
            var values = new java.util.HashMap<String, String>();
            Fixtures.values().forEach((key, value) -> values.put(key, value + "\n"));

            assertThat(AdminSecret.parse("main-admin", Optional.of(Fixtures.secret(values))))
                    .isEqualTo(AdminSecret.parse("main-admin", Optional.of(Fixtures.secret(Fixtures.values()))));
        }

        static Stream<Arguments> bad() {
            return Stream.of(
                    Arguments.of("host", null),
                    Arguments.of("host", ""),
                    Arguments.of("host", "secret.example.org:5432/x?y=z"),
                    Arguments.of("host", "secret host"),
                    Arguments.of("host", "[::1]"),
                    Arguments.of("port", null),
                    Arguments.of("port", "secret"),
                    Arguments.of("port", "0"),
                    Arguments.of("port", "65536"),
                    Arguments.of("port", "99999999999"),
                    Arguments.of("port", "-1"),
                    Arguments.of("username", null),
                    Arguments.of("username", "secret".repeat(11)),
                    Arguments.of("username", "secret\0"),
                    Arguments.of("password", null),
                    Arguments.of("password", " \n"),
                    Arguments.of("password", "secret\0"),
                    Arguments.of("database", ""),
                    Arguments.of("database", "secret".repeat(11)),
                    Arguments.of("sslmode", "prefer"),
                    Arguments.of("sslmode", "secret"),
                    Arguments.of("sslmode", ""),
                    Arguments.of("ca.crt", "secret"),
                    Arguments.of("ca.crt", "-----BEGIN CERTIFICATE-----\nsecret\n-----END CERTIFICATE-----"));
        }

        @ParameterizedTest(name = "{0} = {1}")
        @MethodSource("bad")
        void isRefusedByNameOfTheKeyAndWithoutAValue(String key, String value) {
            var secret = Fixtures.secret(Fixtures.valuesWith(key, value));

            var blocked =
                    catchThrowableOfType(Blocked.class, () -> AdminSecret.parse("main-admin", Optional.of(secret)));

            assertThat(blocked).isNotNull();
            assertThat(blocked.problem().kind()).isEqualTo(ProblemKind.INVALID);
            assertThat(blocked.problem().reason()).isEqualTo(Reason.ADMIN_SECRET_INVALID);
            assertThat(blocked.problem().message())
                    .contains(key)
                    .doesNotContain("secret.", "secrets", "secret\0", "secret ", "pass-word-1");
        }

        @Test
        void needsACaWhereTheServerHasToProveItself() {
            for (var mode : List.of("verify-full", "verify-ca")) {
                var secret = Fixtures.secret(Fixtures.valuesWith("sslmode", mode));

                assertThat(catchThrowableOfType(
                                        Blocked.class, () -> AdminSecret.parse("main-admin", Optional.of(secret)))
                                .problem()
                                .message())
                        .contains("ca.crt");
            }
            var silent = Fixtures.secret(Fixtures.valuesWith("sslmode", null));
            assertThat(catchThrowableOfType(Blocked.class, () -> AdminSecret.parse("main-admin", Optional.of(silent)))
                            .problem()
                            .message())
                    .contains("ca.crt");
        }

        @Test
        void needsItsOwnersConsent() {
            var secret = Fixtures.secret(Fixtures.values());
            secret.getMetadata().setLabels(Map.of("ocean.dev/role", "password"));

            assertThat(catchThrowableOfType(Blocked.class, () -> AdminSecret.parse("main-admin", Optional.of(secret)))
                            .problem()
                            .message())
                    .contains("ocean.dev/role");
            secret.getMetadata().setLabels(null);
            assertThat(catchThrowableOfType(Blocked.class, () -> AdminSecret.parse("main-admin", Optional.of(secret)))
                            .problem()
                            .message())
                    .contains("ocean.dev/role");
            assertThat(catchThrowableOfType(Blocked.class, () -> AdminSecret.parse("main-admin", Optional.empty()))
                            .problem()
                            .message())
                    .contains("main-admin");
        }
    }

    static Stream<Arguments> servers() {
        return Stream.of(
                Arguments.of("meets all", Fixtures.server(), null),
                Arguments.of(
                        "a superuser needs no attributes",
                        Fixtures.server("7400000000000000001", 170_012, "ocean_admin", true, false, false),
                        null),
                Arguments.of(
                        "14 is old enough",
                        Fixtures.server("7400000000000000001", 140_000, "ocean_admin", false, true, true),
                        null),
                Arguments.of(
                        "13 is too old",
                        Fixtures.server("7400000000000000001", 130_022, "ocean_admin", false, true, true),
                        Reason.INSTANCE_VERSION_UNSUPPORTED),
                Arguments.of(
                        "another server",
                        Fixtures.server("7400000000000000002", 170_012, "ocean_admin", false, true, true),
                        Reason.INSTANCE_IDENTITY_CHANGED),
                Arguments.of(
                        "another admin",
                        Fixtures.server("7400000000000000001", 170_012, "other", false, true, true),
                        Reason.ADMIN_NAME_CHANGED),
                Arguments.of(
                        "another admin, a superuser",
                        Fixtures.server("7400000000000000001", 170_012, "other", true, false, false),
                        null),
                Arguments.of(
                        "no CREATEDB",
                        Fixtures.server("7400000000000000001", 170_012, "ocean_admin", false, false, true),
                        Reason.INSUFFICIENT_PRIVILEGE),
                Arguments.of(
                        "no CREATEROLE",
                        Fixtures.server("7400000000000000001", 170_012, "ocean_admin", false, true, false),
                        Reason.INSUFFICIENT_PRIVILEGE),
                Arguments.of(
                        "all at once: another server first",
                        Fixtures.server("7400000000000000002", 130_000, "other", false, false, false),
                        Reason.INSTANCE_IDENTITY_CHANGED),
                Arguments.of(
                        "all but that: the version",
                        Fixtures.server("7400000000000000001", 130_000, "other", false, false, false),
                        Reason.INSTANCE_VERSION_UNSUPPORTED),
                Arguments.of(
                        "all but these: the admin",
                        Fixtures.server("7400000000000000001", 170_012, "other", false, false, false),
                        Reason.ADMIN_NAME_CHANGED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void theFirstViolationIsTold(String sentence, ServerFacts server, Reason reason) {
        var violation = InstanceRequirements.firstViolation(Fixtures.request(known()), server);

        assertThat(violation.map(Problem::reason)).isEqualTo(Optional.ofNullable(reason));
    }

    @Test
    void theGrantInTheMessageIsQuoted() {
        var violation = InstanceRequirements.firstViolation(
                Fixtures.request(known()),
                Fixtures.server("7400000000000000001", 170_012, "ocean_admin", false, false, true));

        assertThat(violation.orElseThrow().message()).endsWith("Run: ALTER ROLE \"ocean_admin\" CREATEDB;");
    }

    @Test
    void anotherServerIsTakenOnceAPersonAcceptedIt() {
        var other = Fixtures.server("7400000000000000002", 170_012, "ocean_admin", false, true, true);
        var wrong = Fixtures.request(Fixtures.annotated(known(), "ocean.dev/accept-identity", "7400000000000000003"));
        var right = Fixtures.request(Fixtures.annotated(known(), "ocean.dev/accept-identity", "7400000000000000002"));

        assertThat(InstanceRequirements.firstViolation(wrong, other).map(Problem::reason))
                .contains(Reason.INSTANCE_IDENTITY_CHANGED);
        assertThat(InstanceRequirements.firstViolation(right, other)).isEmpty();
    }

    private static PostgresInstance known() {
        return Fixtures.with(status(Fixtures.cr(), Fixtures.server(), Optional.empty()));
    }

    private static PostgresInstanceStatus status(PostgresInstance cr, ServerFacts server, Optional<Problem> problem) {
        return InstanceStatusMapper.next(
                cr, Fixtures.request(cr), new ObservedInstance(server, "17.12", 3, List.of()), problem, Fixtures.NOW);
    }

    @Nested
    class TheStatus {

        @Test
        void inOrder() {
            var status = status(Fixtures.cr(), Fixtures.server(), Optional.empty());

            assertThat(status)
                    .isWellFormed()
                    .isAbout(1)
                    .hasCondition(READY)
                    .isTrue()
                    .withReason(Reason.READY);
            assertThat(status).hasCondition(TLS_VERIFIED).isFalse().withReason(Reason.TLS_NOT_VERIFIED);
            assertThat(status)
                    .hasNoCondition(SERVER_OUTDATED)
                    .hasNoCondition(SHARED_DATABASES_OPEN)
                    .hasNoCondition(STALLED);
            assertThat(status.systemIdentifier()).isEqualTo("7400000000000000001");
            assertThat(status.adminName()).isEqualTo("ocean_admin");
            assertThat(status.databaseCount()).isEqualTo(3);
            assertThat(Kstatus.of(1, false, status.observedGeneration(), status.conditions()))
                    .isEqualTo(Kstatus.CURRENT);
        }

        @ParameterizedTest
        @CsvSource({
            "170011, true",
            "170012, false",
            "180006, true",
            "180007, false",
            "160015, true",
            "150019, true",
            "150020, false",
            "140001, false",
            "190000, false"
        })
        void aMinorWithAHoleIsTold(int version, boolean outdated) {
            var status = status(
                    Fixtures.cr(),
                    Fixtures.server("7400000000000000001", version, "ocean_admin", false, true, true),
                    Optional.empty());

            assertThat(status.conditions().stream()
                            .anyMatch(condition -> condition.getType().equals("ServerOutdated")))
                    .isEqualTo(outdated);
            assertThat(status).hasCondition(READY).isTrue();
        }

        @Test
        void openSharedDatabasesAreToldWithTheStatement() {
            var open = new ServerFacts(
                    "7400000000000000001", 170_012, "ocean_admin", false, true, true, List.of("postgres", "template1"));

            var status = status(Fixtures.cr(), open, Optional.empty());

            assertThat(status).hasCondition(SHARED_DATABASES_OPEN).isTrue().withReason(Reason.SHARED_DATABASES_OPEN);
        }

        @ParameterizedTest
        @EnumSource(
                value = Reason.class,
                names = {"INSTANCE_IDENTITY_CHANGED", "ADMIN_NAME_CHANGED"})
        void whatWasKnownOfAServerStaysKnownUntilAPersonAcceptsAnother(Reason reason) {
            var other = Fixtures.server("7400000000000000002", 170_012, "other", false, true, true);

            var status = status(known(), other, Optional.of(Problem.of(ProblemKind.INVALID, reason, "x")));

            assertThat(status.systemIdentifier()).isEqualTo("7400000000000000001");
            assertThat(status.adminName()).isEqualTo("ocean_admin");
            assertThat(status).isWellFormed().hasCondition(STALLED).isTrue();
        }

        /** Nothing was made with the wrong one, so nobody has to put it back. */
        @Test
        void anAdminOrServerThatNeverWasGoodEnoughIsNotRemembered() {
            var weak = Fixtures.server("7400000000000000009", 170_012, "app", false, false, false);
            var cr = Fixtures.with(status(
                    Fixtures.cr(),
                    weak,
                    Optional.of(Problem.of(ProblemKind.REFUSED, Reason.INSUFFICIENT_PRIVILEGE, "x"))));

            assertThat(InstanceRequirements.firstViolation(Fixtures.request(cr), Fixtures.server()))
                    .isEmpty();
        }

        @ParameterizedTest
        @EnumSource(ProblemKind.class)
        void whatCouldNotBeLookedAtStaysAsItWasKnown(ProblemKind kind) {
            var problem = Problem.of(kind, Reason.INSTANCE_UNREACHABLE, "x");
            var blocked = InstanceStatusMapper.blocked(known(), problem, Fixtures.NOW);
            var deleting = InstanceStatusMapper.deleting(known(), problem, Fixtures.NOW);

            assertThat(blocked).isWellFormed().hasCondition(TLS_VERIFIED).isFalse();
            assertThat(blocked.systemIdentifier()).isEqualTo("7400000000000000001");
            assertThat(deleting).isWellFormed().hasCondition(READY).isFalse().withReason(Reason.DELETION_BLOCKED);
            assertThat(InstanceStatusMapper.blocked(Fixtures.cr(), problem, Fixtures.NOW))
                    .isWellFormed();
        }

        @Test
        void atRestItIsTheSame() {
            var cr = known();

            assertThat(InstanceStatusMapper.next(
                            cr,
                            Fixtures.request(cr),
                            new ObservedInstance(Fixtures.server(), "17.12", 3, List.of()),
                            Optional.empty(),
                            Fixtures.NOW.plusSeconds(3600)))
                    .isEqualTo(cr.getStatus());
        }
    }
}
