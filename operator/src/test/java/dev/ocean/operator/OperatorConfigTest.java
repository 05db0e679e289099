package dev.ocean.operator;

import dev.ocean.operator.dump.PodSettings;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OperatorConfigTest {

    @Test
    void tellsAllThatIsWrongAtOnce() {
        assertThatThrownBy(
                        () -> OperatorConfig.parse(
                                Map.of(
                                        OperatorConfig.NAMESPACE,
                                        "Ocean",
                                        OperatorConfig.JOB_MAX_SECONDS,
                                        "-1",
                                        OperatorConfig.JOB_POD,
                                        "{\"labels\": {\"a b\": \"c\"}, \"nodeselector\": {}, \"resources\": {\"limits\": {\"memory\": \"lots\"}}}")))
                .isInstanceOf(OperatorConfig.Invalid.class)
                .hasMessageContainingAll(
                        "OCEAN_NAMESPACE must be the name of a namespace, not 'Ocean'",
                        "OCEAN_JOB_MAX_SECONDS must be a whole number",
                        "OCEAN_JOB_POD: labels must be as in a pod, not '{\"a b\":\"c\"}'",
                        "OCEAN_JOB_POD: resources must be as in a pod",
                        "OCEAN_JOB_POD has no field 'nodeselector'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            labels                                     | must be a JSON object
            []                                         | must be a JSON object
            null                                       | must be a JSON object
            {} {}                                      | must be a JSON object
            {"labels": null}                           | labels
            {"labels": {"a": null}}                    | labels
            {"labels": {"a": "two words"}}             | labels
            {"labels": ["a"]}                          | labels
            {"annotations": {"two words": "a"}}        | annotations
            {"nodeSelector": {"a": {}}}                | nodeSelector
            {"tolerations": [null]}                    | tolerations
            {"tolerations": [{"effects": "NoExecute"}]} | tolerations
            {"imagePullSecrets": [{}]}                 | imagePullSecrets
            {"resources": {"limits": {"memory": null}}} | resources
            {"resources": {"limits": {"memory": "-1"}}} | resources
            {"resources": {"limit": {}}}               | resources
            """)
    void refusesPodsThatMeanNothing(String json, String named) {
        assertThatThrownBy(() -> OperatorConfig.parse(Map.of(OperatorConfig.JOB_POD, json)))
                .isInstanceOf(OperatorConfig.Invalid.class)
                .hasMessageContaining("OCEAN_JOB_POD")
                .hasMessageContaining(named);
    }

    @Test
    void takesWhatIsSaidOfPodsAndDefaultsForTheRest() throws OperatorConfig.Invalid {
        var pod = pod("{\"resources\": {\"limits\": {\"memory\": \"2Gi\", \"cpu\": 2}}}");

        assertThat(pod.resources().getLimits())
                .isEqualTo(Map.of("memory", new Quantity("2Gi"), "cpu", new Quantity("2")));
        assertThat(pod.resources().getRequests()).isEmpty();
        assertThat(pod("{\"annotations\": {\"a\": \"any text,\\n=1\"}}"))
                .isEqualTo(new PodSettings(
                        PodSettings.DEFAULTS.imagePullSecrets(),
                        Map.of(),
                        PodSettings.DEFAULTS.tolerations(),
                        Map.of(),
                        Map.of("a", "any text,\n=1"),
                        PodSettings.RESOURCES));
    }

    private static PodSettings pod(String json) throws OperatorConfig.Invalid {
        return OperatorConfig.parse(Map.of(OperatorConfig.JOB_POD, json))
                .tools()
                .pod();
    }
}
