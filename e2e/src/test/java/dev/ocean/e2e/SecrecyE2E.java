package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** A password is in its Secret and nowhere else. */
@ExtendWith(OnPlatform.class)
class SecrecyE2E {

    private static final String CANARY = "canary-tenant-7c1f0b";
    private static final String WRONG_CANARY = "canary-admin-94e2aa";

    @Test
    void passwordsStandNowhereButInSecrets(Scene scene) throws IOException {
        // Given
        scene.giveInstanceAndProject();
        var secret = scene.giveDatabase("orders", "");
        var generated = scene.secret(secret).get("password");

        // When
        chooseAPassword(scene, secret);
        scene.giveAdminSecret(Map.of("password", WRONG_CANARY));
        scene.awaitReason("PostgresInstance", "main", "Ready", "AdminAuthFailed");
        scene.giveAdminSecret();
        scene.platformTeam().kubectl("wait", "--for=condition=Ready", "opgi/main", "--timeout=60s");

        // Then
        var admin = scene.platform().adminLogin().get("password");
        places(scene).forEach((place, text) -> assertThat(text)
                .as(place)
                .isNotBlank()
                .doesNotContain(CANARY)
                .doesNotContain(WRONG_CANARY)
                .doesNotContain(generated)
                .doesNotContain(admin));
    }

    /** A user writes a password of his own into the Secret; it is taken over, and the login proves it. */
    private static void chooseAPassword(Scene scene, String secret) {
        scene.developer()
                .kubectl("patch", "secret", secret, "-p", "{\"stringData\":{\"password\":\"" + CANARY + "\"}}");
        Scene.await("the chosen password is taken over", () -> {
            assertThat(scene.secret(secret)).containsEntry("PGPASSWORD", CANARY);
            // The Secret is written first: for a moment the server has the old one.
            assertThatCode(() -> scene.platform().login(scene.secret(secret)).close())
                    .doesNotThrowAnyException();
        });
    }

    private static Map<String, String> places(Scene scene) throws IOException {
        var administrator = scene.platform().administrator();
        var places = new LinkedHashMap<String, String>();
        places.put("log of the operator", scene.platform().operatorLog());
        places.put(
                "events",
                Serialization.asYaml(
                        administrator.events().v1().events().inAnyNamespace().list()));
        for (var kind : List.of("PostgresInstance", "Project", "ManagedDatabase")) {
            places.put(
                    kind,
                    Serialization.asYaml(administrator
                            .genericKubernetesResources("ocean.dev/v1beta1", kind)
                            .inAnyNamespace()
                            .list()));
        }
        places.put(
                "pods",
                Serialization.asYaml(administrator.pods().inAnyNamespace().list()));
        places.put(
                "configmaps",
                Serialization.asYaml(administrator.configMaps().inAnyNamespace().list()));
        places.put("metrics", scene.platform().metrics());
        places.put("arguments of this machine's processes", arguments());
        return places;
    }

    /** On a node, of its containers too. */
    private static String arguments() throws IOException {
        var text = new StringBuilder();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (var process : processes.toList()) {
                // kubectl's own arguments above are the user's affair, and it has ended.
                var file = process.resolve("cmdline");
                if (Files.isReadable(file)) {
                    text.append(read(file)).append('\n');
                }
            }
        }
        return text.toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            // The process has ended meanwhile.
            return "";
        }
    }
}
