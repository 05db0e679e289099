package dev.ocean.operator.dump;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

class ExitReasonTest {

    @ParameterizedTest
    @CsvSource({
        "10, InstanceUnreachable",
        "11, AuthenticationFailed",
        "12, DatabaseMissing",
        "13, ClientVersionMismatch",
        "14, ToolMissing",
        "15, ConnectionLimit",
        "20, StorageNotWritable",
        "21, InsufficientSpace",
        "22, StorageFull",
        "23, CommitFailed",
        "30, DumpFailed",
        "31, LockTimeout",
        "32, InsufficientPrivilege",
        "33, RowSecurityBlocks",
        "40, ArchiveUnreadable",
        "41, ChecksumMismatch",
        "42, VerificationFailed",
        "50, RestoreFailed",
        "51, ExtensionUnavailable",
        "126, ToolMissing",
        "127, ToolMissing",
        "137, JobLost",
        "143, JobLost",
        "1, InternalError",
        "2, InternalError",
        "99, InternalError",
        "-1, InternalError"
    })
    void saysWhatACodeMeans(int code, String reason) {
        assertThat(ExitReason.of(code).reason().code()).isEqualTo(reason);
    }

    @Test
    void triesAgainAfterOneFiveAndFifteenMinutes() {
        assertThat(IntStream.rangeClosed(1, 4)
                        .mapToObj(attempts -> ExitReason.STORAGE_FULL.retryAfter(JobScript.DUMP, attempts)))
                .extracting(delay -> delay.map(Duration::toMinutes).orElse(-1L))
                .containsExactly(1L, 5L, 15L, -1L);
    }

    @Test
    void triesOnceAfterARepairedLogin() {
        assertThat(ExitReason.AUTHENTICATION_FAILED.retryAfter(JobScript.DUMP, 1))
                .isPresent();
        assertThat(ExitReason.AUTHENTICATION_FAILED.retryAfter(JobScript.DUMP, 2))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ARCHIVE_UNREADABLE", "CHECKSUM_MISMATCH", "VERIFICATION_FAILED"})
    void dumpsAnewButReadsABadFileOnce(ExitReason reason) {
        assertThat(reason.retryAfter(JobScript.DUMP, 1)).isPresent();
        assertThat(reason.retryAfter(JobScript.RESTORE, 1)).isEmpty();
        assertThat(reason.retryAfter(JobScript.CHECK, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATABASE_MISSING", "TOOL_MISSING", "ROW_SECURITY_BLOCKS", "RESTORE_FAILED"})
    void doesNotTryWhatOnlyAPersonCanMend(ExitReason reason) {
        assertThat(reason.retryAfter(JobScript.DUMP, 1)).isEmpty();
    }
}
