package dev.ocean.sandbox;

import dev.ocean.sandbox.DemoArguments.Ending;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DemoArgumentsTest {

    @Test
    void keepsTheOrderOfManifests() {
        var arguments = parse("--manifest b --manifest a --result Thing -- run it");

        assertThat(arguments.manifests()).containsExactly(Path.of("b"), Path.of("a"));
    }

    @Test
    void takesAllAfterTwoDashesAsTheCommand() {
        assertThat(parse("--result Thing -- java --once -jar x").command())
                .containsExactly("java", "--once", "-jar", "x");
    }

    @Test
    void staysUnlessToldOtherwise() {
        assertThat(parse("--result Thing -- x").ending()).isEqualTo(Ending.STAY);
        assertThat(parse("--once --result Thing -- x").ending()).isEqualTo(Ending.END);
    }

    @Test
    void keepsEqualsSignsInValuesOfVariables() {
        assertThat(parse("--result Thing --environment OPTIONS=a=b -- x").environment())
                .containsEntry("OPTIONS", "a=b");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    --result Thing,                     no command
                    --result Thing --,                  no command
                    --once -- x,                        no --result
                    --manifest -- x,                    --manifest has no value
                    --environment A --result T -- x,    "A" is not NAME=VALUE
                    --colour -- x,                      unknown option "--colour"
                    """)
    void saysWhatIsWrong(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(line))
                .withMessageContaining(message)
                .withMessageContaining("usage:");
    }

    private static DemoArguments parse(String line) {
        return DemoArguments.parse(List.of(line.split(" ", -1)));
    }
}
