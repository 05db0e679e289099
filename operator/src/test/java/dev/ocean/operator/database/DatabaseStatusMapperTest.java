package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.Kstatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import static dev.ocean.operator.report.ConditionType.CREDENTIALS_READY;
import static dev.ocean.operator.report.ConditionType.DATABASE_READY;
import static dev.ocean.operator.report.ConditionType.DELETION_BLOCKED;
import static dev.ocean.operator.report.ConditionType.DRIFT_DETECTED;
import static dev.ocean.operator.report.ConditionType.READY;
import static dev.ocean.operator.report.ConditionType.RECONCILING;
import static dev.ocean.operator.report.ConditionType.STALLED;
import static dev.ocean.operator.testkit.StatusAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

class DatabaseStatusMapperTest {

    private static final Problem AWAY = Problem.of(ProblemKind.TRANSIENT, Reason.INSTANCE_UNREACHABLE, "It is away.");

    private static Bench ready() {
        var bench = new Bench();
        bench.create(Fixtures.wish().spec());
        bench.converge();
        return bench;
    }

    private static Kstatus verdict(ManagedDatabase cr, ManagedDatabaseStatus status) {
        var metadata = cr.getMetadata();
        return Kstatus.of(
                metadata.getGeneration(),
                metadata.getDeletionTimestamp() != null,
                status.observedGeneration(),
                status.conditions());
    }

    @Test
    void saysThatADueRotationWaitsForARestore() {
        var bench = ready();
        bench.wait(Duration.ofMinutes(1));
        bench.references = Fixtures.restoring();
        bench.change(
                Fixtures.wish().withRotationAfter(bench.now.plusSeconds(60)).spec());
        bench.converge();
        assertThat(credentials(bench)).as("not due yet").doesNotContain("rotation");

        bench.wait(Duration.ofMinutes(1));
        bench.converge();
        assertThat(credentials(bench)).contains("rotation is due and waits", "DatabaseRestore");

        bench.references = Fixtures.references();
        bench.converge();
        assertThat(credentials(bench)).as("done").doesNotContain("rotation");
    }

    private static String credentials(Bench bench) {
        return Conditions.find(bench.status().orElseThrow().conditions(), CREDENTIALS_READY)
                .orElseThrow()
                .getMessage();
    }

    @Test
    void inOrder() {
        var bench = ready();
        var status = bench.status().orElseThrow();

        assertThat(status)
                .isWellFormed()
                .isAbout(1)
                .hasCondition(READY)
                .isTrue()
                .withReason(Reason.READY);
        assertThat(status)
                .hasCondition(DATABASE_READY)
                .isTrue()
                .withReason(Reason.AS_SPECIFIED)
                .hasCondition(CREDENTIALS_READY)
                .isTrue()
                .withReason(Reason.LOGIN_PROVED);
        assertThat(status).hasNoCondition(RECONCILING).hasNoCondition(STALLED).hasNoCondition(DRIFT_DETECTED);
        assertThat(verdict(bench.cr(), status)).isEqualTo(Kstatus.CURRENT);
        assertThat(status.databaseName()).isEqualTo("shop_orders");
        assertThat(status.activeLogin()).isEqualTo("shop_orders__a");
        assertThat(status.binding()).isEqualTo(new ManagedDatabaseStatus.Binding("orders-credentials"));
        assertThat(status.firstReadyTime()).isNotNull();
    }

    @Test
    void theTimeOfTheFirstReadinessStays() {
        var bench = ready();
        var first = bench.status().orElseThrow().firstReadyTime();
        bench.wait(Duration.ofDays(1));
        bench.change(Fixtures.wish().withConnectionLimit(5).spec());
        bench.converge();

        assertThat(bench.status().orElseThrow().firstReadyTime()).isEqualTo(first);
    }

    @Test
    void workingForTheFirstTime() {
        var cr = Fixtures.cr(Fixtures.wish().spec());

        var status = DatabaseStatusMapper.blocked(cr, Problem.of(ProblemKind.BUSY, Reason.BUSY, "Busy."), Fixtures.NOW);

        assertThat(status)
                .isWellFormed()
                .isAbout(1)
                .hasCondition(READY)
                .isUnknown()
                .withReason(Reason.CREATING);
        assertThat(verdict(cr, status)).isEqualTo(Kstatus.IN_PROGRESS);
    }

