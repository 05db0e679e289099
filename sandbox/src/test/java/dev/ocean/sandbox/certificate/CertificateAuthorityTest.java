package dev.ocean.sandbox.certificate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("test-ca", Clock.fixed(NOW, ZoneOffset.UTC));

    // A key takes most of a second: each is made once.
    private static final String SERVER = AUTHORITY.server("a-server").certificate();
    private static final String CLIENT =
            AUTHORITY.client("admin", "system:masters").certificate();

    @Test
    void signsCertificatesThatVerifyAgainstIt() throws GeneralSecurityException {
        var server = parsed(SERVER);

        validate(server, NOW);
    }

    @Test
    void isAnAuthorityAndItsClientsAreNot() throws GeneralSecurityException {
        assertThat(parsed(AUTHORITY.certificate()).getBasicConstraints()).isNotNegative();
        assertThat(parsed(CLIENT).getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void namesTheLoopbackAddressesOfServers() throws GeneralSecurityException {
        var names = parsed(SERVER).getSubjectAlternativeNames();

        assertThat(names.stream().map(name -> name.get(1).toString()))
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    @Test
    void putsGroupsIntoTheSubject() throws GeneralSecurityException {
        var client = parsed(CLIENT);

        assertThat(client.getSubjectX500Principal().getName()).isEqualTo("CN=admin,O=system:masters");
    }

    @Test
    void allowsForClocksThatAreBehind() throws GeneralSecurityException {
        validate(parsed(CLIENT), NOW.minus(Duration.ofMinutes(30)));
    }

    private static void validate(X509Certificate certificate, Instant when) throws GeneralSecurityException {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(parsed(AUTHORITY.certificate()), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(when));
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    private static X509Certificate parsed(String pem) throws GeneralSecurityException {
        var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
    }
}
