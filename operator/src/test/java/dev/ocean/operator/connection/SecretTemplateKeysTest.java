package dev.ocean.operator.connection;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Which keys a template may have, whatever the API server let through. */
class SecretTemplateKeysTest {

    @ParameterizedTest
    @ValueSource(strings = {"ocean.dev/role", "ocean.dev/owner", "app.kubernetes.io/managed-by"})
    void refusesOurLabelsAndAnnotations(String key) {
        assertThat(new SecretTemplate(Map.of(key, "admin-credentials"), Map.of(), Map.of()).objection())
                .isPresent();
        assertThat(new SecretTemplate(Map.of(), Map.of(key, "x"), Map.of()).objection())
                .isPresent();
    }

    @Test
    void acceptsOthers() {
        assertThat(new SecretTemplate(
                                Map.of("example.com/team", "a"),
                                Map.of("reloader.stakater.com/match", "true"),
                                Map.of("URL", "{{uri}}"))
                        .objection())
                .isEmpty();
    }
}
