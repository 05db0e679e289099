package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** What is decided for an object that goes: what bears its mark, and nothing else. */
class RemovalPlannerTest {

    private static final String DB = "shop_orders";

    record Case(String sentence, DeletionPolicy policy, Consumer<Bench> situation, List<String> steps) {
        @Override
        public String toString() {
            return policy + ", " + sentence;
        }
    }

    private static Case retain(String sentence, Consumer<Bench> situation, String... steps) {
        return new Case(sentence, DeletionPolicy.RETAIN, situation, List.of(steps));
    }

    private static Case drop(String sentence, Consumer<Bench> situation, String... steps) {
        return new Case(sentence, DeletionPolicy.DELETE, situation, List.of(steps));
    }

    private static Consumer<Bench> mark(String uid) {
        return bench -> bench.world.server.knownDatabase(DB).comment =
                Fixtures.mark(uid).literal().value();
    }

    private static void unmarkedAndClosed(Bench bench) {
        bench.world.server.knownDatabase(DB).comment = null;
        bench.world.server.knownDatabase(DB).accepting = false;
    }

    /** Between CREATE DATABASE and its mark: no login was made yet, and nothing was furnished. */
    private static void cutOff(Bench bench) {
        unmarkedAndClosed(bench);
        bench.world.server.knownDatabase(DB).contents.clear();
        bench.world.server.roles.keySet().removeAll(Set.of(DB + "__a", DB + "__b"));
        bench.forgetStatus();
    }

    private static void withoutDatabase(Bench bench) {
        bench.world.server.databases.remove(DB);
    }

    private static void withoutAnything(Bench bench) {
        withoutDatabase(bench);
        bench.world.server.roles.keySet().removeIf(name -> name.startsWith(DB));
    }

    static Stream<Case> cases() {
        return Stream.of(
                retain(
                        "as made: locked, sessions ended, closed under its mark",
                        bench -> {},
                        "LockLogins " + DB,
                        "EndSessions " + DB,
                        "RetainDatabase " + DB),
                retain(
                        "locked already: sessions ended, closed",
                        bench -> bench.world.server.knownRole(DB + "__a").login = false,
                        "EndSessions " + DB,
                        "RetainDatabase " + DB),
                retain("nothing there: nothing to do", RemovalPlannerTest::withoutAnything),
                retain(
                        "the database is gone: roles without data are dropped",
                        RemovalPlannerTest::withoutDatabase,
                        "DropRoles " + DB),
                retain("a creation that was cut off: no data to keep", RemovalPlannerTest::cutOff, "DropTenant " + DB),
                retain("a predecessor's data: nothing to do", mark("cr-0")),
                retain(
                        "somebody's: nothing to do",
                        bench -> bench.world.server.knownDatabase(DB).comment = "somebody's"),
                retain(
                        "a DROP that was cut off: nobody gets in, nothing is altered",
                        bench -> bench.world.server.knownDatabase(DB).limit = -2,
                        "LockLogins " + DB,
                        "EndSessions " + DB),
                retain("a DROP that was cut off, and locked: nothing to do", bench -> {
                    bench.world.server.knownDatabase(DB).limit = -2;
                    bench.world.server.knownRole(DB + "__a").login = false;
                }),
                retain(
                        "somebody's role under the idle login's name: not locked with ours",
                        bench -> bench.world.server.role(DB + "__b").login = true,
                        "LockLogins " + DB,
                        "EndSessions " + DB,
                        "RetainDatabase " + DB),
                drop("as made: database and roles in one", bench -> {}, "DropTenant " + DB),
                drop("nothing there: nothing to do", RemovalPlannerTest::withoutAnything),
                drop("the database is gone: its roles", RemovalPlannerTest::withoutDatabase, "DropRoles " + DB),
                drop("a creation that was cut off", RemovalPlannerTest::cutOff, "DropTenant " + DB),
                drop(
                        "a closed database without a mark where there was data: a restore by hand, perhaps; it stays",
                        RemovalPlannerTest::unmarkedAndClosed),
                drop("the same with its logins gone: it was Ready, so it stays", bench -> {
                    unmarkedAndClosed(bench);
                    bench.world.server.roles.keySet().removeAll(Set.of(DB + "__a", DB + "__b"));
                }),
                drop(
                        "a DROP that was cut off: only DROP helps",
                        bench -> bench.world.server.knownDatabase(DB).limit = -2,
                        "DropTenant " + DB),
                drop("a predecessor's data that was not taken back: nothing to do", mark("cr-0")),
                drop(
                        "of another namespace of the same name: nothing to do",
                        bench -> bench.world.server.knownDatabase(DB).comment =
                                Fixtures.markOfAnotherNamespace().literal().value()),
                drop(
                        "an unmarked open database: nothing to do",
                        bench -> bench.world.server.knownDatabase(DB).comment = null),
                drop("an unmarked closed database of somebody else's: nothing to do", bench -> {
                    unmarkedAndClosed(bench);
                    bench.world.server.knownDatabase(DB).owner = "somebody";
                }),
                drop("an unmarked closed database whose intent is a predecessor's: nothing to do", bench -> {
                    unmarkedAndClosed(bench);
                    bench.world.server.knownRole(DB + "__owner").comment =
                            Fixtures.mark("cr-0").literal().value();
                }),
                drop(
                        "roles that own something elsewhere are left and told",
                        bench -> {
                            withoutDatabase(bench);
                            bench.world.server.database("attic").contents.put("table t", DB + "__owner");
                        },
                        "[REFUSED ROLES_IN_USE]"));
    }

