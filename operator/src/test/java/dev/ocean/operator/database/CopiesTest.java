package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.testkit.SimulatedServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** What restores keep beside a database, and what they leave when they go. */
class CopiesTest {

    private static final String RESTORE = "1a2b3c4d-0000-4000-8000-000000000001";
    private static final String LIVE = "shop_orders";
    private static final String SCRATCH = "shop_orders__r_1a2b3c4d";
    private static final String PREVIOUS = "shop_orders__p_1a2b3c4d";

    private final Bench bench = new Bench();

    @BeforeEach
    void aDatabaseAtRest() {
        bench.create(Fixtures.wish().spec());
        bench.converge();
    }

    /** With a table of the owner, as a copy of the database has it. */
    private SimulatedServer.Database copy(String name, OwnershipMark mark) {
        var copy = bench.world.server.database(name);
        copy.accepting = false;
        copy.comment = mark.literal().value();
        copy.contents.put("table kept", "shop_orders__owner");
        return copy;
    }

    private void previousUntil(Duration ago) {
        copy(PREVIOUS, Fixtures.mark("cr-1").with(new MarkState.Previous(RESTORE, bench.now.minus(ago))));
    }

    private void scratch(String uid) {
        copy(SCRATCH, Fixtures.mark(uid).with(new MarkState.Scratch(RESTORE)));
    }

    private void restore() {
        var restore = new DatabaseRestore();
        restore.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("back")
                .withUid(RESTORE)
                .build());
        bench.world.api.store(restore);
    }

    @Test
    void aPreviousDatabaseOfARestoreThatIsGoneGoesSomeTimeAfterItsOwn() {
        previousUntil(Duration.ofMinutes(20));

        bench.converge();

        assertThat(bench.world.server.findDatabase(PREVIOUS)).isEmpty();
    }

    /** It may be about to bring it back: held up by a session, by its server, by a person. */
    @Test
    void aPreviousDatabaseOfARestoreThatIsThereIsLeftToIt() {
        restore();
        previousUntil(Duration.ofHours(20));

        bench.converge();

        assertThat(bench.world.server.findDatabase(PREVIOUS)).isPresent();
    }

    @Test
    void nothingIsDoneToADatabaseWhileARestoreFillsTheNextOne() {
        restore();
        scratch("cr-1");
        bench.world.server.knownDatabase(LIVE).limit = 7;
        bench.world.server.knownDatabase(LIVE).contents.put("table stray", "shop_orders__a");
        var before = bench.world.server.knownDatabase(LIVE).toString();

        bench.converge();

        assertThat(bench.world.server.knownDatabase(LIVE).toString()).isEqualTo(before);
        assertThat(bench.world.server.findDatabase(SCRATCH)).isPresent();
        bench.world.server.databases.remove(SCRATCH);
        bench.converge();
        assertThat(bench.world.server.knownDatabase(LIVE).limit).isEqualTo(54);
    }

    /** Its restore was abandoned: it must not hold the database for ever. */
    @Test
    void aScratchDatabaseOfARestoreThatIsGoneGoes() {
        scratch("cr-1");
        bench.world.server.knownDatabase(LIVE).limit = 7;

        bench.converge();

        assertThat(bench.world.server.findDatabase(SCRATCH)).isEmpty();
        assertThat(bench.world.server.knownDatabase(LIVE).limit).isEqualTo(54);
    }

    @Test
    void whoTakesADatabaseBackTakesItsCopiesToo() {
        previousUntil(Duration.ofHours(-1));
        bench.forceAway();
        bench.createAgain(
                "cr-2", Fixtures.wish().withPolicy(DeletionPolicy.DELETE).spec());
        bench.converge();
        assertThat(bench.world.server.knownDatabase(PREVIOUS).comment).contains("uid=cr-2", "op=" + RESTORE);

        bench.delete();
        bench.converge();

        assertThat(bench.world.server.databases).doesNotContainKeys(LIVE, PREVIOUS);
        assertThat(bench.world.server.roles).isEmpty();
    }

    @Test
    void whoTakesADatabaseBackIsNotHeldByWhatWasHalfFilledForItsPredecessor() {
        scratch("cr-1");
        bench.forceAway();
        bench.createAgain("cr-2", Fixtures.wish().spec());

        bench.converge();

        assertThat(bench.lastProblem).isEmpty();
        assertThat(bench.world.server.findDatabase(SCRATCH)).isEmpty();
    }

    @Test
    void aCopyOfSomebodyElseStays() {
        copy(PREVIOUS, Fixtures.markOfAnotherNamespace().with(new MarkState.Previous(RESTORE, bench.now)));
        bench.wait(Duration.ofHours(1));

        bench.converge();

        assertThat(bench.world.server.knownDatabase(PREVIOUS).comment).contains("namespaceUid=namespace-0");
    }
}
