package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectReference;
import dev.ocean.operator.api.v1beta1.ProjectSpec;
import dev.ocean.operator.api.v1beta1.ProjectSpec.BackupPolicy;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Project {@code shop/shop} and databases of it; the ones that change a database change the one that they are given. */
final class Fixtures {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private Fixtures() {}

    static Project project(long generation) {
        var project = new Project();
        project.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("shop")
                .withUid("p-1")
                .withGeneration(generation)
                .build());
        project.setSpec(new ProjectSpec(
                null, null, null, new ProjectSpec.OnDelete(DeletionPolicy.DELETE, BackupPolicy.RETAIN, null), false));
        return project;
    }

    /** One that is being deleted, with its databases. */
    static Project deleted() {
        var project = project(2);
        project.getMetadata().setDeletionTimestamp(NOW.toString());
        return project;
    }

    static ManagedDatabase database(String name) {
        return database(name, null, false);
    }

    static ManagedDatabase withPolicy(String name, DeletionPolicy policy) {
        return database(name, policy, false);
    }

    private static ManagedDatabase database(String name, @Nullable DeletionPolicy policy, boolean isProtected) {
        var database = new ManagedDatabase();
        database.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName(name)
                .withUid("u-" + name)
                .build());
        database.setSpec(spec(policy, isProtected));
        return database;
    }

    private static ManagedDatabaseSpec spec(@Nullable DeletionPolicy policy, boolean isProtected) {
        return new ManagedDatabaseSpec(
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
                policy,
                isProtected);
    }

    static ManagedDatabase protect(ManagedDatabase database) {
        database.setSpec(spec(database.getSpec().deletionPolicy(), true));
        return database;
    }

    static ManagedDatabase pause(ManagedDatabase database) {
        database.getMetadata().setAnnotations(Map.of("ocean.dev/reconcile", "paused"));
        return database;
    }

    /** One that was deleted after its Project. */
    static ManagedDatabase going(ManagedDatabase database) {
        database.getMetadata().setDeletionTimestamp(NOW.plusSeconds(1).toString());
        return database;
    }

    static ManagedDatabase waitingFor(ManagedDatabase database, Reason reason) {
        var conditions = Conditions.after(List.of(), 1, NOW)
                .deletionBlocked(Problem.of(ProblemKind.TRANSIENT, reason, "It waits."))
                .list();
        database.setStatus(new ManagedDatabaseStatus(
                1L, null, null, null, null, null, null, null, null, null, List.of(), List.of(), conditions));
        return database;
    }
}