    private static Bench deleted(DeletionPolicy policy, Consumer<Bench> situation) {
        var bench = READY.copy();
        bench.change(Fixtures.wish().withPolicy(policy).spec());
        situation.accept(bench);
        bench.delete();
        return bench;
    }

    private static final Bench READY = ready();

    private static Bench ready() {
        var bench = new Bench();
        bench.create(Fixtures.wish().spec());
        bench.converge();
        return bench;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(Case situation) {
        var bench = deleted(situation.policy(), situation.situation());

        assertThat(DatabasePlannerTest.shown(bench.removal(bench.look()))).isEqualTo(situation.steps());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatWasCarriedOutLeavesNothingToDo(Case situation) {
        var bench = deleted(situation.policy(), situation.situation());

        bench.converge();

        assertThat(bench.isGone()).isEqualTo(situation.steps().stream().noneMatch(step -> step.startsWith("[")));
    }

    /** Retained is retained: whatever was in it, and nobody gets in. */
    @Test
    void retainedDataIsAllThereAndClosed() {
        var bench = deleted(
                DeletionPolicy.RETAIN,
                it -> it.world.server.knownDatabase(DB).sessions.add(new Session(DB + "__a", false)));
        var contents = bench.world.server.knownDatabase(DB).contents.toString();

        bench.converge();

        var database = bench.world.server.knownDatabase(DB);
        assertThat(database.contents).hasToString(contents);
        assertThat(database.accepting).isFalse();
        assertThat(database.sessions).isEmpty();
        assertThat(database.comment).contains("state=retained");
        assertThat(bench.world.server.knownRole(DB + "__a").login).isFalse();
    }

    @Test
    void somebodysRoleUnderALoginsNameKeepsItsSessions() {
        var bench = deleted(DeletionPolicy.RETAIN, it -> {
            it.world.server.role(DB + "__b").login = true;
            it.world.server.database("theirs").sessions.add(new Session(DB + "__b", false));
        });

        bench.converge();

        assertThat(bench.world.server.knownRole(DB + "__b").login).isTrue();
        assertThat(bench.world.server.knownDatabase("theirs").sessions).hasSize(1);
    }

    @Test
    void aSessionThatWeMayNotEndIsWaitedForAndTold() {
        var bench = deleted(
                DeletionPolicy.DELETE,
                it -> it.world.server.knownDatabase(DB).sessions.add(new Session("postgres", true)));
        var plan = bench.removal(bench.look());

        bench.pass();

        // Its own logins are out first: DROP would wait for them too.
        assertThat(plan.steps())
                .extracting(Step::toString)
                .containsExactly("LockLogins " + DB, "EndSessions " + DB, "DropTenant " + DB);
        assertThat(plan.steps().getLast()).isInstanceOfSatisfying(Step.Sql.class, sql -> assertThat(sql.step())
                .isInstanceOfSatisfying(ServerStep.DropTenant.class, drop -> assertThat(drop.sessions())
                        .isEqualTo(ServerStep.Sessions.WAIT)));
        assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.WAITING_FOR_SESSIONS);
        assertThat(RemovalPlanner.obstacle(bench.look()).map(Problem::kind)).contains(ProblemKind.TRANSIENT);
        bench.world.server.knownDatabase(DB).sessions.clear();
        bench.converge();
        assertThat(bench.isGone()).isTrue();
        assertThat(bench.world.server.databases).doesNotContainKey(DB);
    }

    /** {@code kubectl delete crd} asks every object to go, whatever its policy says. */
    @ParameterizedTest
    @EnumSource(DeletionPolicy.class)
    void nothingIsClosedOrDroppedWhileTheDefinitionIsBeingDeleted(DeletionPolicy policy) {
        var bench = deleted(policy, it -> it.world.api.definitionGoing = true);
        var before = bench.world.server.knownDatabase(DB).toString();

        bench.pass();

        assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.DEFINITION_BEING_DELETED);
        assertThat(bench.world.server.knownDatabase(DB)).hasToString(before);
        assertThat(bench.world.server.knownRole(DB + "__a").login).isTrue();
        assertThat(bench.isGone()).isFalse();
    }

    /** The mark alone is not enough: the object must be asked to go, live, in that moment. */
    @Test
    void nothingIsDroppedForAnObjectThatIsNotBeingDeleted() {
        var bench = deleted(DeletionPolicy.DELETE, it -> {});
        var stale = bench.cr();
        var live = bench.cr();
        live.getMetadata().setDeletionTimestamp(null);
        bench.world.api.store(live);

        var problem = bench.cleanupFrom(stale);

        assertThat(problem.map(Problem::reason)).contains(Reason.STALE_READ);
        assertThat(bench.world.server.databases).containsKey(DB);
    }

    @Test
    void nothingIsDroppedForASuccessorOfTheSameName() {
        var bench = deleted(DeletionPolicy.DELETE, it -> {});
        var stale = bench.cr();
        bench.createAgain("cr-2", Fixtures.wish().spec());

        var problem = bench.cleanupFrom(stale);

        assertThat(problem.map(Problem::reason)).contains(Reason.STALE_READ);
        assertThat(bench.world.server.databases).containsKey(DB);
    }
}
