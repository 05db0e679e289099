package dev.ocean.e2e.platform;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Clear values of Secrets. */
public final class Secrets {

    private Secrets() {}

    /** By key, decoded. */
    public static Map<String, String> values(Secret secret) {
        var values = new LinkedHashMap<String, String>();
        Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
                .forEach((key, encoded) ->
                        values.put(key, new String(Base64.getDecoder().decode(encoded), UTF_8)));
        return values;
    }
}
