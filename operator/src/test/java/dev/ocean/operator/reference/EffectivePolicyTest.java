package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectReference;
import dev.ocean.operator.api.v1beta1.ProjectSpec;
import dev.ocean.operator.api.v1beta1.ProjectSpec.BackupPolicy;
import dev.ocean.operator.api.v1beta1.ProjectSpec.Backups;
import dev.ocean.operator.api.v1beta1.ProjectSpec.FinalBackup;
import dev.ocean.operator.reference.EffectivePolicy.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Data goes only where somebody wrote that it shall. */
class EffectivePolicyTest {

    private static ManagedDatabase database(@Nullable DeletionPolicy own, @Nullable String deleted) {
        var database = new ManagedDatabase();
        database.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("orders")
                .withDeletionTimestamp(deleted)
                .build());
        database.setSpec(new ManagedDatabaseSpec(
                new ProjectReference("shop"),
                null,
                null,
                "UTF8",
                null,
                null,
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                own,
                false));
        return database;
    }

    private static Project project(@Nullable DeletionPolicy theirs, @Nullable String deleted) {
        var project = new Project();
        project.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("shop")
                .withDeletionTimestamp(deleted)
                .build());
        project.setSpec(
                new ProjectSpec(null, null, null, new ProjectSpec.OnDelete(theirs, BackupPolicy.RETAIN, null), false));
        return project;
    }

    /** Times are seconds of one minute. */
    @ParameterizedTest(name = "own {0}, deleted at {1}; Project says {2}, deleted at {3}; namespace {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                // The own one holds, whatever the Project says.
                "DELETE, 05, RETAIN, -, STAYS, DELETE",
                "DELETE, 05, RETAIN, 01, STAYS, DELETE",
                "RETAIN, 05, DELETE, 01, STAYS, RETAIN",
                // Absent: its Project's while that takes it along.
                "-, 05, DELETE, -, STAYS, RETAIN",
                "-, 05, DELETE, 04, STAYS, DELETE",
                "-, 05, DELETE, 05, STAYS, DELETE",
                "-, 05, DELETE, 06, STAYS, RETAIN",
                "-, 05, RETAIN, 04, STAYS, RETAIN",
                "-, 05, -, 04, STAYS, RETAIN",
                // What a plan says of one that is yet to be deleted.
                "-, -, DELETE, 04, STAYS, DELETE",
                "-, -, RETAIN, 04, STAYS, RETAIN",
                "RETAIN, -, DELETE, 04, STAYS, RETAIN",
                // With its namespace: both must say so.
                "-, 05, DELETE, 04, GOES, RETAIN",
                "DELETE, 05, DELETE, 05, GOES, DELETE",
                "DELETE, 05, DELETE, -, GOES, DELETE",
                "DELETE, 05, RETAIN, 04, GOES, RETAIN",
                "DELETE, 05, -, 04, GOES, RETAIN",
                "RETAIN, 05, DELETE, 04, GOES, RETAIN"
            })
    void decides(
            @Nullable DeletionPolicy own,
            @Nullable String deleted,
            @Nullable DeletionPolicy theirs,
            @Nullable String projectDeleted,
            Namespace namespace,
            DeletionPolicy expected) {
        var project = project(theirs, time(projectDeleted));

        assertThat(EffectivePolicy.of(database(own, time(deleted)), Optional.of(project), namespace))
                .isEqualTo(new EffectivePolicy(expected, FinalBackup.NONE));
    }

    @ParameterizedTest(name = "own {0}, namespace {1}")
    @CsvSource(
            nullValues = "-",
            value = {"DELETE, STAYS", "-, STAYS", "RETAIN, STAYS", "DELETE, GOES", "-, GOES", "RETAIN, GOES"})
    void withoutAProjectNobodyCanSayThatNoLastBackupIsWanted(@Nullable DeletionPolicy own, Namespace namespace) {
        assertThat(EffectivePolicy.of(database(own, time("05")), Optional.empty(), namespace))
                .isEqualTo(EffectivePolicy.RETAIN);
    }

    private static @Nullable String time(@Nullable String seconds) {
        return seconds == null ? null : "2026-11-22T10:00:" + seconds + "Z";
    }

    private static final Backups VOLUME = new Backups(null, "claim");

    @ParameterizedTest(name = "own {0}; finalBackup {1}, volume {2}, namespace {3}: {4}, {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                // Who has a volume wants a last one, unless he says otherwise; also of one that is deleted alone.
                "-, -, true, STAYS, DELETE, REQUIRED",
                "DELETE, -, true, STAYS, DELETE, REQUIRED",
                "-, NONE, true, STAYS, DELETE, NONE",
                "-, BEST_EFFORT, true, STAYS, DELETE, BEST_EFFORT",
                "DELETE, REQUIRED, true, STAYS, DELETE, REQUIRED",
                "RETAIN, REQUIRED, true, STAYS, RETAIN, NONE",
                // Where none can ever be made: kept if it is required.
                "-, -, false, STAYS, DELETE, NONE",
                "-, REQUIRED, false, STAYS, RETAIN, NONE",
                "DELETE, REQUIRED, false, STAYS, RETAIN, NONE",
                "DELETE, BEST_EFFORT, false, STAYS, DELETE, NONE",
                "DELETE, -, true, GOES, RETAIN, NONE",
                "DELETE, REQUIRED, true, GOES, RETAIN, NONE",
                "DELETE, BEST_EFFORT, true, GOES, DELETE, NONE",
                "DELETE, NONE, true, GOES, DELETE, NONE",
                "-, NONE, true, GOES, RETAIN, NONE"
            })
    void owesALastBackup(
            @Nullable DeletionPolicy own,
            @Nullable FinalBackup wanted,
            boolean volume,
            Namespace namespace,
            DeletionPolicy data,
            FinalBackup finalBackup) {
        var project = project(DeletionPolicy.DELETE, time("04"));
        project.setSpec(new ProjectSpec(
                null,
                volume ? VOLUME : null,
                null,
                new ProjectSpec.OnDelete(DeletionPolicy.DELETE, BackupPolicy.RETAIN, wanted),
                false));

        assertThat(EffectivePolicy.of(database(own, time("05")), Optional.of(project), namespace))
                .isEqualTo(new EffectivePolicy(data, finalBackup));
    }
}
