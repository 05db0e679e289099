package dev.ocean.sandbox.certificate;

import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import static org.assertj.core.api.Assertions.assertThat;

class DerTest {

    // From X.690, 8.19.5, and RFC 8017 (the algorithm with arcs of three bytes).
    @ParameterizedTest
    @CsvSource({"2.5.4.3, 0603550403", "1.2.840.113549.1.1.11, 06092a864886f70d01010b"})
    void packsArcsOfObjectIdentifiersInSevenBits(String dotted, String expected) {
        assertThat(hex(Der.objectIdentifier(dotted))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"127, 047f", "128, 048180", "255, 0481ff", "256, 04820100"})
    void writesLongLengthsInTheirShortestForm(int length, String expectedStart) {
        assertThat(hex(Der.octetString(new byte[length]))).startsWith(expectedStart);
    }

    @Test
    void writesTimesInUtc() {
        assertThat(hex(Der.utcTime(Instant.parse("2026-11-24T08:00:01Z"))))
                .isEqualTo("170d" + "3236313132343038303030315a");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
