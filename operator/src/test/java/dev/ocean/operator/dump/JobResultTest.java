package dev.ocean.operator.dump;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Deleted;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.dump.JobResult.Failed;
import dev.ocean.operator.dump.JobResult.Locality;
import dev.ocean.operator.dump.JobResult.Restored;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

class JobResultTest {

    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final String BACKED_UP = "{'result':'Succeeded','format': 1,'database': {'databaseName': 'd'},"
            + "'startTime':'2026-11-22T03:00:00Z','completionTime':'2026-11-22T03:00:09Z','sizeBytes':7,'databaseSizeBytes':9000000000,'sha256':'"
            + SHA256
            + "','serverVersionNum':150018,'clientMajor':15,'tables':3,'rows':1000,'uncounted':1,'largeObjects':2,'leftOut':{'EXTENSION': 2},"
            + "'verification':'RowCounts','encoding':'UTF8','collate':'C.UTF-8','ctype':'C.UTF-8','localeProvider':'libc','locale':null,"
            + "'extensions':[{'name':'uuid-ossp','version':'1.1','schema':'my ext','trusted':true}],'extensionsLeftOff':0}";
    private static final String RESTORED =
            "{'result':'Succeeded','tables':3,'rows':1000,'skippedGrants':{'count':9,'names':['ACL - TABLE t d__owner']},"
                    + "'closedRoutines':1,'leftOut':{},'durationSeconds':61}";

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static Optional<JobResult> parse(JobScript script, String text) {
        return JobResult.parse(script, json(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DUMP", "CHECK"})
    void readsABackup(JobScript script) {
        assertThat(parse(script, BACKED_UP))
                .contains(new BackedUp(
                        Instant.parse("2026-11-22T03:00:00Z"),
                        Instant.parse("2026-11-22T03:00:09Z"),
                        7,
                        9_000_000_000L,
                        SHA256,
                        150018,
                        15,
                        3,
                        1000,
                        1,
                        2,
                        Map.of("EXTENSION", 2L),
                        "RowCounts",
                        "d",
                        new Locality("UTF8", "C.UTF-8", "C.UTF-8", "libc", Optional.empty()),
                        List.of(new DumpedExtension("uuid-ossp", "1.1", "my ext", true)),
                        0));
    }

    @Test
    void readsARestore() {
        assertThat(parse(JobScript.RESTORE, RESTORED))
                .contains(new Restored(
                        3, 1000, 9, List.of("ACL - TABLE t d__owner"), 1, Map.of(), Duration.ofSeconds(61)));
    }

    @Test
    void readsADeletion() {
        assertThat(parse(JobScript.DELETE, "{'result':'Succeeded'}\n")).contains(new Deleted());
    }

    @Test
    void readsAFailure() {
        assertThat(parse(JobScript.DUMP, "{'result':'Failed','reason':'StorageFull','message':'full. Enlarge it.'}"))
                .contains(new Failed(Reason.STORAGE_FULL, "full. Enlarge it."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "{}",
                "{",
                "}",
                "OOM killed",
                "\u0000\u0001",
                "{'result':true}",
                "{'result':'succeeded'}",
                "{'result':'Succeeded'}",
                "{'result':'Failed'}",
                "{'result':'Failed','reason':'Ready','message':'x'}",
                "{'result':'Failed','reason':'Nonsense','message':'x'}",
                "{'result':'Failed','reason':'DumpFailed','message':''}",
                "{'result':'Failed','reason':'DumpFailed','message':7}",
                "{'result':'Failed','reason':'DumpFailed','message':'a\\nb'}",
                "{'result':'Failed','result':'Failed','reason':'DumpFailed','message':'x'}",
                "{'result':'Failed','reason':'DumpFailed','message':'x'} {}"
            })
    void takesNoGarbage(String text) {
        assertThat(parse(JobScript.DUMP, text)).isEmpty();
        assertThat(parse(JobScript.RESTORE, text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'sizeBytes':7 | 'sizeBytes':-7",
                "'sizeBytes':7 | 'sizeBytes':'7'",
                "'sizeBytes':7 | 'sizeBytes':7.5",
                "'sizeBytes':7 | 'sizeBytes':99999999999999999999",
                "'sizeBytes':7 | 'size':7",
                "'sizeBytes':7 | 'sizeBytes':7,'sizeBytes':8",
                "'clientMajor':15 | 'clientMajor':3000000000",
                "2026-11-22T03:00:00Z | yesterday",
                "'leftOut':{'EXTENSION': 2} | 'leftOut':{'EXTENSION': -2}",
                "'leftOut':{'EXTENSION': 2} | 'leftOut':[]",
                "'leftOut':{'EXTENSION': 2} | 'leftOut':{'\\u0007': 2}",
                "'RowCounts' | 'Restore'",
                "'libc' | 'evil'",
                "'encoding':'UTF8' | 'encoding':'UTF8\\n'",
                "'locale':null | 'locale':'\"; DROP'",
                "'name':'uuid-ossp' | 'name':''",
                "'trusted':true | 'trusted':'yes'",
                "'databaseName': 'd' | 'databaseName': null",
                "0123456789abcdef | 0123456789ABCDEF"
            })
    void refusesAWholeResultForOneBadValue(String good, String bad) {
        assertThat(BACKED_UP).contains(good);
        assertThat(parse(JobScript.CHECK, BACKED_UP.replace(good, bad))).isEmpty();
    }

    @Test
    void isNoneOfAnotherScript() {
        assertThat(parse(JobScript.RESTORE, BACKED_UP)).isEmpty();
        assertThat(parse(JobScript.DUMP, RESTORED)).isEmpty();
    }

    @Test
    void isNoneWhenCutAnywhere() {
        var whole = json(BACKED_UP);
        for (var length = 0; length < whole.length(); length++) {
            assertThat(JobResult.parse(JobScript.DUMP, whole.substring(0, length)))
                    .isEmpty();
        }
    }

    @Test
    void isNoneWhenLongerThanAKubeletKeeps() {
        assertThat(parse(JobScript.DELETE, "{'result':'Succeeded','x':'" + "ü".repeat(2100) + "'}"))
                .isEmpty();
    }

    @Test
    void isNoneWhenNestedWithoutEnd() {
        assertThat(parse(JobScript.DUMP, "{'result':" + "[".repeat(4000))).isEmpty();
    }

    static LongStream seeds() {
        return Seeds.of(20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void survivesRandomChanges(long seed) {
        var random = Seeds.generator(seed);
        var text = json(BACKED_UP).toCharArray();
        for (var i = 0; i < 1000; i++) {
            var changed = text.clone();
            changed[random.nextInt(changed.length)] = (char) random.nextInt(256);
            changed[random.nextInt(changed.length)] = (char) random.nextInt(128);
            assertThat(JobResult.parse(JobScript.CHECK, new String(changed)))
                    .satisfiesAnyOf(result -> assertThat(result).isEmpty(), result -> assertThat(result)
                            .containsInstanceOf(BackedUp.class));
        }
    }
}
