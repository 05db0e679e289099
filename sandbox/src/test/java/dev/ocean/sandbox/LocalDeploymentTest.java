package dev.ocean.sandbox;

import dev.ocean.sandbox.process.ProcessFailure;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LocalDeploymentTest {

    @Test
    void takesPlainVariablesAndFieldsOfThePod() {
        var plain = new EnvVarBuilder().withName("LEVEL").withValue("info").build();

        var local = LocalDeployment.of(deployment(plain, field("NAMESPACE", "metadata.namespace")));

        assertThat(local.environment()).containsEntry("LEVEL", "info").containsEntry("NAMESPACE", "system");
        assertThat(local.serviceAccount()).isEqualTo("worker");
    }

    @Test
    void refusesWhatOnlyANodeKnows() {
        var deployment = deployment(field("ADDRESS", "status.podIP"));

        assertThatThrownBy(() -> LocalDeployment.of(deployment))
                .isInstanceOf(ProcessFailure.class)
                .hasMessageContaining("ADDRESS");
    }

    private static EnvVar field(String variable, String path) {
        return new EnvVarBuilder()
                .withName(variable)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static Deployment deployment(EnvVar... variables) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace("system")
                .withName("robot")
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .withServiceAccountName("worker")
                .addNewContainer()
                .addToEnv(variables)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
