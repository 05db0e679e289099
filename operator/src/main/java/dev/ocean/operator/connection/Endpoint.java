package dev.ocean.operator.connection;

import dev.ocean.operator.postgres.TlsMode;
import java.util.Optional;

/**
 * Where clients find the server.
 *
 * @param ca PEM of the CA; empty where clients have to know it themselves
 */
public record Endpoint(String host, int port, TlsMode tls, Optional<String> ca) {

    /**
     * The mode for readers that have only environment variables: without a file for the CA, libpq refuses {@code verify-*}.
     *
     * @see <a href="https://www.postgresql.org/docs/current/libpq-ssl.html">libpq: SSL Support</a>
     */
    TlsMode withoutFile() {
        return tls.isVerifying() ? TlsMode.REQUIRE : tls;
    }

    /** An IPv6 address stands in brackets in every URI. */
    String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
