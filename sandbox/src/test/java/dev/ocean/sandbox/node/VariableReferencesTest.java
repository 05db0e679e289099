package dev.ocean.sandbox.node;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import static org.assertj.core.api.Assertions.assertThat;

class VariableReferencesTest {

    private static final Map<String, String> VARIABLES = Map.of("A", "value", "NESTED", "$(A) $$", "EMPTY", "");

    /** The cases of Kubernetes' own test of its expansion. */
    @ParameterizedTest
    @CsvSource({
        "$(A), value",
        "a$(A)b$(A), avaluebvalue",
        "x$(EMPTY)y, xy",
        "$(NOBODY), $(NOBODY)",
        "$$(A), $(A)",
        "$$$(A), $value",
        "$$$$(A), $$(A)",
        "$A ${A}, $A ${A}",
        "$(A, $(A",
        "$, $",
        "price: 5$, price: 5$",
        "$(NESTED), $(A) $$",
        "$(A)$, value$",
        "$$, $",
        "$(), $()"
    })
    void readsThemAsKubernetesDoes(String text, String expected) {
        assertThat(VariableReferences.resolve(text, VARIABLES)).isEqualTo(expected);
    }
}
