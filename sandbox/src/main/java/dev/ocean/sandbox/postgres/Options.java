package dev.ocean.sandbox.postgres;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a server is started.
 *
 * @param major empty for the newest that is installed
 * @param transport what connections the server takes
 * @param durability what a crash of the machine may cost
 * @param limitedAdmin name of a role LOGIN CREATEDB CREATEROLE without superuser; empty for none
 * @param settings of postgresql.conf, over our own
 */
public record Options(
        Optional<Integer> major,
        Transport transport,
        Durability durability,
        Optional<String> limitedAdmin,
        Map<String, String> settings) {

    /** What connections the server takes. */
    public enum Transport {
        /** Only encrypted ones. */
        TLS,
        /** Only plain ones; the server has no certificate. */
        PLAIN
    }

    /** What a crash of the machine may cost. */
    public enum Durability {
        /** As installed: nothing that was committed. */
        DURABLE,
        /** Everything, and tests are several times faster. */
        FAST
    }

    public Options {
        settings = Map.copyOf(settings);
    }

    /** The newest major, TLS, fast, superuser only. */
    public static Options defaults() {
        return new Options(Optional.empty(), Transport.TLS, Durability.FAST, Optional.empty(), Map.of());
    }

    public Options major(int wanted) {
        return new Options(Optional.of(wanted), transport, durability, limitedAdmin, settings);
    }

    public Options plain() {
        return new Options(major, Transport.PLAIN, durability, limitedAdmin, settings);
    }

    public Options durable() {
        return new Options(major, transport, Durability.DURABLE, limitedAdmin, settings);
    }

    public Options limitedAdmin(String name) {
        return new Options(major, transport, durability, Optional.of(name), settings);
    }

    public Options setting(String name, String value) {
        var extended = new LinkedHashMap<>(settings);
        extended.put(name, value);
        return new Options(major, transport, durability, limitedAdmin, extended);
    }
}
