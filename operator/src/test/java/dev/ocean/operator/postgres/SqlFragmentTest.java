package dev.ocean.operator.postgres;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SqlFragmentTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "orders, \"orders\"",
                "Or ders, \"Or ders\"",
                "a\"b, \"a\"\"b\"",
                "a\\b, \"a\\b\"",
                "a'b, \"a'b\"",
                "{}, \"{}\""
            })
    void quotesIdentifiers(String name, String rendered) {
        assertThat(SqlIdentifier.of(name).rendered()).isEqualTo(rendered);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {"orders, 'orders'", "a'b, 'a''b'", "a\\b, 'a\\b'", "a\"b, 'a\"b'", "||, ''"})
    void quotesLiterals(String value, String rendered) {
        assertThat(SqlLiteral.of(value).rendered()).isEqualTo(rendered);
    }

    @Test
    void takesIdentifiersOf63Bytes() {
        var name = "ü".repeat(31) + "x";

        assertThat(SqlIdentifier.parse(name)).contains(SqlIdentifier.of(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\0b",
                "a123456789b123456789c123456789d123456789e123456789f123456789g123",
                "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü"
            })
    void refusesIdentifiersThatTheServerWouldChange(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> SqlIdentifier.of(name));
        assertThat(SqlIdentifier.parse(name)).isEmpty();
    }

    @Test
    void refusesLiteralsWithNul() {
        assertThatIllegalArgumentException().isThrownBy(() -> SqlLiteral.of("a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> SqlTexts.of(List.of("a", "b\0")));
    }

    @Test
    void rendersNumbersAndArrays() {
        assertThat(SqlNumber.of(-1).rendered()).isEqualTo("-1");
        assertThat(SqlTexts.of(List.of("a", "it's")).rendered()).isEqualTo("ARRAY['a','it''s']::pg_catalog.text[]");
        assertThat(SqlTexts.of(List.of()).rendered()).isEqualTo("ARRAY[]::pg_catalog.text[]");
    }

    @Test
    void sortsIdentifiersByName() {
        assertThat(SqlIdentifier.of("a")).isLessThan(SqlIdentifier.of("b"));
    }

    @Test
    void keepsValuesOutOfLogs() {
        assertThat(SqlLiteral.of("SCRAM-SHA-256$x")).asString().doesNotContain("SCRAM");
        assertThat(SqlTexts.of(List.of("canary"))).asString().doesNotContain("canary");
    }
}
