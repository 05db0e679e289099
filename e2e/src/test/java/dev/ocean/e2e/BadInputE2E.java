package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** A mistake is answered with what to do, and once it is mended nothing else has to be done. */
@ExtendWith(OnPlatform.class)
class BadInputE2E {

    @Test
    void kubectlItselfRefusesWhatCannotBe(Scene scene) {
        assertThat(scene.developer().applyRefused(Scene.database("orders", "databaseName: Shop-Orders")))
                .contains("spec.databaseName")
                .contains("must start with a lower-case letter and have only lower-case letters, digits and '_'");
        assertThat(scene.developer().applyRefused(Scene.database("orders", "deletionPolicy: Keep")))
                .contains("spec.deletionPolicy")
                .contains("\"Delete\", \"Retain\"");
        assertThat(scene.developer().applyRefused(Scene.database("orders", "password: secret")))
                .contains("unknown field \"spec.password\"");
    }

    @Test
    void immutableFieldsSayThatTheyAre(Scene scene) {
        scene.developer().apply(Scene.database("orders", ""));

        assertThat(scene.developer().applyRefused(Scene.database("orders", "encoding: LATIN1")))
                .contains("must not change: `encoding` is immutable");
    }

    @Test
    void databaseWaitsForItsProjectInWhateverOrderThingsCome(Scene scene) {
        // When
        scene.developer().apply(Scene.database("orders", ""));

        // Then
        assertThat(scene.awaitReason("ManagedDatabase", "orders", "Ready", "ReferenceNotFound"))
                .contains("Project 'shop'")
                .endsWith("Create it or correct `spec.projectRef`.");
        scene.platformTeam().apply(scene.example("quickstart/project.yaml"));
        Scene.await("the instance is what is missed now", () -> assertThat(
                        scene.awaitReason("ManagedDatabase", "orders", "Ready", "ReferenceNotFound"))
                .contains("PostgresInstance 'main'"));
        scene.platformTeam().apply(scene.example("quickstart/instance.yaml"));
        scene.awaitReason("PostgresInstance", "main", "Ready", "AdminSecretInvalid");
        scene.giveAdminSecret();
        scene.awaitReady("orders");
    }

    @Test
    void eachFaultOfTheConnectionSecretIsToldApart(Scene scene) {
        scene.giveAdminSecret(Map.of("password", "not-the-password"));
        scene.platformTeam().apply(scene.example("quickstart/instance.yaml"));
        assertThat(scene.awaitReason("PostgresInstance", "main", "Ready", "AdminAuthFailed"))
                .contains("password");

        scene.giveAdminSecret(Map.of("ca.crt", foreignAuthority(scene)));
        scene.awaitReason("PostgresInstance", "main", "Ready", "TLSVerificationFailed");

        scene.giveAdminSecret(Map.of("port", "1"));
        scene.awaitReason("PostgresInstance", "main", "Ready", "InstanceUnreachable");

        scene.giveAdminSecret();
        scene.platformTeam().kubectl("label", "secret", "main-admin", "ocean.dev/role-");
        assertThat(scene.awaitReason("PostgresInstance", "main", "Ready", "AdminSecretInvalid"))
                .contains("ocean.dev/role: admin-credentials");

        scene.platformTeam().kubectl("label", "secret", "main-admin", "ocean.dev/role=admin-credentials");
        scene.platformTeam().kubectl("wait", "--for=condition=Ready", "opgi/main", "--timeout=60s");
    }

    /** The cluster's own, which signed no PostgreSQL server. */
    private static String foreignAuthority(Scene scene) {
        return scene.platformTeam().kubectl("get", "configmap", "kube-root-ca.crt", "-o", "jsonpath={.data.ca\\.crt}");
    }

    @Test
    void extensionAndLimitBeyondWhatTheInstanceAllows(Scene scene) {
        scene.giveInstanceAndProject();

        scene.developer().apply(Scene.database("files", "extensions: [{name: dblink}]"));
        scene.developer().apply(Scene.database("many", "connectionLimit: 5000"));

        assertThat(scene.awaitReason("ManagedDatabase", "files", "Ready", "ExtensionNotAllowed"))
                .contains("dblink")
                .contains("`spec.allowedExtensions`");
        assertThat(scene.awaitReason("ManagedDatabase", "many", "Ready", "InvalidSpec"))
                .contains("`spec.connectionLimit` must be at least 1 and at most 50");
    }
}
