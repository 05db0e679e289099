package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ProjectStatus;
import dev.ocean.operator.api.v1beta1.ProjectStatus.PlannedDeletion;
import dev.ocean.operator.project.DeletionPlan.Member;
import dev.ocean.operator.reference.EffectivePolicy.Namespace;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class DeletionPlanTest {

    private static DeletionPlan plan(ManagedDatabase... databases) {
        return DeletionPlan.of(Fixtures.deleted(), List.of(databases), Namespace.STAYS);
    }

    private static Problem obstacle(ManagedDatabase... databases) {
        return plan(databases).obstacle().orElseThrow();
    }

    @Test
    void isDoneOnceNoDatabaseIsLeft() {
        assertThat(plan().isDone()).isTrue();
        assertThat(plan().obstacle()).isEmpty();
        assertThat(plan().due()).isEmpty();
    }

    @Test
    void deletesWhatNobodyHoldsAndWhatIsNotDeletedYet() {
        var plan = plan(
                Fixtures.database("orders"),
                Fixtures.going(Fixtures.database("going")),
                Fixtures.waitingFor(Fixtures.going(Fixtures.database("archive")), Reason.INSTANCE_UNREACHABLE),
                Fixtures.protect(Fixtures.database("ledger")),
                Fixtures.protect(Fixtures.going(Fixtures.database("vault"))),
                Fixtures.pause(Fixtures.database("frozen")));

        assertThat(plan.due()).extracting(Member::name).containsExactly("orders");
    }

    @Test
    void saysWhatBecomesOfEachSortedByName() {
        var plan = plan(
                Fixtures.database("orders"),
                Fixtures.withPolicy("kept", DeletionPolicy.RETAIN),
                Fixtures.protect(Fixtures.withPolicy("ledger", DeletionPolicy.DELETE)),
                Fixtures.waitingFor(Fixtures.going(Fixtures.database("archive")), Reason.INSTANCE_UNREACHABLE));

        assertThat(plan.shown())
                .containsExactly(
                        new PlannedDeletion("archive", DeletionPolicy.DELETE, null, "InstanceUnreachable"),
                        new PlannedDeletion("kept", DeletionPolicy.RETAIN, null, null),
                        new PlannedDeletion("ledger", DeletionPolicy.DELETE, null, "ProtectionEnabled"),
                        new PlannedDeletion("orders", DeletionPolicy.DELETE, null, null));
    }

    @Test
    void keepsWhatTheNamespaceTakesAlongUnlessItsOwnPolicySaysDelete() {
        var plan = DeletionPlan.of(
                Fixtures.deleted(),
                List.of(Fixtures.database("orders"), Fixtures.withPolicy("scratch", DeletionPolicy.DELETE)),
                Namespace.GOES);

        assertThat(plan.shown())
                .extracting(PlannedDeletion::action)
                .containsExactly(DeletionPolicy.RETAIN, DeletionPolicy.DELETE);
    }

    @Test
    void namesExactlyWhatHoldsItAndTheWaysOut() {
        var problem = obstacle(
                Fixtures.database("orders"),
                Fixtures.going(Fixtures.database("going")),
                Fixtures.waitingFor(Fixtures.going(Fixtures.database("archive")), Reason.INSTANCE_UNREACHABLE),
                Fixtures.protect(Fixtures.database("ledger")),
                Fixtures.pause(Fixtures.database("frozen")));

        assertThat(problem.reason()).isEqualTo(Reason.PROTECTION_ENABLED);
        assertThat(problem.kind()).isEqualTo(ProblemKind.INVALID);
        assertThat(problem.message())
                .contains("ledger", "`spec.deletionProtection`")
                .contains("frozen", "ocean.dev/reconcile")
                .contains("archive (InstanceUnreachable)", "ocean.dev/abandon")
                .doesNotContain("orders", "going");
    }

    @Test
    void waitsForWhatOnlyTakesItsTime() {
        var problem = obstacle(Fixtures.database("orders"), Fixtures.going(Fixtures.database("going")));

        assertThat(problem.reason()).isEqualTo(Reason.DATABASES_REMAINING);
        assertThat(problem.kind()).isEqualTo(ProblemKind.WAITING);
        assertThat(problem.message()).contains("going, orders");
    }

    @Test
    void staysWithinTheBoundsOfAStatusHoweverManyThereAre() {
        var many = IntStream.range(0, 300)
                .mapToObj(number -> Fixtures.protect(Fixtures.database("d" + number + "-" + "x".repeat(50))))
                .toArray(ManagedDatabase[]::new);

        assertThat(plan(many).shown()).hasSize(ProjectStatus.MAX_DELETIONS);
        assertThat(obstacle(many).message())
                .hasSizeLessThan(1000)
                .contains("and 295 more", "`spec.deletionProtection`");
    }
}
