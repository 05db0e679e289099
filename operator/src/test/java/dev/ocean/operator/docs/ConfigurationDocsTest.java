package dev.ocean.operator.docs;

import dev.ocean.operator.OperatorConfig;
import dev.ocean.operator.dump.PodSettings;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** Every variable of the operator is documented with its default, and the chart can set it. */
class ConfigurationDocsTest {

    private final String page = Documents.read("docs/configuration.md");

    @Test
    void everyVariableIsOnThePageAndNoOther() {
        assertThat(Documents.find(page, "^\\| `(OCEAN_[A-Z_]+)` \\|")).containsExactlyInAnyOrderElementsOf(variables());
    }

    @Test
    void theChartSetsEveryVariableOrThePageSaysThatExtraEnvDoes() {
        var deployment = Documents.read("helm/ocean-operator/templates/deployment.yaml");

        assertThat(variables()).allSatisfy(variable -> assertThat(
                        deployment.contains("- name: " + variable) || page.contains("`" + variable + "` | `extraEnv`"))
                .as(variable)
                .isTrue());
    }

    @Test
    void defaultsOnThePageAreThoseOfTheProgram() throws OperatorConfig.Invalid {
        var defaults = OperatorConfig.parse(Map.of());

        assertThat(defaultOf(OperatorConfig.NAMESPACE)).isEqualTo("`" + defaults.namespace() + "`");
        assertThat(defaultOf(OperatorConfig.POD_NAME)).isEqualTo("`" + defaults.identity() + "`");
        assertThat(defaultOf(OperatorConfig.MANAGEMENT_PORT)).isEqualTo("`" + defaults.managementPort() + "`");
        assertThat(defaultOf(OperatorConfig.ROTATION_OVERLAP_SECONDS))
                .isEqualTo("`" + defaults.rotationOverlap().toSeconds() + "`");
        assertThat(defaultOf(OperatorConfig.BACKUP_DIRECTORY))
                .isEqualTo("`" + defaults.tools().backupDirectory() + "`");
        assertThat(defaultOf(OperatorConfig.JOB_MAX_SECONDS))
                .isEqualTo("`" + defaults.tools().deadline().toSeconds() + "`");
        assertThat(defaults.tools().pod()).isEqualTo(PodSettings.DEFAULTS);
        assertThat(defaults.watchNamespaces()).isEmpty();
        assertThat(defaultOf(OperatorConfig.WATCH_NAMESPACES)).isEqualTo("all namespaces");
    }

    private String defaultOf(String variable) {
        return Documents.find(page, "^\\| `" + variable + "` \\|[^|]*\\| ([^|]*) \\|")
                .getFirst();
    }

    private static List<String> variables() {
        var names = new ArrayList<String>();
        Arrays.stream(OperatorConfig.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                .forEach(field -> {
                    try {
                        names.add((String) field.get(null));
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                });
        return names;
    }
}
