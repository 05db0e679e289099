package dev.ocean.sandbox.node;

import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class SupportedFieldsTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    @Test
    void acceptsARestrictedPod() {
        assertThat(firstUnsupported(pod -> pod.withAutomountServiceAccountToken(false)
                        .withNewSecurityContext()
                        .withRunAsNonRoot(true)
                        .withFsGroup(999L)
                        .withNewSeccompProfile(null, "RuntimeDefault")
                        .endSecurityContext()
                        .editFirstContainer()
                        .withNewSecurityContext()
                        .withAllowPrivilegeEscalation(false)
                        .withPrivileged(false)
                        .withNewCapabilities()
                        .withDrop("ALL")
                        .endCapabilities()
                        .endSecurityContext()
                        .endContainer()))
                .isEmpty();
    }

    @Test
    void namesTheFieldWithItsIndexAndItsValue() {
        assertThat(firstUnsupported(pod -> pod.editFirstContainer()
                        .addNewEnv()
                        .withName("FINE")
                        .endEnv()
                        .addNewEnv()
                        .withName("ADDRESS")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "status.podIP")
                        .endValueFrom()
                        .endEnv()
                        .endContainer()))
                .contains("spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: status.podIP");
    }

    @Test
    void refusesAValueWhereOnlyAnotherIsKnown() {
        assertThat(firstUnsupported(pod -> pod.withHostNetwork(true))).contains("spec.hostNetwork: true");
        assertThat(firstUnsupported(pod -> pod.withRestartPolicy("OnFailure")))
                .contains("spec.restartPolicy: OnFailure");
    }

    @Test
    void refusesASecondContainer() {
        assertThat(firstUnsupported(
                        pod -> pod.addNewContainer().withName("second").endContainer()))
                .contains("spec.containers[1].name: second");
    }

    @Test
    void refusesAFieldThatTheClientDoesNotKnowEither() {
        assertThat(firstUnsupported(pod -> pod.addToAdditionalProperties("ofTomorrow", "x")))
                .contains("spec.ofTomorrow: x");
    }

    @Test
    void refusesAnImageWithoutACommand() {
        assertThat(firstUnsupported(pod ->
                        pod.editFirstContainer().withCommand().withArgs("x").endContainer()))
                .hasValueSatisfying(field -> assertThat(field).startsWith("spec.containers[0].command is missing"));
    }

    private static Optional<String> firstUnsupported(Consumer<PodSpecBuilder> change) {
        var pod = new PodSpecBuilder()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("first")
                .withImage("postgres:15")
                .withCommand("true")
                .endContainer();
        change.accept(pod);
        return SupportedFields.firstUnsupported(pod.build(), SERIALIZATION);
    }
}
