package dev.ocean.operator.postgres;

import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ScramVerifierTest {

    private static final byte[] SALT = new byte[ScramVerifier.SALT_BYTES];

    @Test
    void hasTheFormThatTheServerStores() {
        assertThat(ScramVerifier.of(Password.of("pencil"), SALT).literal().value())
                .matches("SCRAM-SHA-256\\$4096:A{22}==\\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=");
    }

    @Test
    void isTheSameForTheSameSalt() {
        assertThat(ScramVerifier.of(Password.of("pencil"), SALT).literal())
                .isEqualTo(ScramVerifier.of(Password.of("pencil"), SALT).literal());
    }

    @Test
    void leavesPasswordAndSaltAsTheyAre() {
        var password = Password.of("pencil");
        ScramVerifier.of(password, SALT);

        assertThat(password.reveal()).isEqualTo("pencil");
        assertThat(SALT).containsOnly(0);
    }

    @Test
    void printsNothing() {
        assertThat(ScramVerifier.of(Password.of("pencil"), SALT)).hasToString("SCRAM-SHA-256$***");
    }

    @Test
    void refusesAnotherLengthOfSalt() {
        assertThatIllegalArgumentException().isThrownBy(() -> ScramVerifier.of(Password.of("pencil"), new byte[8]));
    }
}
