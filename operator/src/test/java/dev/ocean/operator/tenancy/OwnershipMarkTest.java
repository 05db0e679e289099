package dev.ocean.operator.tenancy;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.testkit.Seeds;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OwnershipMarkTest {

    private static final String TEXT =
            "ocean/1 installation=i-1 namespaceUid=n-1 kind=ManagedDatabase name=shop/orders uid=u-1";
    private static final OwnershipMark MARK =
            OwnershipMark.of("i-1", "n-1", new ObjectId("ManagedDatabase", "shop", "orders", "u-1"));

    @Test
    void isWrittenInOneFormForEver() {
        assertThat(MARK.text()).isEqualTo(TEXT);
        assertThat(MARK.retained(Instant.parse("2026-11-22T10:00:00Z")).text())
                .isEqualTo(TEXT + " state=retained since=2026-11-22T10:00:00Z");
    }

    static Stream<Arguments> states() {
        var time = Instant.parse("2026-11-22T10:00:00Z");
        return Stream.of(
                Arguments.of(new MarkState.Plain(), ""),
                Arguments.of(new MarkState.Restored("r-1"), " op=r-1"),
                Arguments.of(new MarkState.Retained(time), " state=retained since=2026-11-22T10:00:00Z"),
                Arguments.of(new MarkState.Returned("r-1"), " state=returned op=r-1"),
                Arguments.of(new MarkState.Scratch("r-1"), " state=scratch op=r-1"),
                Arguments.of(
                        new MarkState.Final("b-1", time, Optional.empty()),
                        " state=final op=b-1 since=2026-11-22T10:00:00Z"),
                Arguments.of(
                        new MarkState.Final("b-1", time, Optional.of(Slot.B)),
                        " state=final op=b-1 since=2026-11-22T10:00:00Z login=b"),
                Arguments.of(new MarkState.Previous("r-1", time), " state=previous op=r-1 until=2026-11-22T10:00:00Z"),
                Arguments.of(
                        new MarkState.RolledBack("r-1", time), " state=rolledback op=r-1 until=2026-11-22T10:00:00Z"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void isReadBackWithItsState(MarkState state, String text) {
        assertThat(MARK.with(state).text()).isEqualTo(TEXT + text);
        assertThat(OwnershipMark.parse(TEXT + text)).contains(MARK.with(state));
        assertThat(MARK.to(OwnershipMark.parse(TEXT + text))).isEqualTo(Relation.OURS);
    }

    @Test
    void keepsTheRestoreThatALiveDatabaseCameFromAndNothingElse() {
        assertThat(MARK.keeping(OwnershipMark.parse(TEXT + " op=r-1")).state())
                .isEqualTo(new MarkState.Restored("r-1"));
        assertThat(MARK.keeping(OwnershipMark.parse(TEXT + " state=retained since=2026-11-22T10:00:00Z")))
                .isEqualTo(MARK);
        assertThat(MARK.keeping(Optional.empty())).isEqualTo(MARK);
    }

    @Test
    void isReadInAnyOrderOfItsFields() {
        assertThat(OwnershipMark.parse(
                        "ocean/1 uid=u-1 name=shop/orders kind=ManagedDatabase namespaceUid=n-1 installation=i-1"))
                .contains(MARK);
    }

    static Stream<String> hostile() {
        return Stream.of(
                "",
                "ocean/1",
                "ocean/1 ",
                " " + TEXT,
                TEXT + " ",
                TEXT + "\n",
                TEXT + "\nDROP",
                TEXT.replace("ocean/1 ", "ocean/1  "),
                TEXT.replace("ocean/1", "ocean/2"),
                TEXT.replace("ocean/1", "OCEAN/1"),
                TEXT.replace(" uid=u-1", ""),
                TEXT.replace("uid=u-1", "uid="),
                TEXT.replace("uid=u-1", "uid=u 1"),
                TEXT.replace("uid=u-1", "uid='u-1'"),
                TEXT.replace("uid=u-1", "uid=u-1;"),
                TEXT.replace("uid=u-1", "uid=ü"),
                TEXT.replace("uid=u-1", "uid=u-1 uid=u-2"),
                TEXT.replace("uid=u-1", "=u-1"),
                TEXT.replace("shop/orders", "shop"),
                TEXT.replace("shop/orders", "/orders"),
                TEXT.replace("shop/orders", "shop/"),
                TEXT.replace("shop/orders", "shop/orders/x"),
                TEXT + " more=x",
                TEXT + " state=retained",
                TEXT + " since=2026-11-22T10:00:00Z",
                TEXT + " state=lost since=2026-11-22T10:00:00Z",
                TEXT + " state=retained since=yesterday",
                TEXT + " state=retained since=2026-11-22",
                TEXT + " state=retained since=2026-11-22T10:00:00Z op=x",
                TEXT + " state=retained op=x",
                TEXT + " op=",
                TEXT + " op=x since=2026-11-22T10:00:00Z",
                TEXT + " state=scratch",
                TEXT + " state=scratch op=x until=2026-11-22T10:00:00Z",
                TEXT + " state=previous op=x",
                TEXT + " state=previous until=2026-11-22T10:00:00Z",
                TEXT + " state=previous op=x until=never",
                TEXT + " state=rolledback op=x since=2026-11-22T10:00:00Z",
                TEXT + " state=[op] op=x",
                "ocean/1 adopt=shop/orders installation=i-1",
                "x".repeat(100_000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void isNotReadOutOfAnyOtherText(String comment) {
        assertThat(OwnershipMark.parse(comment)).isEmpty();
    }

    @Test
    void isNotReadOutOfNoComment() {
        assertThat(OwnershipMark.parse(null)).isEmpty();
    }

    static LongStream seeds() {
        return Seeds.of(500);
    }

    /** One character changed, put in or taken out: then it is no mark, or the mark of somebody else, never ours by another spelling. */
    @ParameterizedTest
    @MethodSource("seeds")
    void noDamageMakesAnothersMarkOurs(long seed) {
        var random = Seeds.generator(seed);
        var foreign = new StringBuilder(TEXT.replace("n-1", "n-2"));
        var alphabet = " =/abn1:-.\n'\"%\\\0ü";
        var character = alphabet.charAt(random.nextInt(alphabet.length()));
        var at = random.nextInt(foreign.length());
        switch (random.nextInt(3)) {
            case 0 -> foreign.setCharAt(at, character);
            case 1 -> foreign.insert(at, character);
            default -> foreign.deleteCharAt(at);
        }

        assertThat(MARK.to(OwnershipMark.parse(foreign.toString())))
                .as(foreign.toString())
                .isEqualTo(Relation.FOREIGN);
    }

    static Stream<Arguments> relations() {
        return Stream.of(
                Arguments.of("all fields equal", TEXT, Relation.OURS),
                Arguments.of(
                        "all fields equal, retained",
                        TEXT + " state=retained since=2026-11-22T10:00:00Z",
                        Relation.OURS),
                Arguments.of("another UID", TEXT.replace("u-1", "u-0"), Relation.PREDECESSOR),
                Arguments.of(
                        "another UID, retained",
                        TEXT.replace("u-1", "u-0") + " state=retained since=2026-11-22T10:00:00Z",
                        Relation.PREDECESSOR),
                Arguments.of("another installation", TEXT.replace("i-1", "i-0"), Relation.FOREIGN),
                Arguments.of("another namespace UID", TEXT.replace("n-1", "n-0"), Relation.FOREIGN),
                Arguments.of("another kind", TEXT.replace("ManagedDatabase", "DatabaseUser"), Relation.FOREIGN),
                Arguments.of("another name", TEXT.replace("orders", "order"), Relation.FOREIGN),
                Arguments.of("another namespace", TEXT.replace("shop/", "shop2/"), Relation.FOREIGN),
                Arguments.of("no mark", "made by hand", Relation.FOREIGN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("relations")
    void tellsWhoseSomethingIs(String sentence, String comment, Relation relation) {
        assertThat(MARK.to(OwnershipMark.parse(comment))).isEqualTo(relation);
        assertThat(MARK.to(Optional.empty())).isEqualTo(Relation.FOREIGN);
    }

    static Stream<Arguments> adoptions() {
        var cluster = new Adoption(Set.of("i-0"), Set.of());
        var namespace = new Adoption(Set.of(), Set.of("shop"));
        var lost = TEXT.replace("i-1", "i-0").replace("n-1", "n-0").replace("u-1", "u-0");
        var remade = TEXT.replace("n-1", "n-0").replace("u-1", "u-0");
        return Stream.of(
                Arguments.of("of a lost cluster", lost, cluster, Relation.PREDECESSOR),
                Arguments.of("of a re-created namespace", remade, namespace, Relation.PREDECESSOR),
                Arguments.of("of a lost cluster, only the namespace listed", lost, namespace, Relation.FOREIGN),
                Arguments.of("of a re-created namespace, only a cluster listed", remade, cluster, Relation.FOREIGN),
                Arguments.of("nothing listed", lost, Adoption.NONE, Relation.FOREIGN),
                Arguments.of("another name", lost.replace("orders", "order"), cluster, Relation.FOREIGN),
                Arguments.of("another namespace", lost.replace("shop/", "shop2/"), cluster, Relation.FOREIGN),
                Arguments.of(
                        "another kind", lost.replace("ManagedDatabase", "DatabaseUser"), cluster, Relation.FOREIGN),
                Arguments.of("of a third cluster", lost.replace("i-0", "i-2"), cluster, Relation.FOREIGN),
                Arguments.of("our own", TEXT, cluster, Relation.OURS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("adoptions")
    void countsAsOursWhatTheInstancesOwnerLists(String sentence, String comment, Adoption adoption, Relation relation) {
        var found = OwnershipMark.parse(comment).map(mark -> MARK.adopting(mark, adoption));

        assertThat(MARK.to(found)).isEqualTo(relation);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a'b", "a=b", "", "ü", "a\n"})
    void isNotWrittenWithValuesThatCouldBeReadOtherwise(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> OwnershipMark.of(value, "n-1", MARK.object()));
        assertThatIllegalArgumentException().isThrownBy(() -> OwnershipMark.of("i-1", value, MARK.object()));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> OwnershipMark.of("i-1", "n-1", new ObjectId("ManagedDatabase", "shop", "orders", value)));
    }
}
