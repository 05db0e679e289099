package dev.ocean.sandbox;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class ManifestsTest {

    @Test
    void fillsPlaceholdersOfSecretsWithValuesOfSeveralLines() {
        var secret = secret("ca.crt", "${CA}");

        Manifests.fill(List.of(secret), Map.of("CA", "line 1\nline 2\n"));

        assertThat(secret.getStringData()).containsEntry("ca.crt", "line 1\nline 2\n");
    }

    @Test
    void leavesPlaceholdersThatItDoesNotKnow() {
        var secret = secret("host", "${HOST}:${PORT}");

        Manifests.fill(List.of(secret), Map.of("PORT", "5432"));

        assertThat(secret.getStringData()).containsEntry("host", "${HOST}:5432");
    }

    @Test
    void takesTheFirstNamespaceThatIsNamed() {
        assertThat(Manifests.namespace(List.of(inNamespace(null), inNamespace("first"), inNamespace("second"))))
                .contains("first");
        assertThat(Manifests.namespace(List.of(inNamespace(null)))).isEmpty();
    }

    private static Secret secret(String key, String value) {
        return new SecretBuilder().addToStringData(key, value).build();
    }

    private static HasMetadata inNamespace(@Nullable String namespace) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .endMetadata()
                .build();
    }
}
