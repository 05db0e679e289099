package dev.ocean.operator.database;

import dev.ocean.operator.connection.Credentials;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import static java.nio.charset.StandardCharsets.UTF_8;

/** All that a proved login is about, in one digest that gives nothing away: where any of it changes, the login is tried again. */
final class Fingerprint {

    private Fingerprint() {}

    static String of(DatabaseRequest request, Credentials credentials) {
        var endpoint = request.references().server().endpoint();
        var text = String.join(
                "\n",
                Long.toString(request.generation()),
                request.id().uid(),
                endpoint.host(),
                Integer.toString(endpoint.port()),
                endpoint.tls().sslmode(),
                endpoint.ca().orElse(""),
                request.references().server().systemIdentifier(),
                request.names().database().value(),
                credentials.username(),
                credentials.password().reveal());
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
