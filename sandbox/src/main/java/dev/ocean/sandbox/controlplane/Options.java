package dev.ocean.sandbox.controlplane;

import java.time.Duration;
import java.util.Map;

/**
 * How a control plane is started.
 *
 * @param readyLimit for all of it to be ready, once the binaries are there
 * @param environment tells where binaries and caches are
 */
public record Options(Duration readyLimit, Map<String, String> environment) {

    public Options {
        environment = Map.copyOf(environment);
    }

    public static Options defaults() {
        return new Options(Duration.ofMinutes(2), System.getenv());
    }
}
