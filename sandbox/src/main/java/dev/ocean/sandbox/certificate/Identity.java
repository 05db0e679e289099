package dev.ocean.sandbox.certificate;

/**
 * What a party of a TLS connection proves itself with.
 *
 * @param certificate PEM
 * @param privateKey PEM, PKCS #8, not encrypted
 */
public record Identity(String certificate, String privateKey) {

    @Override
    public String toString() {
        return "Identity[***]";
    }
}
