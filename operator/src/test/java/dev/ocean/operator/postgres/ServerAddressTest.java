package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServerAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db",
                "db.shop.svc.cluster.local",
                "db.shop.svc.cluster.local.",
                "my_db",
                "10.0.0.1",
                "::1",
                "2001:db8::10",
                "::ffff:10.0.0.1",
                "xn--bcher-kva.example"
            })
    void takesNamesAndAddresses(String host) {
        assertThat(new ServerAddress(host, 5432, TlsMode.REQUIRE, null).host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "h:5432/db?x=y",
                "a,b",
                "a/b",
                "a?sslmode=disable",
                "[::1]",
                "a b",
                "-a",
                "a..b",
                ".",
                "/tmp",
                "%2F",
                "a\nb",
                "a:5432",
                ":",
                "::1%eth0",
                "bücher.example",
                "a123456789a123456789a123456789a123456789a123456789a123456789a123.b"
            })
    void refusesEverythingElse(String host) {
        assertInvalid(() -> new ServerAddress(host, 5432, TlsMode.REQUIRE, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void refusesPortsOutOfRange(int port) {
        assertInvalid(() -> new ServerAddress("db", port, TlsMode.REQUIRE, null));
    }

    @Test
    void needsCertificatesToVerify() {
        assertInvalid(() -> new ServerAddress("db", 5432, TlsMode.VERIFY_FULL, null));
        assertInvalid(() -> new ServerAddress("db", 5432, TlsMode.VERIFY_CA, "no certificate"));
        assertInvalid(() -> new ServerAddress(
                "db", 5432, TlsMode.VERIFY_CA, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    }

    @Test
    void knowsTheModesThatDoNotFallBack() {
        assertThat(TlsMode.of("verify-full")).contains(TlsMode.VERIFY_FULL);
        assertThat(TlsMode.of("prefer")).isEmpty();
        assertThat(TlsMode.of("VERIFY_FULL")).isEmpty();
    }

    private static void assertInvalid(ThrowingCallable construction) {
        assertThatExceptionOfType(Blocked.class)
                .isThrownBy(construction)
                .extracting(Blocked::problem)
                .satisfies(problem -> {
                    assertThat(problem.kind()).isEqualTo(ProblemKind.INVALID);
                    assertThat(problem.reason()).isEqualTo(Reason.ADMIN_SECRET_INVALID);
                });
    }
}
