package dev.ocean.operator.reference;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.NamespaceSelector;
import dev.ocean.operator.api.v1beta1.NamespaceSelector.Operator;
import dev.ocean.operator.api.v1beta1.NamespaceSelector.Requirement;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.AllowedNamespaces;
import dev.ocean.operator.api.v1beta1.PostgresInstanceSpec.From;
import dev.ocean.operator.connection.Endpoint;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.postgres.TlsMode;
import dev.ocean.operator.reference.Fixtures.Caches;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ReferencesTest {

    private final ServerDirectory directory = new ServerDirectory();
    private final References references = new References("installation-1", directory);

    @BeforeEach
    void serversAreWell() {
        var entry = new ServerDirectory.Entry(
                new Endpoint("h", 5432, TlsMode.DISABLE, Optional.empty()), "ocean_admin", "postgres", "17.12", "7400");
        directory.enter(new ServerKey("i-shop"), entry);
        directory.enter(new ServerKey("i-platform"), entry);
    }

    private Problem refused(ManagedDatabase database, Lookup lookup) {
        return catchThrowableOfType(Blocked.class, () -> references.of(database, lookup))
                .problem();
    }

    @Test
    void resolvesTheProjectsInstance() {
        var found = references.of(Fixtures.database(), Fixtures.caches());

        assertThat(found.instance().path()).isEqualTo("shop/main");
        assertThat(found.namespaceUid()).isEqualTo("ns-shop");
        assertThat(found.installation()).isEqualTo("installation-1");
        assertThat(found.isShared("shop")).isFalse();
        assertThat(found.noRoom()).isEmpty();
    }

    @Test
    void theDatabasesOwnInstanceGoesBeforeTheProjects() {
        var caches = Fixtures.caches().with(Fixtures.instance("platform", From.ALL));

        var found = references.of(
                Fixtures.database("orders", "2026-11-22T10:00:00Z", Fixtures.instanceRef("main", "platform")), caches);

        assertThat(found.instance().path()).isEqualTo("platform/main");
        assertThat(found.isShared("shop")).isTrue();
    }

    static Stream<Arguments> refusals() {
        var elsewhere = Fixtures.instanceRef("main", "platform");
        return Stream.of(
                Arguments.of(
                        "no project",
                        Fixtures.database(),
                        new Caches(Fixtures.namespace("shop", Map.of())),
                        ProblemKind.WAITING,
                        Reason.REFERENCE_NOT_FOUND),
                Arguments.of(
                        "no instance named anywhere",
                        Fixtures.database(),
                        Fixtures.caches().with(Fixtures.project(null, null)),
                        ProblemKind.INVALID,
                        Reason.INVALID_SPEC),
                Arguments.of(
                        "no such instance here",
                        Fixtures.database("orders", "2026-11-22T10:00:00Z", Fixtures.instanceRef("other", null)),
                        Fixtures.caches(),
                        ProblemKind.WAITING,
                        Reason.REFERENCE_NOT_FOUND),
                Arguments.of(
                        "no such instance elsewhere: not told",
                        Fixtures.database("orders", "2026-11-22T10:00:00Z", elsewhere),
                        Fixtures.caches(),
                        ProblemKind.INVALID,
                        Reason.INSTANCE_NOT_ALLOWED),
                Arguments.of(
                        "an instance elsewhere that admits its own namespace only",
                        Fixtures.database("orders", "2026-11-22T10:00:00Z", elsewhere),
                        Fixtures.caches().with(Fixtures.instance("platform", From.SAME)),
                        ProblemKind.INVALID,
                        Reason.INSTANCE_NOT_ALLOWED),
                Arguments.of(
                        "the namespace was not seen yet",
                        Fixtures.database(),
                        new Caches(
                                Fixtures.project(Fixtures.instanceRef("main", null), null),
                                Fixtures.instance("shop", From.SAME)),
                        ProblemKind.BUSY,
                        Reason.BUSY));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refuses(String sentence, ManagedDatabase database, Caches caches, ProblemKind kind, Reason reason) {
        var problem = refused(database, caches);

        assertThat(problem.kind()).isEqualTo(kind);
        assertThat(problem.reason()).isEqualTo(reason);
    }

    @Test
    void aProjectsInstanceIsLookedForAsItsDatabasesDo() {
        var caches = Fixtures.caches();
        var foreign = Fixtures.project(Fixtures.instanceRef("main", "platform"), null);

        assertThat(References.objection(Fixtures.project(Fixtures.instanceRef("main", null), null), caches))
                .isEmpty();
        assertThat(References.objection(Fixtures.project(null, null), caches))
                .as("its databases name theirs")
                .isEmpty();
        assertThat(References.objection(Fixtures.project(Fixtures.instanceRef("other", null), null), caches)
                        .map(Problem::reason))
                .contains(Reason.REFERENCE_NOT_FOUND);
        assertThat(References.objection(foreign, caches.with(Fixtures.instance("platform", From.SAME)))
                        .map(Problem::reason))
                .contains(Reason.INSTANCE_NOT_ALLOWED);
        assertThat(References.objection(foreign, caches.with(Fixtures.instance("platform", From.ALL))))
                .isEmpty();
    }

    @Test
    void aRefusalDoesNotTellWhetherTheInstanceExists() {
        var database = Fixtures.database("orders", "2026-11-22T10:00:00Z", Fixtures.instanceRef("main", "platform"));

        assertThat(refused(database, Fixtures.caches()))
                .isEqualTo(refused(database, Fixtures.caches().with(Fixtures.instance("platform", From.SAME))));
    }

    @Test
    void anInstanceThatIsNotInTheDirectoryIsWaitedFor() {
        directory.remove(new ServerKey("i-shop"));

        assertThat(refused(Fixtures.database(), Fixtures.caches()).reason()).isEqualTo(Reason.INSTANCE_NOT_READY);
        assertThat(refused(Fixtures.database(), Fixtures.caches()).kind()).isEqualTo(ProblemKind.WAITING);
    }

    @Test
    void aProjectBeingDeletedHasRoomForNoNewDatabase() {
        var project = Fixtures.project(Fixtures.instanceRef("main", null), null);
        project.getMetadata().setDeletionTimestamp("2026-11-22T11:00:00Z");
        var caches = Fixtures.caches().with(project);

        // What exists already is not affected: room is asked for only where a database is to be made.
        assertThat(references
                        .of(Fixtures.database("late", "2026-11-22T11:00:00Z", null), caches)
                        .noRoom())
                .get()
                .extracting(Problem::reason)
                .isEqualTo(Reason.PROJECT_DELETING);
    }

    @Test
    void aQuotaLetsTheOldestIn() {
        var caches = Fixtures.caches().with(Fixtures.project(Fixtures.instanceRef("main", null), 2));
        var databases = List.of(
                Fixtures.database("c", "2026-11-22T10:00:03Z", null),
                Fixtures.database("a", "2026-11-22T10:00:01Z", null),
                Fixtures.database("b", "2026-11-22T10:00:02Z", null));
        for (var database : databases) {
            caches = caches.with(database);
        }

        assertThat(references.of(databases.get(1), caches).noRoom()).isEmpty();
        assertThat(references.of(databases.get(2), caches).noRoom()).isEmpty();
        assertThat(references.of(databases.get(0), caches).noRoom().map(Problem::reason))
                .contains(Reason.QUOTA_EXCEEDED);
    }

    @Test
    void ofTwoMadeInTheSameSecondOneGetsThePlace() {
        var one = Fixtures.database("a", "2026-11-22T10:00:00Z", null);
        var other = Fixtures.database("b", "2026-11-22T10:00:00Z", null);
        var caches = Fixtures.caches()
                .with(Fixtures.project(Fixtures.instanceRef("main", null), 1))
                .with(other)
                .with(one);

        assertThat(references.of(one, caches).noRoom()).isEmpty();
        assertThat(references.of(other, caches).noRoom()).isPresent();
    }

    @Test
    void aQuotaOfNoneLetsNobodyIn() {
        var caches = Fixtures.caches()
                .with(Fixtures.project(Fixtures.instanceRef("main", null), 0))
                .with(Fixtures.database());

        assertThat(references.of(Fixtures.database(), caches).noRoom().map(Problem::reason))
                .contains(Reason.QUOTA_EXCEEDED);
    }

    @Test
    void anInstancesLimitCountsAllOfItsDatabases() {
        var limited = Fixtures.instance("shop", new AllowedNamespaces(From.SAME, null), 1);
        var pointedAway = Fixtures.readyOn(
                Fixtures.database("a", "2026-11-22T10:00:01Z", Fixtures.instanceRef("other", null)),
                "shop",
                "main",
                "i-shop");
        var caches = Fixtures.caches().with(limited).with(pointedAway);

        assertThat(references
                        .of(Fixtures.database("b", "2026-11-22T10:00:02Z", null), caches)
                        .noRoom()
                        .map(Problem::reason))
                .contains(Reason.INSTANCE_FULL);
    }

    @Test
    void aRemovedDatabaseIsLookedForWhereItWasReady() {
        var caches = Fixtures.caches().with(Fixtures.instance("platform", From.SAME));
        var database = Fixtures.readyOn(Fixtures.database(), "platform", "main", "i-platform");

        assertThat(references
                        .ofRemoved(database, caches)
                        .orElseThrow()
                        .instance()
                        .path())
                .isEqualTo("platform/main");
    }

    @Test
    void aRemovedDatabaseIsCleanedUpOnTheSuccessorOfItsInstance() {
        var database = Fixtures.readyOn(Fixtures.database(), "shop", "main", "i-before");

        // The marks on the server decide what may be touched, not which object leads there.
        assertThat(references.ofRemoved(database, Fixtures.caches())).isPresent();
    }

    @Test
    void aRemovedDatabaseWhoseInstanceIsGoneWaits() {
        var database = Fixtures.readyOn(Fixtures.database(), "shop", "gone", "i-before");

        var problem = catchThrowableOfType(Blocked.class, () -> references.ofRemoved(database, Fixtures.caches()))
                .problem();

        assertThat(problem.kind()).isEqualTo(ProblemKind.WAITING);
        assertThat(problem.reason()).isEqualTo(Reason.REFERENCE_NOT_FOUND);
    }

    @Test
    void aRemovedDatabaseThatNeverHadAnInstanceLeavesNothing() {
        assertThat(references.ofRemoved(Fixtures.database(), new Caches(Fixtures.namespace("shop", Map.of()))))
                .isEmpty();
    }

    static Stream<Arguments> selectors() {
        return Stream.of(
                Arguments.of("label equal", selector(Map.of("team", "a")), true),
                Arguments.of("label of another value", selector(Map.of("team", "b")), false),
                Arguments.of("one label more", selector(Map.of("team", "a", "tier", "x")), false),
                Arguments.of("in", selector(requirement(Operator.IN, "a", "b")), true),
                Arguments.of("in others", selector(requirement(Operator.IN, "b")), false),
                Arguments.of("not in", selector(requirement(Operator.NOT_IN, "b")), true),
                Arguments.of("not in its own", selector(requirement(Operator.NOT_IN, "a")), false),
                Arguments.of("exists", selector(requirement(Operator.EXISTS)), true),
                Arguments.of("does not exist", selector(requirement(Operator.DOES_NOT_EXIST)), false),
                Arguments.of(
                        "an operator of a newer API", selector(new Requirement("team", null, List.of("a"))), false),
                Arguments.of("nothing at all, as an object stored before the rule has it", selector(Map.of()), false),
                Arguments.of("none", null, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("selectors")
    void admitsByLabels(String sentence, NamespaceSelector selector, boolean admitted) {
        var instance = Fixtures.instance("platform", new AllowedNamespaces(From.SELECTOR, selector), null);

        assertThat(Admission.admits(instance, "shop", Fixtures.caches())).isEqualTo(admitted);
    }

    @Test
    void admitsItsOwnNamespaceAlwaysAndNobodyByWhatItDoesNotKnow() {
        var unknown = Fixtures.instance("platform", new AllowedNamespaces(null, null), null);

        assertThat(Admission.admits(unknown, "platform", Fixtures.caches())).isTrue();
        assertThat(Admission.admits(unknown, "shop", Fixtures.caches())).isFalse();
        assertThat(Admission.admits(Fixtures.instance("platform", From.ALL), "nowhere", Fixtures.caches()))
                .isTrue();
        assertThat(Admission.admits(
                        Fixtures.instance(
                                "platform", new AllowedNamespaces(From.SELECTOR, selector(Map.of("team", "a"))), null),
                        "nowhere",
                        Fixtures.caches()))
                .isFalse();
    }

    private static NamespaceSelector selector(Map<String, String> labels) {
        return new NamespaceSelector(labels, List.of());
    }

    private static NamespaceSelector selector(Requirement requirement) {
        return new NamespaceSelector(Map.of(), List.of(requirement));
    }

    private static Requirement requirement(Operator operator, String... values) {
        return new Requirement("team", operator, List.of(values));
    }
}
