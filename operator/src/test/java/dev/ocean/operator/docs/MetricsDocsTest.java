package dev.ocean.operator.docs;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.observability.OperatorMetrics;
import dev.ocean.operator.postgres.ConnectionKind;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** The page and {@code /metrics} have the same names, labels and types. */
class MetricsDocsTest {

    private static final String PAGE = Documents.read("docs/metrics.md");

    private final String scrape = scrape();

    @Test
    void everyMetricIsOnThePageAndNoOther() {
        var families = Documents.find(scrape, "^# TYPE (ocean_[a-z_]+) .*$").stream()
                .filter(name -> !name.endsWith("_max"))
                .toList();

        assertThat(Documents.find(PAGE, "^\\| `(ocean_[a-z_]+)` \\|")).containsExactlyInAnyOrderElementsOf(families);
    }

    @Test
    void typesAndLabelsAreThoseOfThePage() {
        for (var row : PAGE.lines().filter(line -> line.startsWith("| `ocean_")).toList()) {
            var cells = List.of(row.split(" \\| ", -1));
            var name = cells.getFirst().replaceAll("[| `]", "");
            assertThat(scrape).contains("# TYPE " + name + " " + cells.get(1) + "\n");
            var sample = Documents.find(scrape, "^" + name + "(?:_count)?(\\{[^}]*})?.*$")
                    .getFirst();
            assertThat(Documents.find(sample == null ? "" : sample, "([a-z_]+)="))
                    .as(name)
                    .containsExactlyInAnyOrderElementsOf(Documents.find(cells.get(2), "`([a-z_]+)`"));
        }
    }

    @Test
    void everyNameInAnyDocumentExists() {
        var known = Documents.find(PAGE, "^\\| `(ocean_[a-z_]+)` \\|");

        for (var file : Documents.files()) {
            assertThat(Documents.find(Documents.read(file), "\\b(ocean_[a-z_]+)"))
                    .as("%s", file)
                    .filteredOn(name -> !name.equals("ocean_admin"))
                    .isSubsetOf(known);
        }
    }

    @Test
    void everyKindOfConnectionIsOnThePage() {
        assertThat(Arrays.stream(ConnectionKind.values())
                        .map(kind -> "`" + kind.name().toLowerCase(Locale.ROOT) + "`"))
                .allSatisfy(kind -> assertThat(PAGE).contains(kind));
    }

    @Test
    void theSeriesOfAnInstanceGoWithIt() {
        var metrics = new OperatorMetrics("1");
        var instance = new ObjectId("PostgresInstance", "shop", "main", "uid");
        metrics.onOrphans(instance, 3, 1);
        assertThat(metrics.scrape()).contains("name=\"main\",namespace=\"shop\",state=\"retained\"} 3");

        metrics.onInstanceGone(instance);

        assertThat(metrics.scrape()).doesNotContain("ocean_instance_orphans{");
    }

    /** After one of everything. */
    private static String scrape() {
        var metrics = new OperatorMetrics("1");
        var problem = Problem.of(ProblemKind.INVALID, Reason.INVALID_SPEC, "No. Change it.");
        metrics.onPass(new ObjectId("Project", "shop", "shop", "uid"), Optional.of(problem), Duration.ofMillis(1));
        metrics.onRoundTrip("picture", 1);
        metrics.onError("picture", "42");
        metrics.onConnectionOpened(ConnectionKind.MAINTENANCE);
        metrics.onOrphans(new ObjectId("PostgresInstance", "shop", "main", "uid"), 1, 0);
        metrics.onOutcome(new ObjectId("DatabaseBackup", "shop", "nightly", "uid"), "Complete");
        metrics.onOutcome(new ObjectId("DatabaseRestore", "shop", "back", "uid"), "Complete");
        return metrics.scrape();
    }
}
