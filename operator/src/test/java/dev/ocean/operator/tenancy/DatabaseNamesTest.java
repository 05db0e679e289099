package dev.ocean.operator.tenancy;

import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.testkit.Seeds;
import java.util.HashMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

class DatabaseNamesTest {

    private static final String LONG = "x".repeat(63);

    private static String hash(String path) {
        return "_" + ResourceNames.hash(path);
    }

    @ParameterizedTest
    @CsvSource({"shop, orders, shop_orders", "a, b, a_b", "shop1, 2orders, shop1_2orders"})
    void joinsWhatNeedsNoFolding(String namespace, String name, String folded) {
        assertThat(DatabaseNames.folded(namespace, name).value()).isEqualTo(folded);
    }

    @ParameterizedTest
    @CsvSource({
        "team-a, orders, team_a_orders",
        "team, a-orders, team_a_orders",
        "a--b, c, a_b_c",
        "1st, orders, db_1st_orders",
        "pg, stat, db_pg_stat",
        "pg-x, stat, db_pg_x_stat",
        "current, user, current_user",
        "rds, superuser, rds_superuser",
        "shop, 1a2b3c4d, shop_1a2b3c4d",
        "shop, a.b, shop_a_b"
    })
    void endsInAHashWhereFoldingIsAmbiguousOrTheNameTaken(String namespace, String name, String beginning) {
        assertThat(DatabaseNames.folded(namespace, name).value()).isEqualTo(beginning + hash(namespace + "/" + name));
    }

    @Test
    void cutsWhatIsTooLong() {
        var folded = DatabaseNames.folded(LONG, "orders").value();

        assertThat(folded).hasSize(63).endsWith(hash(LONG + "/orders")).startsWith("xxxx");
        assertThat(DatabaseNames.folded("x".repeat(31), "y".repeat(31)).value())
                .hasSize(63)
                .endsWith("yyy");
        assertThat(DatabaseNames.folded("x".repeat(31), "y".repeat(32)).value())
                .hasSize(63)
                .doesNotEndWith("yyy");
    }

    /** What is cut off must not leave the mark that separates derived names. */
    @Test
    void hasNoDoubleUnderscoreWhereItIsCut() {
        for (var length = 40; length < 63; length++) {
            assertThat(DatabaseNames.folded("x".repeat(length), "y-" + "z".repeat(40))
                            .value())
                    .doesNotContain("__");
            assertThat(DatabaseNames.folded("x".repeat(length) + "-y", "orders").value())
                    .doesNotContain("__");
        }
    }

    /** The hash of one long name, taken as a name in a namespace that begins alike. */
    @Test
    void cannotBeForeseenByANamespaceThatBeginsAlike() {
        var victim = DatabaseNames.folded(LONG, "orders").value();

        var squatter =
                DatabaseNames.folded("x".repeat(54), victim.substring(55)).value();

        assertThat(squatter).isNotEqualTo(victim);
    }

    static LongStream seeds() {
        return Seeds.of(20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void twoObjectsNeverShareAName(long seed) {
        var random = Seeds.generator(seed);
        var owners = new HashMap<String, String>();
        for (var i = 0; i < 2000; i++) {
            var path = label(random) + "/" + label(random);
            var name = DatabaseNames.folded(path.substring(0, path.indexOf('/')), path.substring(path.indexOf('/') + 1))
                    .value();

            assertThat(DatabaseNames.objection(name, "ocean_admin", "postgres"))
                    .as(path + " -> " + name)
                    .isEmpty();
            assertThat(owners.merge(name, path, (old, now) -> old)).isEqualTo(path);
        }
    }

    /** Short alphabets and lengths, so that names collide if they can. */
    private static String label(java.util.random.RandomGenerator random) {
        var length = random.nextInt(3) == 0 ? 60 + random.nextInt(4) : 1 + random.nextInt(6);
        var label = new StringBuilder();
        for (var i = 0; i < length; i++) {
            var inside = i > 0 && i < length - 1;
            label.append((inside ? "ab1-" : "ab1").charAt(random.nextInt(inside ? 4 : 3)));
        }
        return label.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Orders",
                "1orders",
                "_orders",
                "or-ders",
                "or ders",
                "ördёrs",
                "or\"ders",
                "or'ders",
                "or__ders",
                "postgres",
                "template0",
                "template1",
                "public",
                "none",
                "user",
                "current_user",
                "session_user",
                "admin",
                "dbos",
                "dbosadmin",
                "rds_superuser",
                "cloudsqladmin",
                "azuresu",
                "pg_orders",
                "ocean_admin",
                "maintenance",
                "orders\n"
            })
    void refusesWhatCannotBeATenants(String name) {
        assertThat(DatabaseNames.objection(name, "ocean_admin", "maintenance")).isPresent();
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThat(DatabaseNames.objection("x".repeat(63), "a", "b")).isEmpty();
        assertThat(DatabaseNames.objection("x".repeat(64), "a", "b")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "team_a_orders, team-a, true",
        "team_orders, team-a, false",
        "team_a, team-a, false",
        "team_a_1a2b3c4d, team-a, false",
        "db_1st_orders, 1st, true"
    })
    void onAnInstanceOfAnotherNamespaceANameBeginsWithItsOwn(String name, String namespace, boolean allowed) {
        assertThat(DatabaseNames.foreignObjection(name, namespace).isEmpty()).isEqualTo(allowed);
    }

    static Stream<String> databases() {
        return Stream.of(
                "a",
                "shop_orders",
                "x".repeat(54),
                "x".repeat(55),
                "x".repeat(56),
                "x".repeat(60),
                "x".repeat(63),
                "x".repeat(46) + "_".repeat(1) + "y".repeat(16));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void derivedNamesFitAndDiffer(String database) {
        var names = new TenantNames(SqlIdentifier.of(database));

        assertThat(names.roles()).hasSize(5).doesNotHaveDuplicates().allSatisfy(role -> assertThat(role.value())
                .hasSizeLessThanOrEqualTo(63)
                .contains("__"));
        assertThat(names.slotOf(names.login(Slot.A).value())).contains(Slot.A);
        assertThat(names.slotOf(names.login(Slot.B).value())).contains(Slot.B);
        assertThat(names.slotOf(names.owner().value())).isEmpty();
        assertThat(names.slotOf("")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void longNamesThatBeginAlikeShareNoRole(long seed) {
        var random = Seeds.generator(seed);
        var one =
                new TenantNames(SqlIdentifier.of("x".repeat(50) + Integer.toString(random.nextInt(1_000_000_000), 36)));
        var other =
                new TenantNames(SqlIdentifier.of("x".repeat(50) + Integer.toString(random.nextInt(1_000_000_000), 36)));

        assertThat(one.roles()).doesNotContainAnyElementsOf(other.roles());
    }

    @Test
    void membersAreDroppedBeforeTheRolesThatTheyAreMembersOf() {
        var names = new TenantNames(SqlIdentifier.of("d"));

        assertThat(names.roles())
                .extracting(SqlIdentifier::value)
                .containsExactly("d__a", "d__b", "d__owner", "d__ro", "d__rw");
    }
}
