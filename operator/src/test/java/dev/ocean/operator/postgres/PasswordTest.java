package dev.ocean.operator.postgres;

import java.util.Random;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class PasswordTest {

    @Test
    void generates32LettersAndDigits() {
        assertThat(Password.generate(new Random(1)).reveal()).matches("[A-Za-z0-9]{32}");
    }

    @Test
    void generatesWhatItsSourceOfRandomnessSays() {
        assertThat(Password.generate(new Random(1)))
                .isEqualTo(Password.generate(new Random(1)))
                .isNotEqualTo(Password.generate(new Random(2)));
    }

    @Test
    void printsNothing() {
        assertThat(Password.of("canary")).hasToString("***");
        assertThat(new TenantLogin(SqlIdentifier.of("a"), Password.of("canary"), SqlIdentifier.of("d")))
                .asString()
                .doesNotContain("canary");
    }

    @Test
    void keepsACopyOfItsCharacters() {
        var characters = "secret".toCharArray();
        var password = Password.of(characters);
        characters[0] = 'x';

        assertThat(password.reveal()).isEqualTo("secret");
    }

    @Test
    void equalsTheSameText() {
        assertThat(Password.of("secret"))
                .isEqualTo(Password.of("secret"))
                .hasSameHashCodeAs(Password.of("secret"))
                .isNotEqualTo(Password.of("secreT"));
    }
}
