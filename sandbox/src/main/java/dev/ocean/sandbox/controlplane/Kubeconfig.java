package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.certificate.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Texts that tell a client where the API server is and who the client is.
 *
 * @param url of the API server
 * @param authority PEM of the authority that signed the API server's certificate
 */
record Kubeconfig(String url, String authority) {

    String of(Identity identity) {
        return text("{client-certificate-data: %s, client-key-data: %s}"
                .formatted(base64(identity.certificate()), base64(identity.privateKey())));
    }

    /** @param token of a service account: base64 parts and dots, so it needs no quotes */
    String ofToken(String token) {
        return text("{token: %s}".formatted(token));
    }

    private String text(String user) {
        return """
            apiVersion: v1
            kind: Config
            clusters:
              - {name: sandbox, cluster: {server: "%s", certificate-authority-data: %s}}
            users:
              - {name: sandbox, user: %s}
            contexts:
              - {name: sandbox, context: {cluster: sandbox, user: sandbox, namespace: default}}
            current-context: sandbox
            """.formatted(url, base64(authority), user);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