    @Test
    void whatCouldNotBeLookedAtStaysAsItWasKnown() {
        var bench = ready();

        var status = DatabaseStatusMapper.blocked(bench.cr(), AWAY, bench.now);

        assertThat(status).isWellFormed().hasCondition(READY).isFalse().withReason(Reason.INSTANCE_UNREACHABLE);
        assertThat(status).hasCondition(DATABASE_READY).isTrue().withReason(Reason.AS_SPECIFIED);
        assertThat(status.databaseName()).isEqualTo("shop_orders");
        assertThat(status.firstReadyTime())
                .isEqualTo(bench.status().orElseThrow().firstReadyTime());
        assertThat(verdict(bench.cr(), status)).isEqualTo(Kstatus.IN_PROGRESS);
    }

    @ParameterizedTest
    @EnumSource(ProblemKind.class)
    void everyProblemGivesAWellFormedStatus(ProblemKind kind) {
        var bench = ready();
        var problem = Problem.of(kind, Reason.NAME_CONFLICT, "Somebody's.");

        assertThat(DatabaseStatusMapper.blocked(bench.cr(), problem, bench.now)).isWellFormed();
        assertThat(DatabaseStatusMapper.deleting(bench.cr(), problem, bench.now))
                .isWellFormed();
    }

    @Test
    void aPersonMustAct() {
        var bench = ready();
        bench.world.server.knownDatabase("shop_orders").comment = "somebody's";

        bench.converge();

        var status = bench.status().orElseThrow();
        assertThat(status).isWellFormed().hasCondition(READY).isFalse().withReason(Reason.NAME_CONFLICT);
        assertThat(status)
                .hasCondition(STALLED)
                .isTrue()
                .withReason(Reason.NAME_CONFLICT)
                .hasNoCondition(RECONCILING);
        assertThat(status).hasCondition(DATABASE_READY).isFalse().withReason(Reason.NAME_CONFLICT);
        assertThat(verdict(bench.cr(), status)).isEqualTo(Kstatus.FAILED);
    }

    @Test
    void whatCannotBeCorrectedIsToldAndLeavesReadyTrue() {
        var bench = ready();
        bench.world.server.knownDatabase("shop_orders").encoding = "LATIN1";
        bench.pass();

        var status = bench.status().orElseThrow();
        assertThat(status).hasCondition(READY).isTrue().withReason(Reason.READY);
        assertThat(status).hasCondition(DRIFT_DETECTED).isTrue().withReason(Reason.IMMUTABLE_ON_SERVER);
        assertThat(status.drift()).containsExactly("The encoding is LATIN1, not UTF8.");
        assertThat(verdict(bench.cr(), status)).isEqualTo(Kstatus.CURRENT);
    }

    @Test
    void aDeletionThatWaits() {
        var bench = new Bench();
        bench.create(Fixtures.wish().withPolicy(DeletionPolicy.DELETE).spec());
        bench.converge();
        bench.delete();
        bench.world.failNext(AWAY);

        bench.pass();

        var status = bench.status().orElseThrow();
        assertThat(status).isWellFormed().hasCondition(READY).isFalse().withReason(Reason.DELETION_BLOCKED);
        assertThat(status)
                .hasCondition(DELETION_BLOCKED)
                .isTrue()
                .withReason(Reason.INSTANCE_UNREACHABLE)
                .hasNoCondition(STALLED);
        assertThat(verdict(bench.cr(), status)).isEqualTo(Kstatus.TERMINATING);
    }

    @Test
    void atRestTheStatusIsTheSame() {
        var bench = ready();
        var status = bench.status();
        bench.wait(Duration.ofMinutes(5));

        bench.pass();

        assertThat(bench.status()).isEqualTo(status);
    }

    @Test
    void holdsNoSecret() {
        var bench = ready();

        var password = Scenario.SimulatedSecrets.value(
                bench.secret("orders-credentials").orElseThrow(), "password");

        assertThat(bench.status().orElseThrow().toString()).doesNotContain(password);
        assertThat(bench.look().toString()).doesNotContain(password);
        assertThat(bench.request().toString()).doesNotContain(password);
    }
}
