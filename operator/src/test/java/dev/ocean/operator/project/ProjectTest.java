package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.reference.EffectivePolicy.Namespace;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import static dev.ocean.operator.report.ConditionType.DELETION_BLOCKED;
import static dev.ocean.operator.report.ConditionType.READY;
import static dev.ocean.operator.testkit.StatusAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

class ProjectTest {

    private static final Instant NOW = Fixtures.NOW;

    private static Project project(long generation) {
        return Fixtures.project(generation);
    }

    private static ManagedDatabase database(boolean ready) {
        var database = new ManagedDatabase();
        var conditions = Conditions.after(List.of(), 1, NOW);
        var list = (ready
                        ? conditions.holds(ConditionType.READY, Reason.READY, "")
                        : conditions.holdsNot(ConditionType.READY, Reason.CREATING, ""))
                .list();
        database.setStatus(new ManagedDatabaseStatus(
                1L, null, null, null, null, null, null, null, null, null, List.of(), List.of(), list));
        return database;
    }

    @Test
    void countsItsMembers() {
        var status = ProjectStatusMapper.next(
                project(1), List.of(database(true), database(false), new ManagedDatabase()), Optional.empty(), NOW);

        assertThat(status)
                .isWellFormed()
                .isAbout(1)
                .hasCondition(READY)
                .isTrue()
                .withReason(Reason.READY);
        assertThat(status.databaseCount()).isEqualTo(3);
        assertThat(status.readyDatabaseCount()).isEqualTo(1);
    }

    @Test
    void saysWhatHoldsItsDeletion() {
        var problem = Problem.of(ProblemKind.WAITING, Reason.DATABASES_REMAINING, "Two are left.");

        var status = ProjectStatusMapper.deletionBlocked(project(1), problem, NOW);

        assertThat(status)
                .isWellFormed()
                .hasCondition(DELETION_BLOCKED)
                .isTrue()
                .withReason(Reason.DATABASES_REMAINING);
        assertThat(status).hasCondition(READY).isFalse().withReason(Reason.DELETION_BLOCKED);
        assertThat(ProjectStatusMapper.blocked(project(1), problem, NOW))
                .isWellFormed()
                .hasCondition(READY)
                .isFalse();
    }

    @Test
    void showsThePlanWhileItIsBeingDeleted() {
        var project = Fixtures.deleted();
        var members = List.of(Fixtures.database("orders"), Fixtures.protect(Fixtures.database("ledger")));
        var plan = DeletionPlan.of(project, members, Namespace.STAYS);

        var status = ProjectStatusMapper.deleting(
                project, members, plan, plan.obstacle().orElseThrow(), NOW);

        assertThat(status)
                .isWellFormed()
                .hasCondition(DELETION_BLOCKED)
                .isTrue()
                .withReason(Reason.PROTECTION_ENABLED);
        assertThat(status.databaseCount()).isEqualTo(2);
        assertThat(status.deletionPlan()).isEqualTo(plan.shown());
        project.setStatus(status);
        var later = ProjectStatusMapper.deletionBlocked(
                project, Problem.of(ProblemKind.TRANSIENT, Reason.API_UNAVAILABLE, "The API server is away."), NOW);
        assertThat(later.deletionPlan()).as("kept where nobody could look").isEqualTo(plan.shown());
    }

    @Test
    void holdsBackCountsThatChangeManyTimesASecond() {
        var counting = new Counting();
        var project = project(1);
        var first = ProjectStatusMapper.next(project, List.of(), Optional.empty(), NOW);

        assertThat(counting.wait(project, first, NOW)).isZero();
        project.setStatus(first);
        var second = ProjectStatusMapper.next(project, List.of(database(false)), Optional.empty(), NOW.plusSeconds(1));
        assertThat(counting.wait(project, second, NOW.plusSeconds(1))).isEqualTo(Duration.ofSeconds(4));
        assertThat(counting.wait(project, second, NOW.plusSeconds(5))).isZero();
    }

    @Test
    void holdsBackNothingOfANewGeneration() {
        var counting = new Counting();
        var project = project(1);
        var first = ProjectStatusMapper.next(project, List.of(), Optional.empty(), NOW);
        counting.wait(project, first, NOW);
        var changed = project(2);
        changed.setStatus(first);

        assertThat(counting.wait(
                        changed,
                        ProjectStatusMapper.next(changed, List.of(), Optional.empty(), NOW),
                        NOW.plusSeconds(1)))
                .isZero();
    }

    @Test
    void anUnchangedStatusDoesNotDelayTheNextChange() {
        var counting = new Counting();
        var project = project(1);
        project.setStatus(ProjectStatusMapper.next(project, List.of(), Optional.empty(), NOW));

        assertThat(counting.wait(project, ProjectStatusMapper.next(project, List.of(), Optional.empty(), NOW), NOW))
                .isZero();
        assertThat(counting.wait(
                        project,
                        ProjectStatusMapper.next(project, List.of(database(true)), Optional.empty(), NOW),
                        NOW.plusMillis(1)))
                .isZero();
    }

    @Test
    void forgetsAProjectThatIsGone() {
        var counting = new Counting();
        var project = project(1);
        var first = ProjectStatusMapper.next(project, List.of(), Optional.empty(), NOW);
        counting.wait(project, first, NOW);
        project.setStatus(first);
        counting.forget(project);

        assertThat(counting.wait(
                        project,
                        ProjectStatusMapper.next(project, List.of(database(true)), Optional.empty(), NOW),
                        NOW.plusMillis(1)))
                .isZero();
    }

    private static Optional<Reason> objection(PersistentVolumeClaim... claim) {
        var name = new ObjectName(PersistentVolumeClaim.class, "shop", "mine");
        return BackupClaim.objection(name, Stream.of(claim).findFirst()).map(Problem::reason);
    }

    private static PersistentVolumeClaim claim(String consent) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("mine")
                .addToLabels("ocean.dev/backup-storage", consent)
                .endMetadata()
                .build();
    }

    @Test
    void saysThatAClaimOfTheUsersIsMissingOrNotAllowed() {
        var going = claim("true");
        going.getMetadata().setDeletionTimestamp(NOW.toString());

        assertThat(objection()).contains(Reason.REFERENCE_NOT_FOUND);
        assertThat(objection(going)).contains(Reason.REFERENCE_NOT_FOUND);
        assertThat(objection(claim("false"))).contains(Reason.VOLUME_NOT_ALLOWED);
        assertThat(objection(claim("true"))).as("bound or not").isEmpty();
    }

    @Test
    void holdsBackNoChangeOfItsConditions() {
        var counting = new Counting();
        var project = project(1);
        var missing = Problem.of(ProblemKind.WAITING, Reason.REFERENCE_NOT_FOUND, "It is not there.");
        var first = ProjectStatusMapper.next(project, List.of(), Optional.of(missing), NOW);
        counting.wait(project, first, NOW);
        project.setStatus(first);

        assertThat(counting.wait(
                        project,
                        ProjectStatusMapper.next(project, List.of(), Optional.empty(), NOW),
                        NOW.plusSeconds(1)))
                .isZero();
    }
}
