package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.Orphan;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.OrphanState;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerPicture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

/** What is told of databases and roles that no object speaks for: never too early, never somebody else's. */
class OrphansTest {

    private static final String OURS = "installation-1";

    private final Map<String, DatabaseFacts> databases = new HashMap<>();
    private final Map<String, RoleFacts> roles = new HashMap<>();
    private Set<String> alive = Set.of();

    private static OwnershipMark mark(String installation, String uid) {
        return OwnershipMark.of(installation, "namespace-1", new ObjectId("ManagedDatabase", "shop", "orders", uid));
    }

    private void database(String name, @Nullable OwnershipMark mark) {
        databases.put(
                name,
                new DatabaseFacts(
                        1,
                        name,
                        Optional.ofNullable(mark),
                        mark != null,
                        "ocean_admin",
                        true,
                        54,
                        "UTF8",
                        "C",
                        "C",
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    private void role(String name, @Nullable OwnershipMark mark) {
        roles.put(
                name,
                new RoleFacts(
                        1, name, Optional.ofNullable(mark), false, -1, List.of(), List.of(), List.of(), List.of()));
    }

    private List<Orphan> found() {
        return Orphans.of(
                new ServerPicture(Fixtures.server(), databases, roles), OURS, object -> alive.contains(object.uid()));
    }

    @Test
    void aDatabaseOfAnObjectThatIsThereIsNone() {
        database("shop_orders", mark(OURS, "u-1"));
        role("shop_orders__owner", mark(OURS, "u-1"));
        alive = Set.of("u-1");

        assertThat(found()).isEmpty();
    }

    @Test
    void whatIsNotOursIsNone() {
        database("theirs", mark("installation-2", "u-1"));
        database("by_hand", null);
        role("somebody", null);

        assertThat(found()).isEmpty();
    }

    @Test
    void tellsWhatIsKeptFromWhatWasLeft() {
        database("shop_orders", mark(OURS, "u-1"));
        role("shop_orders__owner", mark(OURS, "u-1"));
        role("shop_orders__u_reader_a", mark(OURS, "u-2"));
        database("shop_kept", mark(OURS, "u-3").retained(Fixtures.NOW));
        role("shop_gone__owner", mark(OURS, "u-4"));

        assertThat(found())
                .containsExactly(
                        new Orphan("shop_gone__owner", "shop/orders", OrphanState.LEFT),
                        new Orphan("shop_kept", "shop/orders", OrphanState.RETAINED),
                        new Orphan("shop_orders", "shop/orders", OrphanState.LEFT));
    }

    /** Its restore is gone, and so is its database's object: nobody will drop it at its time. */
    @Test
    void aPreviousDatabaseOfAnObjectThatIsGoneIsOne() {
        database(
                "shop_orders__p_1a2b3c4d",
                mark(OURS, "u-1").with(new MarkState.Previous("1a2b3c4d-0000-4000-8000-000000000001", Fixtures.NOW)));

        assertThat(found()).containsExactly(new Orphan("shop_orders__p_1a2b3c4d", "shop/orders", OrphanState.LEFT));
    }

    /** The list is a map by name, and the API server refuses one with a name twice. */
    @Test
    void aRoleOfTheNameOfADatabaseIsNotListedBesideIt() {
        database("shop_orders", mark(OURS, "u-1"));
        role("shop_orders", mark(OURS, "u-1"));

        assertThat(found()).hasSize(1);
    }

    @Test
    void isToldAtItsSecondSightOnly() {
        database("shop_orders", mark(OURS, "u-1"));
        var ledger = new Orphans();

        assertThat(ledger.confirmed("i-1", found(), List.of())).isEmpty();
        assertThat(ledger.confirmed("i-2", found(), List.of()))
                .as("of another instance")
                .isEmpty();
        assertThat(ledger.confirmed("i-1", found(), List.of())).hasSize(1);
        databases.clear();
        assertThat(ledger.confirmed("i-1", found(), List.of("shop_orders"))).isEmpty();
    }

    @Test
    void aNewProcessBelievesTheStatus() {
        database("shop_orders", mark(OURS, "u-1"));

        assertThat(new Orphans().confirmed("i-1", found(), List.of("shop_orders")))
                .hasSize(1);
    }

    @Test
    void isNewsOnceAndOnlyIfItWasLeft() {
        database("shop_orders", mark(OURS, "u-1"));
        database("shop_kept", mark(OURS, "u-2").retained(Fixtures.NOW));

        assertThat(Orphans.news(found(), List.of()))
                .hasValueSatisfying(
                        news -> assertThat(news).contains("shop_orders").doesNotContain("shop_kept"));
        assertThat(Orphans.news(found(), List.of("shop_orders"))).isEmpty();
    }

    @Test
    void isBoundedHoweverManyThereAre() {
        IntStream.range(0, 500).forEach(number -> database("d" + number + "x".repeat(50), mark(OURS, "u-" + number)));

        assertThat(Orphans.news(found(), List.of()).orElseThrow())
                .hasSizeLessThan(1000)
                .contains("and 495 more");
        var status = InstanceStatusMapper.next(
                Fixtures.cr(),
                Fixtures.request(Fixtures.cr()),
                new ObservedInstance(Fixtures.server(), "17.12", 500, found()),
                Optional.empty(),
                Fixtures.NOW);
        assertThat(status.orphanCount()).isEqualTo(500);
        assertThat(status.orphans()).hasSize(20);
    }
}
