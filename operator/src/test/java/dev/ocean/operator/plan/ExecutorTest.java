package dev.ocean.operator.plan;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Look, plan, run, look again: on the API server alone. Steps on a server are in the laws of the planners. */
class ExecutorTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Subject SUBJECT = new Subject(
            new ObjectName(DatabaseBackup.class, "shop", "nightly"),
            new ObjectId("DatabaseBackup", "shop", "nightly", "b-1"),
            ServerKey.NONE,
            0,
            new Sighting("b-1", Optional.empty()));
    private static final Problem WAITING = Problem.of(ProblemKind.WAITING, Reason.DATABASE_NOT_READY, "Not yet.");
    private static final Problem AWAY = Problem.of(ProblemKind.TRANSIENT, Reason.API_UNAVAILABLE, "Away.");
    private static final Problem RACED = Problem.of(ProblemKind.CONFLICT, Reason.STALE_READ, "Raced.");

    private final SimulatedWorld world = new SimulatedWorld();
    private final Executor executor = new Executor(world.api, new LoginProofs(NOW), () -> NOW);
    private final List<List<String>> looks = new ArrayList<>();

    /** The names of all maps that are there. */
    private List<String> look() {
        var names = world.api.list(ConfigMap.class, "shop").stream()
                .map(map -> map.getMetadata().getName())
                .toList();
        looks.add(names);
        return names;
    }

    private Settled<List<String>> settle(Function<List<String>, Plan> planner) {
        return executor.settle(SUBJECT, this::look, planner);
    }

    private static Step create(String name) {
        return new Step.Create(map(name));
    }

    private static HasMetadata map(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .build();
    }

    /** Makes what is not there. */
    private static Plan wanting(List<String> seen, String... names) {
        return Plan.of(Stream.of(names)
                .filter(name -> !seen.contains(name))
                .map(ExecutorTest::create)
                .toList());
    }

    @Test
    void withNothingToDoItLooksOnceAndTellsWhatIsInTheWay() {
        var settled = settle(seen -> Plan.refused(WAITING));

        assertThat(settled.problem()).contains(WAITING);
        assertThat(settled.done()).isEmpty();
        assertThat(looks).hasSize(1);
    }

    @Test
    void runsInOrderAndReportsFromALookAfterwards() {
        var settled = settle(seen -> wanting(seen, "b", "a"));

        assertThat(settled.done()).map(Step::toString).containsExactly("Create ConfigMap b", "Create ConfigMap a");
        assertThat(settled.seen()).containsExactly("a", "b");
        assertThat(settled.problem()).isEmpty();
    }

    @Test
    void stopsAtTheFirstFailureAndDoesNotCallItDone() {
        world.api.failNext(AWAY);

        var settled = settle(seen -> wanting(seen, "a", "b"));

        assertThat(settled.problem()).contains(AWAY);
        assertThat(settled.done()).isEmpty();
        assertThat(world.api.objects()).isEmpty();
    }

    @Test
    void whatIsRacedForIsReadAgain() {
        world.api.failNext(RACED);

        var settled = settle(seen -> wanting(seen, "a"));

        assertThat(settled.problem()).isEmpty();
        assertThat(settled.seen()).containsExactly("a");
    }

    @Test
    void racesThreeTimesAndNoMore() {
        Stream.of(1, 2, 3).forEach(time -> world.api.failNext(RACED));

        var settled = settle(seen -> wanting(seen, "a"));

        assertThat(settled.problem()).contains(RACED);
        assertThat(settled.seen()).isEmpty();
    }

    /** The plan was about another specification: what says by now that its files stay loses none. */
    @Test
    void nothingIsDiscardedForAnObjectThatAsksForSomethingElseByNow() {
        world.api.store(deletedBackup(1));

        var settled = settle(seen -> Plan.of(List.of(new Step.Discard(new JobBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("discard")
                .endMetadata()
                .build()))));

        assertThat(settled.problem().orElseThrow().reason()).isEqualTo(Reason.STALE_READ);
        assertThat(world.api.list(Job.class, "shop")).isEmpty();
    }

    private static DatabaseBackup deletedBackup(long generation) {
        var backup = new DatabaseBackup();
        backup.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("nightly")
                .withUid("b-1")
                .withGeneration(generation)
                .withDeletionTimestamp(NOW.toString())
                .build());
        return backup;
    }

    @Test
    void whatComesBackAsOftenAsItIsCorrectedIsSaid() {
        world.api.store(map("weed"));

        var settled = settle(seen -> Plan.of(List.of(
                new Step.Patch(new ObjectName(ConfigMap.class, "shop", "weed"), Map.of("data", Map.of("a", "b"))))));

        assertThat(settled.done()).hasSize(3);
        assertThat(settled.problem().orElseThrow().reason()).isEqualTo(Reason.DRIFT_NOT_CORRECTABLE);
    }

    @Test
    void whatTakesMoreTurnsThanAPassHasGoesOnInTheNext() {
        var settled = settle(seen -> wanting(seen, "m" + seen.size()));

        assertThat(settled.seen()).containsExactly("m0", "m1", "m2");
        assertThat(settled.problem().orElseThrow().kind()).isEqualTo(ProblemKind.BUSY);
    }

    @Test
    void withoutAFirstLookThereIsNothingToReportFrom() {
        assertThatThrownBy(() -> executor.settle(
                        SUBJECT,
                        () -> {
                            throw new Blocked(AWAY);
                        },
                        seen -> Plan.nothing()))
                .isInstanceOf(Blocked.class);
    }

    @Test
    void aSuccessorOfTheSameNameIsNotDeleted() {
        world.api.store(map("a"));

        var settled = settle(seen ->
                Plan.of(List.of(new Step.Delete(new ObjectName(ConfigMap.class, "shop", "a"), "uid-of-before"))));

        assertThat(settled.problem().orElseThrow().kind()).isEqualTo(ProblemKind.CONFLICT);
        assertThat(settled.seen()).containsExactly("a");
    }

    /** Somebody pinned or protected it a moment ago: that is to be heard. */
    @Test
    void whatChangedSinceItWasSeenIsNotDeletedByARule() {
        var seen = world.api.store(map("a"));
        var subject = Subject.of(
                seen, new ObjectId("ConfigMap", "shop", "a", seen.getMetadata().getUid()), ServerKey.NONE);
        world.api.patch(subject.name(), Map.of("data", Map.of("pinned", "true")));

        var settled = settle(names -> Plan.of(List.of(subject.expired())));

        assertThat(settled.problem().orElseThrow().kind()).isEqualTo(ProblemKind.CONFLICT);
        assertThat(settled.seen()).containsExactly("a");
    }

    private Optional<Problem> discard() {
        var job = new JobBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("nightly-delete-1")
                .withLabels(Map.of(Labels.CLAIM, "shop-backups", Labels.PORT, Labels.PORT_NONE))
                .endMetadata()
                .build();
        return executor.settle(
                        SUBJECT,
                        () -> world.api.list(Job.class, "shop").size(),
                        jobs -> jobs == 0 ? Plan.of(List.of(new Step.Discard(job))) : Plan.nothing())
                .problem();
    }

    private void store(String uid, boolean deleted) {
        var backup = new DatabaseBackup();
        var metadata = new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("nightly")
                .withUid(uid)
                .build();
        metadata.setDeletionTimestamp(deleted ? "2026-11-22T09:00:00Z" : null);
        backup.setMetadata(metadata);
        world.api.store(backup);
    }

    @Test
    void removesDataOfTheVeryObjectThatIsBeingDeleted() {
        store("b-1", true);

        assertThat(discard()).isEmpty();
        assertThat(world.api.list(Job.class, "shop")).hasSize(1);
    }

    @Test
    void removesNothingOfOneThatNobodyDeletedOrOfASuccessorOrOfNobody() {
        assertThat(discard().orElseThrow().reason()).isEqualTo(Reason.STALE_READ);
        store("b-1", false);
        assertThat(discard().orElseThrow().reason()).isEqualTo(Reason.STALE_READ);
        store("b-2", true);
        assertThat(discard().orElseThrow().reason()).isEqualTo(Reason.STALE_READ);

        assertThat(world.api.list(Job.class, "shop")).isEmpty();
    }

    @Test
    void removesNothingWhileTheDefinitionIsBeingDeleted() {
        store("b-1", true);
        world.api.definitionGoing = true;

        assertThat(discard().orElseThrow().reason()).isEqualTo(Reason.DEFINITION_BEING_DELETED);
        assertThat(world.api.list(Job.class, "shop")).isEmpty();
    }
}
