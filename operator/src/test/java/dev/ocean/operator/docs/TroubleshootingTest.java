package dev.ocean.operator.docs;

import dev.ocean.operator.report.Reason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** Whoever looks a reason up finds it. */
class TroubleshootingTest {

    private final String page = Documents.read("docs/troubleshooting.md");

    @Test
    void hasOneEntryForEachReasonAndNoOther() {
        assertThat(Documents.find(page, "^### (.*)$"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Reason.values()).map(Reason::code).toList());
    }

    @Test
    void everyEntrySaysSomething() {
        List<String> entries = Documents.find(page, "^### .*\\n(.*)$");

        assertThat(entries).hasSameSizeAs(Reason.values()).allSatisfy(entry -> assertThat(entry)
                .matches("[A-Z*`].{15,}[.]"));
    }
}
