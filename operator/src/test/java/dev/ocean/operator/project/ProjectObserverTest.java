package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.reference.EffectivePolicy;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Before a database is deleted with its Project, the live objects must say the same as the cache did. */
class ProjectObserverTest {

    private final SimulatedWorld world = new SimulatedWorld();
    private final ProjectObserver observer = new ProjectObserver(world.api);

    private Reason refusal() {
        return catchThrowableOfType(Blocked.class, () -> observer.live(Fixtures.deleted()))
                .problem()
                .reason();
    }

    @Test
    void knowsTheVeryProject() {
        world.api.store(Fixtures.deleted());

        assertThat(observer.live(Fixtures.deleted()).getMetadata().getUid()).isEqualTo("p-1");
    }

    @Test
    void refusesASuccessorOfTheSameName() {
        var successor = Fixtures.deleted();
        successor.getMetadata().setUid("p-2");
        world.api.store(successor);

        assertThat(refusal()).isEqualTo(Reason.STALE_READ);
    }

    @Test
    void refusesOneThatNobodyAskedToGo() {
        world.api.store(Fixtures.project(1));

        assertThat(refusal()).isEqualTo(Reason.STALE_READ);
    }

    @Test
    void refusesWhereAllProjectsAreAskedToGoWithTheirDefinition() {
        world.api.store(Fixtures.deleted());
        world.api.definitionGoing = true;

        assertThat(refusal()).isEqualTo(Reason.DEFINITION_BEING_DELETED);
    }

    @Test
    void findsItsMembersAndNobodyElses() {
        world.api.store(Fixtures.database("orders"));
        var elsewhere = Fixtures.database("orders");
        elsewhere.getMetadata().setNamespace("other");
        elsewhere.getMetadata().setUid("u-other");
        world.api.store(elsewhere);

        assertThat(observer.members(Fixtures.deleted()))
                .extracting(ManagedDatabase::getMetadata)
                .extracting(metadata -> metadata.getUid())
                .containsExactly("u-orders");
    }

    @Test
    void aNamespaceThatIsGoneOrGoingGoes() {
        assertThat(observer.namespace(Fixtures.deleted())).isEqualTo(EffectivePolicy.Namespace.GOES);
        var namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName("shop")
                .endMetadata()
                .build();
        world.api.store(namespace);
        assertThat(observer.namespace(Fixtures.deleted())).isEqualTo(EffectivePolicy.Namespace.STAYS);
        namespace.getMetadata().setDeletionTimestamp(Fixtures.NOW.toString());
        world.api.remove(ObjectName.ofCluster(Namespace.class, "shop"));
        world.api.store(namespace);
        assertThat(observer.namespace(Fixtures.deleted())).isEqualTo(EffectivePolicy.Namespace.GOES);
    }
}
