package dev.ocean.sandbox.certificate;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Signs certificates that are valid from an hour ago for thirty days. The profile is that of RFC 5280 as far as the verifiers of
 * Go, OpenSSL and the JDK ask for it; it has no key identifiers, revocation or path lengths.
 */
public final class CertificateAuthority {

    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final Duration LIFETIME = Duration.ofDays(30);

    private final String name;
    private final KeyPair keys;
    private final Instant now;
    private final String certificate;

    private CertificateAuthority(String name, KeyPair keys, Instant now) {
        this.name = name;
        this.keys = keys;
        this.now = now;
        this.certificate =
                signed(List.of(), name, keys.getPublic(), List.of(basicConstraints(true), keyUsage(0x06, 1)));
    }

    public static CertificateAuthority create(String name, Clock clock) {
        return new CertificateAuthority(name, Pem.newKeyPair(), clock.instant());
    }

    /** {@return PEM} */
    public String certificate() {
        return certificate;
    }

    /** A server of the loopback address and {@code localhost}; it may use the certificate as a client, too. */
    public Identity server(String commonName) {
        return issue(commonName, List.of(), List.of(alternativeNames()));
    }

    /**
     * A client of this name.
     *
     * @param groups organizations of the subject: what Kubernetes reads as groups
     */
    public Identity client(String commonName, String... groups) {
        return issue(commonName, List.of(groups), List.of());
    }

    private Identity issue(String commonName, List<String> organizations, List<byte[]> more) {
        var own = Pem.newKeyPair();
        var extensions = new ArrayList<>(List.of(basicConstraints(false), keyUsage(0xA0, 5), extendedKeyUsage()));
        extensions.addAll(more);
        var signed = signed(organizations, commonName, own.getPublic(), extensions);
        return new Identity(signed, Pem.of(own.getPrivate()));
    }

    private String signed(List<String> organizations, String commonName, PublicKey key, List<byte[]> extensions) {
        var content = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)), // version 3
                Der.integer(serialNumber()),
                algorithm(),
                distinguishedName(List.of(), name),
                Der.sequence(Der.utcTime(now.minus(CLOCK_SKEW)), Der.utcTime(now.plus(LIFETIME))),
                distinguishedName(organizations, commonName),
                key.getEncoded(),
                Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
        return Pem.of("CERTIFICATE", Der.sequence(content, algorithm(), Der.bitString(0, signature(content))));
    }

    private byte[] signature(byte[] content) {
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    private static BigInteger serialNumber() {
        // Unique per authority is all that is asked for here; positive, as RFC 5280 wants it.
        return BigInteger.valueOf(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }

    private static byte[] algorithm() {
        return Der.sequence(Der.objectIdentifier("1.2.840.113549.1.1.11"), Der.nothing()); // sha256WithRSAEncryption
    }

    private static byte[] distinguishedName(List<String> organizations, String commonName) {
        var attributes = new ArrayList<byte[]>();
        organizations.forEach(organization -> attributes.add(attribute("2.5.4.10", organization)));
        attributes.add(attribute("2.5.4.3", commonName));
        return Der.sequence(attributes.toArray(byte[][]::new));
    }

    private static byte[] attribute(String type, String value) {
        return Der.set(Der.sequence(Der.objectIdentifier(type), Der.utf8String(value)));
    }

    private static byte[] basicConstraints(boolean authority) {
        // A default value is left out in DER, and "no authority" is the default.
        var content = authority ? Der.sequence(Der.bool(true)) : Der.sequence();
        return critical("2.5.29.19", content);
    }

    /** @param bits digitalSignature is the highest, keyEncipherment the third, keyCertSign and cRLSign the sixth and seventh */
    private static byte[] keyUsage(int bits, int unusedBits) {
        return critical("2.5.29.15", Der.bitString(unusedBits, new byte[] {(byte) bits}));
    }

    private static byte[] extendedKeyUsage() {
        var server = Der.objectIdentifier("1.3.6.1.5.5.7.3.1");
        var client = Der.objectIdentifier("1.3.6.1.5.5.7.3.2");
        return extension("2.5.29.37", Der.sequence(server, client));
    }

    private static byte[] alternativeNames() {
        var localhost = Der.implicit(2, "localhost".getBytes(StandardCharsets.US_ASCII));
        var ipv4 = Der.implicit(7, new byte[] {127, 0, 0, 1});
        var ipv6 = Der.implicit(7, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        return extension("2.5.29.17", Der.sequence(localhost, ipv4, ipv6));
    }

    private static byte[] extension(String identifier, byte[] content) {
        return Der.sequence(Der.objectIdentifier(identifier), Der.octetString(content));
    }

    private static byte[] critical(String identifier, byte[] content) {
        return Der.sequence(Der.objectIdentifier(identifier), Der.bool(true), Der.octetString(content));
    }
}
