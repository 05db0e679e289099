package dev.ocean.operator.report;

import dev.ocean.operator.testkit.Kstatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

class ConditionsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.999Z");

    private static List<Condition> ready(List<Condition> old, Optional<Problem> problem, Instant now) {
        return Conditions.after(old, 3, now)
                .ready(problem, Reason.READY, "All is well.")
                .list();
    }

    private static Problem problem(ProblemKind kind) {
        return Problem.of(kind, Reason.INSTANCE_UNREACHABLE, "It is away.");
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(ProblemKind.INVALID, "False", Kstatus.FAILED),
                Arguments.of(ProblemKind.REFUSED, "False", Kstatus.FAILED),
                Arguments.of(ProblemKind.FAILED, "False", Kstatus.FAILED),
                Arguments.of(ProblemKind.WAITING, "False", Kstatus.IN_PROGRESS),
                Arguments.of(ProblemKind.TRANSIENT, "False", Kstatus.IN_PROGRESS),
                Arguments.of(ProblemKind.BUG, "False", Kstatus.IN_PROGRESS),
                Arguments.of(ProblemKind.BUSY, "Unknown", Kstatus.IN_PROGRESS),
                Arguments.of(ProblemKind.CONFLICT, "Unknown", Kstatus.IN_PROGRESS));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatAProblemMeansForOneThatNeverWasReady(ProblemKind kind, String ready, Kstatus verdict) {
        var conditions = ready(List.of(), Optional.of(problem(kind)), NOW);

        assertThat(Conditions.find(conditions, ConditionType.READY)
                        .orElseThrow()
                        .getStatus())
                .isEqualTo(ready);
        assertThat(Kstatus.of(3, false, 3L, conditions)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource(ProblemKind.class)
    void reconcilingAndStalledAreNeverThereTogetherAndGoWithTheProblem(ProblemKind kind) {
        var conditions = ready(List.of(), Optional.of(problem(kind)), NOW);

        assertThat(Conditions.isTrue(conditions, ConditionType.STALLED)
                        ^ Conditions.isTrue(conditions, ConditionType.RECONCILING))
                .isTrue();
        assertThat(ready(conditions, Optional.empty(), NOW))
                .extracting(Condition::getType)
                .containsExactly("Ready");
        assertThat(Kstatus.of(3, false, 3L, ready(conditions, Optional.empty(), NOW)))
                .isEqualTo(Kstatus.CURRENT);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProblemKind.class,
            names = {"BUSY", "CONFLICT"})
    void whatIsOnlyBusyLeavesReadyAlone(ProblemKind kind) {
        var before = ready(List.of(), Optional.empty(), NOW);

        var conditions = ready(before, Optional.of(problem(kind)), NOW.plusSeconds(60));

        assertThat(Conditions.isTrue(conditions, ConditionType.READY)).isTrue();
        assertThat(Kstatus.of(3, false, 3L, conditions)).isEqualTo(Kstatus.IN_PROGRESS);
    }

    @Test
    void aTimeOfTransitionMovesOnlyWhenTheStatusFlips() {
        var first = ready(List.of(), Optional.empty(), NOW);
        var later = ready(first, Optional.empty(), NOW.plus(Duration.ofHours(1)));
        var flipped = ready(later, Optional.of(problem(ProblemKind.INVALID)), NOW.plus(Duration.ofHours(2)));
        var otherReason = Conditions.after(flipped, 4, NOW.plus(Duration.ofHours(3)))
                .ready(Optional.of(Problem.of(ProblemKind.INVALID, Reason.INVALID_SPEC, "Other.")), Reason.READY, "")
                .list();

        assertThat(time(first)).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(later).isEqualTo(first);
        assertThat(time(flipped)).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(time(otherReason)).isEqualTo("2026-11-22T12:00:00Z");
    }

    private static String time(List<Condition> conditions) {
        return Conditions.find(conditions, ConditionType.READY).orElseThrow().getLastTransitionTime();
    }

    @Test
    void areSortedAndAboutTheGeneration() {
        var conditions = Conditions.after(List.of(), 7, NOW)
                .holds(ConditionType.TLS_VERIFIED, Reason.VERIFIED, "x")
                .holdsNot(ConditionType.DATABASE_READY, Reason.CREATING, "x")
                .holds(ConditionType.READY, Reason.READY, "x")
                .list();

        assertThat(conditions).extracting(Condition::getType).containsExactly("DatabaseReady", "Ready", "TLSVerified");
        assertThat(conditions).allSatisfy(condition -> assertThat(condition.getObservedGeneration())
                .isEqualTo(7));
    }

    @Test
    void whatIsNotSetAgainGoesAndWhatIsKeptStays() {
        var old = Conditions.after(List.of(), 1, NOW)
                .holds(ConditionType.DATABASE_READY, Reason.AS_SPECIFIED, "x")
                .holds(ConditionType.DRIFT_DETECTED, Reason.IMMUTABLE_ON_SERVER, "x")
                .list();

        var next = Conditions.after(old, 2, NOW.plusSeconds(60))
                .keep(ConditionType.DATABASE_READY)
                .keep(ConditionType.TLS_VERIFIED)
                .list();

        assertThat(next).extracting(Condition::getType).containsExactly("DatabaseReady");
        assertThat(next.getFirst().getLastTransitionTime())
                .isEqualTo(old.getFirst().getLastTransitionTime());
    }

    @Test
    void aDeletionThatWaitsSaysWhy() {
        var conditions = Conditions.after(List.of(), 3, NOW)
                .deletionBlocked(problem(ProblemKind.INVALID))
                .list();

        assertThat(Conditions.find(conditions, ConditionType.READY)
                        .orElseThrow()
                        .getReason())
                .isEqualTo("DeletionBlocked");
        assertThat(Conditions.find(conditions, ConditionType.DELETION_BLOCKED)
                        .orElseThrow()
                        .getReason())
                .isEqualTo("InstanceUnreachable");
        assertThat(Conditions.isTrue(conditions, ConditionType.STALLED)).isFalse();
        assertThat(Kstatus.of(3, true, 3L, conditions)).isEqualTo(Kstatus.TERMINATING);
    }

    @Test
    void messagesAreOneLineAndBounded() {
        var problem = Problem.of(ProblemKind.REFUSED, Reason.NAME_CONFLICT, "a\nb\u0007" + "x".repeat(2000));

        assertThat(problem.message()).startsWith("a?b?").hasSize(1024).endsWith("…");
    }

    @Test
    void reasonsAndTypesAreUniqueAndCamelCase() {
        assertThat(Stream.of(Reason.values()).map(Reason::code))
                .doesNotHaveDuplicates()
                .allMatch(code -> code.matches("[A-Z][A-Za-z0-9]*"));
        assertThat(Stream.of(ConditionType.values()).map(ConditionType::code))
                .doesNotHaveDuplicates()
                .allMatch(code -> code.matches("[A-Z][A-Za-z0-9]*"));
    }

    @Test
    void whatIsPausedIsAsItWasButForTheMessage() {
        var before = ready(List.of(), Optional.of(problem(ProblemKind.INVALID)), NOW.minusSeconds(60));

        var paused = Conditions.paused(before, NOW);

        assertThat(paused).singleElement().satisfies(ready -> {
            assertThat(ready)
                    .usingRecursiveComparison()
                    .ignoringFields("message")
                    .isEqualTo(Conditions.find(before, ConditionType.READY).orElseThrow());
            assertThat(ready.getMessage()).startsWith("Paused by the annotation");
        });
        assertThat(Conditions.paused(paused, NOW.plusSeconds(60))).isEqualTo(paused);
        assertThat(Conditions.arePaused(paused)).isTrue();
        assertThat(Conditions.arePaused(before)).isFalse();
    }

    @Test
    void whatWasPausedBeforeItWasSeenIsNeitherReadyNorFailed() {
        var paused = Conditions.paused(List.of(), NOW);

        assertThat(paused).singleElement().satisfies(ready -> {
            assertThat(ready.getStatus()).isEqualTo("Unknown");
            assertThat(ready.getReason()).isEqualTo("Paused");
        });
        assertThat(Kstatus.of(1, false, null, paused)).isEqualTo(Kstatus.IN_PROGRESS);
    }
}
