package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec;
import dev.ocean.operator.api.v1beta1.ProjectSpec.BackupPolicy;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.reference.EffectivePolicy;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import static org.assertj.core.api.Assertions.assertThat;

/** What the live Project and namespace say about a database that goes. */
class DeletionObserverTest {

    private static final Instant DELETED = Fixtures.NOW;
    private static final Problem AWAY =
            Problem.of(ProblemKind.TRANSIENT, Reason.INSTANCE_UNREACHABLE, "The server does not answer.");

    private final SimulatedWorld world = new SimulatedWorld();
    private final DeletionObserver observer = new DeletionObserver(world.api, Duration.ofMinutes(2));

    private static ManagedDatabase deleted(@Nullable DeletionPolicy policy) {
        var wish = policy == null ? Fixtures.wish() : Fixtures.wish().withPolicy(policy);
        var cr = Fixtures.cr(wish.spec());
        cr.getMetadata().setDeletionTimestamp(DELETED.toString());
        return cr;
    }

    private void namespace(@Nullable Instant deleted) {
        var namespace = Fixtures.namespace();
        namespace.getMetadata().setDeletionTimestamp(deleted == null ? null : deleted.toString());
        world.api.store(namespace);
    }

    private void project(@Nullable Instant deleted) {
        var project = new Project();
        project.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("shop")
                .withDeletionTimestamp(deleted == null ? null : deleted.toString())
                .build());
        project.setSpec(new ProjectSpec(
                null, null, null, new ProjectSpec.OnDelete(DeletionPolicy.DELETE, BackupPolicy.RETAIN, null), false));
        world.api.store(project);
    }

    @Test
    void theProjectThatTakesItAlongDecides() {
        namespace(null);
        project(DELETED);

        assertThat(observer.policy(deleted(null)).data()).isEqualTo(DeletionPolicy.DELETE);
    }

    @Test
    void aVolumeThatGoesUnderWayIsNoLeaveToDrop() {
        namespace(null);
        project(DELETED);
        var cr = deleted(null);
        var last = new DatabaseBackup();
        last.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName(ResourceNames.finalBackup(
                        cr.getMetadata().getName(), cr.getMetadata().getUid()))
                .build());
        world.api.store(last);

        assertThat(observer.policy(cr)).isEqualTo(EffectivePolicy.RETAIN);
    }

    @Test
    void aProjectThatStaysDecidesNothing() {
        namespace(null);
        project(null);

        assertThat(observer.policy(deleted(null)).data()).isEqualTo(DeletionPolicy.RETAIN);
        assertThat(observer.policy(deleted(DeletionPolicy.DELETE)).data()).isEqualTo(DeletionPolicy.DELETE);
    }

    @Test
    void aProjectThatIsGoneKeepsEverything() {
        namespace(null);

        assertThat(observer.policy(deleted(null)).data()).isEqualTo(DeletionPolicy.RETAIN);
        assertThat(observer.policy(deleted(DeletionPolicy.DELETE)).data())
                .as("nobody can say that no last backup is wanted")
                .isEqualTo(DeletionPolicy.RETAIN);
    }

    /** {@code kubectl delete crd projects.ocean.dev} is nobody's wish for data. */
    @Test
    void aProjectThatGoesWithItsDefinitionDecidesNothing() {
        namespace(null);
        project(DELETED);
        world.api.definitionGoing = true;

        assertThat(observer.policy(deleted(null)).data()).isEqualTo(DeletionPolicy.RETAIN);
    }

    /** The namespace asks the Project to go too, and its default is Delete. */
    @Test
    void aNamespaceThatGoesKeepsWhatNobodyWroteDeleteOn() {
        namespace(DELETED);
        project(DELETED);

        assertThat(observer.policy(deleted(null)).data()).isEqualTo(DeletionPolicy.RETAIN);
        assertThat(observer.policy(deleted(DeletionPolicy.DELETE)).data()).isEqualTo(DeletionPolicy.DELETE);
    }

    @Test
    void aNamespaceThatGoesWithoutTheProjectKeepsEverything() {
        namespace(DELETED);

        assertThat(observer.policy(deleted(DeletionPolicy.DELETE)).data()).isEqualTo(DeletionPolicy.RETAIN);
    }

    private Optional<Instant> hopelessFrom(ManagedDatabase cr, Problem problem) {
        return observer.hopelessFrom(cr, problem, DELETED.plusSeconds(1));
    }

    private static ManagedDatabase told(ManagedDatabase cr, Problem problem) {
        cr.setStatus(DatabaseStatusMapper.deleting(cr, problem, DELETED));
        return cr;
    }

    @Test
    void nothingIsHopelessWhereTheNamespaceStays() {
        namespace(null);

        assertThat(hopelessFrom(told(deleted(null), AWAY), AWAY)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {
                "PROTECTION_ENABLED",
                "DEFINITION_BEING_DELETED",
                "WAITING_FOR_SESSIONS",
                "ROLES_IN_USE",
                "BUSY",
                "API_UNAVAILABLE",
                "INSTANCE_IDENTITY_CHANGED"
            })
    void whatAPersonOrTimeCanMendIsNotHopeless(Reason reason) {
        namespace(DELETED);
        var problem = Problem.of(ProblemKind.WAITING, reason, "It waits.");

        assertThat(hopelessFrom(told(deleted(null), problem), problem)).isEmpty();
    }

    @Test
    void countsFromWhatCameLastAndOutlivesTheOperator() {
        namespace(DELETED.plus(Duration.ofMinutes(10)));

        assertThat(hopelessFrom(told(deleted(null), AWAY), AWAY)).contains(DELETED.plus(Duration.ofMinutes(12)));

        namespace(DELETED.minus(Duration.ofMinutes(10)));

        assertThat(hopelessFrom(told(deleted(null), AWAY), AWAY)).contains(DELETED.plus(Duration.ofMinutes(2)));
    }

    /** A namespace can wait for hours for something else; one moment without the server is no reason then. */
    @Test
    void atFirstSightItIsOnlyLookedAtAgainSoon() {
        namespace(DELETED.minus(Duration.ofHours(2)));
        var now = DELETED.plus(Duration.ofHours(1));
        var held = told(deleted(null), Problem.of(ProblemKind.INVALID, Reason.PROTECTION_ENABLED, "It is protected."));

        assertThat(observer.hopelessFrom(held, AWAY, now)).contains(now.plusSeconds(10));
        assertThat(observer.hopelessFrom(told(deleted(null), AWAY), AWAY, now).orElseThrow())
                .isBefore(now);
    }
}
