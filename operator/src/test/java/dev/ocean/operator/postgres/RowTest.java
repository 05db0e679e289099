package dev.ocean.operator.postgres;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RowTest {

    @Test
    void readsWhatFakesPutIn() {
        var row = Row.of(Map.of("name", "orders", "oid", 4_294_967_295L, "limit", -1, "open", true));

        assertThat(row.text("name")).isEqualTo("orders");
        assertThat(row.number("oid")).isEqualTo(4_294_967_295L);
        assertThat(row.number("limit")).isEqualTo(-1);
        assertThat(row.flag("open")).isTrue();
    }

    static List<List<String>> arrays() {
        return List.of(
                List.of(),
                List.of(""),
                List.of("a"),
                List.of("a", "", "b"),
                List.of("a,b", "{}", "\"", "\\", "a\\\"b", " c ", "NULL"));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void readsArrays(List<String> elements) {
        assertThat(Row.of(Map.of("a", elements)).texts("a")).isEqualTo(elements);
    }

    @Test
    void readsArraysAsTheServerWritesThem() {
        assertThat(Row.of(Map.of("a", "{a,\"b c\",\"d\\\"e\",\"\"}")).texts("a"))
                .containsExactly("a", "b c", "d\"e", "");
    }

    @Test
    void readsNull() {
        var columns = new HashMap<String, Object>();
        columns.put("a", null);
        var row = Row.of(columns);

        assertThat(row.text("a")).isNull();
        assertThat(row.texts("a")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> row.number("a"));
    }

    @Test
    void refusesWhatTheQueryDoesNotHave() {
        var row = Row.of(Map.of("a", "x"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> row.text("b"))
                .withMessageContaining("\"b\"")
                .withMessageNotContaining("x");
        assertThatIllegalArgumentException().isThrownBy(() -> row.flag("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> row.number("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> row.texts("a"));
    }
}
