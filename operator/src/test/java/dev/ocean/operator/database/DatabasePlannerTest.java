package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.Extension;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.SecretTemplate;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedServer.Database;
import dev.ocean.operator.testkit.SimulatedServer.Offer;
import dev.ocean.operator.testkit.SimulatedServer.Role;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** What is decided for each situation. Steps are compared by what they are and whom they touch; what they do is the laws' and the integration tests' affair. */
class DatabasePlannerTest {

    private static final String DB = "shop_orders";
    private static final String SECRET = "Secret shop/orders-credentials";

    /** @param steps in order; a reason in brackets last if something stands against it */
    record Case(String sentence, Consumer<Bench> situation, List<String> steps) {
        @Override
        public String toString() {
            return sentence;
        }
    }

    private static Case a(String sentence, Consumer<Bench> situation, String... steps) {
        return new Case(sentence, situation, List.of(steps));
    }

    static Stream<Case> asked() {
        return Stream.of(
                a("nothing changed: nothing to do", bench -> {}),
                a(
                        "nothing there yet: roles, database, Secret, login, proof",
                        bench -> {
                            bench.forceAway();
                            bench.world.server.databases.remove(DB);
                            bench.world.server.roles.keySet().removeIf(name -> name.startsWith(DB));
                            bench.create(Fixtures.wish().spec());
                        },
                        "CreateGroups " + DB,
                        "CreateDatabase " + DB,
                        "Create Secret orders-credentials",
                        "FurnishDatabase " + DB,
                        "Probe shop_orders__a"),
                a(
                        "a new generation: the login is proved again",
                        bench -> bench.change(Fixtures.wish().spec()),
                        "Probe shop_orders__a"),
                a(
                        "another limit: database, login, proof",
                        bench -> bench.change(
                                Fixtures.wish().withConnectionLimit(7).spec()),
                        "AlignDatabase " + DB,
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "a parameter more: the database, and a proof for the generation",
                        bench -> bench.change(Fixtures.wish()
                                .withParameters(Map.of("work_mem", "8MB"))
                                .spec()),
                        "AlignDatabase " + DB,
                        "Probe shop_orders__a"),
                a(
                        "a template: the Secret",
                        bench -> bench.change(Fixtures.wish()
                                .withTemplate(
                                        new SecretTemplate(Map.of("team", "a"), Map.of(), Map.of("URL", "{{uri}}")))
                                .spec()),
                        "Patch " + SECRET,
                        "Probe shop_orders__a"),
                a(
                        "a rotation is due: the next login beside the present one",
                        bench -> {
                            bench.wait(Duration.ofMinutes(1));
                            bench.change(
                                    Fixtures.wish().withRotationAfter(bench.now).spec());
                        },
                        "AlignDatabase " + DB,
                        "Patch " + SECRET,
                        "Probe shop_orders__a",
                        "CreateLogin " + DB,
                        "Probe shop_orders__b"),
                a(
                        "a rotation is due later: nothing but the proof for the generation",
                        bench -> bench.change(Fixtures.wish()
                                .withRotationAfter(bench.now.plusSeconds(60))
                                .spec()),
                        "Probe shop_orders__a"),
                a(
                        "a rotation was due before the password was made: done already",
                        bench -> bench.change(Fixtures.wish()
                                .withRotationAfter(Fixtures.NOW.minusSeconds(60))
                                .spec()),
                        "Probe shop_orders__a"));
    }

    static Stream<Case> drift() {
        return Stream.of(
                a("PUBLIC may connect", onDatabase(db -> db.grants.add("CONNECT ")), "AlignDatabase " + DB),
                a("a stranger may connect", onDatabase(db -> db.grants.add("CONNECT a b \"c")), "AlignDatabase " + DB),
                a(
                        "readers may not connect any more",
                        onDatabase(db -> db.grants.remove("CONNECT shop_orders__ro")),
                        "AlignDatabase " + DB),
                a("somebody else owns it", onDatabase(db -> db.owner = "somebody"), "AlignDatabase " + DB),
                a("it is closed under our mark", onDatabase(db -> db.accepting = false), "AlignDatabase " + DB),
                a("its limit is gone", onDatabase(db -> db.limit = -1), "AlignDatabase " + DB),
                a(
                        "a parameter was set by hand",
                        onDatabase(db -> db.settings.put("role", "postgres")),
                        "AlignDatabase " + DB),
                a(
                        "a login owns a table",
                        onDatabase(db -> db.contents.put("table t", "shop_orders__a")),
                        "ReassignStrays " + DB),
                a(
                        "it is marked as retained though its object lives",
                        onDatabase(db -> db.comment = Fixtures.mark("cr-1")
                                .retained(Fixtures.NOW)
                                .literal()
                                .value()),
                        "AlignDatabase " + DB),
                a("a group may log in", onRole("shop_orders__ro", role -> role.login = true), "AlignGroups " + DB),
                a("a group is gone", bench -> bench.world.server.roles.remove("shop_orders__rw"), "CreateGroups " + DB),
                a(
                        "a stranger is a member of the owner",
                        bench -> bench.world.server.role("mallory").memberOf.add("shop_orders__owner"),
                        "RevokeMembers " + DB),
                a(
                        "the login may not log in",
                        onRole("shop_orders__a", role -> role.login = false),
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "the login's limit was raised",
                        onRole("shop_orders__a", role -> role.limit = 500),
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "the login works as itself",
                        onRole("shop_orders__a", role -> role.settings.clear()),
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "the login has a setting of its own",
                        onRole("shop_orders__a", role -> role.settings.put("work_mem", "9GB")),
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "the login is no member of the owner",
                        onRole("shop_orders__a", role -> role.memberOf.clear()),
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "the login was dropped: made anew, what is inside stays",
                        bench -> bench.world.server.roles.remove("shop_orders__a"),
                        "CreateLogin " + DB,
                        "Probe shop_orders__a"),
                a("the proof ran out", bench -> bench.wait(Duration.ofHours(2)), "Probe shop_orders__a"),
                a(
                        "a login has default privileges of its own, which nothing reassigns",
                        onDatabase(db -> db.contents.put("default privileges of shop_orders__a", "shop_orders__a"))),
                a("encoding and locale differ: reported, never corrected", onDatabase(db -> {
                    db.encoding = "LATIN1";
                    db.collate = "de_DE";
                })));
    }

    static Stream<Case> secrets() {
        return Stream.of(
                a(
                        "Secret deleted: a new password, on the role too",
                        bench -> bench.world.api.remove(new ObjectName(Secret.class, "shop", "orders-credentials")),
                        "Create Secret orders-credentials",
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "password edited, usable: it becomes the password",
                        edited("password", "chosen-by-a-person"),
                        "Patch " + SECRET,
                        "Probe shop_orders__a"),
                a(
                        "password edited, too short: a new one",
                        edited("password", "short"),
                        "Patch " + SECRET,
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "password edited, with a quote: a new one",
                        edited("password", "it's-not-usable"),
                        "Patch " + SECRET,
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "password removed: a new one",
                        edited("password", null),
                        "Patch " + SECRET,
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a("username forged: back to the login that exists", edited("username", "postgres"), "Patch " + SECRET),
                a("username removed: back to the login that exists", edited("username", null), "Patch " + SECRET),
                a("a derived key edited: written again", edited("PGHOST", "evil.example.org"), "Patch " + SECRET),
                a("a key of ours removed: written again", edited("uri", null), "Patch " + SECRET),
                a("a user's own key: stays", edited("my-key", "x")),
                a(
                        "keys of a rotation that nobody began: removed",
                        bench -> {
                            edited("next-username", "postgres").accept(bench);
                            edited("next-password", "chosen-by-a-person").accept(bench);
                        },
                        "Patch " + SECRET),
                a(
                        "renamed: the new one with the old login, then the old one goes in the next turn",
                        bench -> bench.change(
                                Fixtures.wish().withSecretName("login").spec()),
                        "Create Secret login",
                        "Probe shop_orders__a"),
                a(
                        "renamed, and the new one is there: the old one goes",
                        bench -> {
                            bench.change(Fixtures.wish().withSecretName("login").spec());
                            bench.world.apply(bench.plan(bench.look()).steps().getFirst());
                        },
                        "Probe shop_orders__a",
                        "Delete " + SECRET));
    }

    static Stream<Case> foreign() {
        return Stream.of(
                a(
                        "an unmarked open database under our name",
                        bench -> {
                            nothingOfOurs(bench);
                            bench.world.server.database(DB);
                        },
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "an unmarked closed database without intent",
                        bench -> {
                            nothingOfOurs(bench);
                            bench.world.server.database(DB).accepting = false;
                        },
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "an unmarked closed database, the intent is a predecessor's",
                        bench -> {
                            onlyIntent(bench, "cr-0");
                            bench.world.server.database(DB).accepting = false;
                        },
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "an unmarked closed database with our intent but somebody else's",
                        bench -> {
                            onlyIntent(bench, "cr-1");
                            var database = bench.world.server.database(DB);
                            database.accepting = false;
                            database.owner = "somebody";
                        },
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "an unmarked open database with our intent",
                        bench -> {
                            onlyIntent(bench, "cr-1");
                            bench.world.server.database(DB);
                        },
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "a closed database with our intent and a comment that is no mark",
                        bench -> {
                            onlyIntent(bench, "cr-1");
                            var database = bench.world.server.database(DB);
                            database.accepting = false;
                            database.comment = "";
                        },
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "half-marked, our own creation cut off: goes on",
                        bench -> {
                            onlyIntent(bench, "cr-1");
                            var database = bench.world.server.database(DB);
                            database.accepting = false;
                        },
                        "CreateGroups " + DB,
                        "AlignDatabase " + DB,
                        "Create Secret orders-credentials",
                        "FurnishDatabase " + DB,
                        "Probe shop_orders__a"),
                a(
                        "a mark that does not parse",
                        onDatabase(db -> db.comment = db.comment + " "),
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "retained by another namespace of the same name",
                        onDatabase(db -> db.comment = Fixtures.markOfAnotherNamespace()
                                .retained(Fixtures.NOW)
                                .literal()
                                .value()),
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "an unmarked role under the idle login's name: no obstacle yet",
                        bench -> bench.world.server.role("shop_orders__b")),
                a(
                        "an unmarked role under the idle login's name that is a member of the owner: taken out of it",
                        bench -> bench.world
                                .server
                                .role("shop_orders__b")
                                .memberOf
                                .add("shop_orders__owner"),
                        "RevokeMembers " + DB),
                a(
                        "an unmarked role under the next login's name",
                        bench -> {
                            bench.wait(Duration.ofMinutes(1));
                            bench.change(
                                    Fixtures.wish().withRotationAfter(bench.now).spec());
                            bench.world.server.role("shop_orders__b");
                        },
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "an unmarked role in place of the login",
                        onRole("shop_orders__a", role -> role.comment = null),
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "a foreign role under a group's name",
                        onRole(
                                "shop_orders__ro",
                                role -> role.comment = Fixtures.markOfAnotherNamespace()
                                        .literal()
                                        .value()),
                        "[REFUSED NAME_CONFLICT]"),
                a(
                        "somebody's Secret under our name",
                        bench -> {
                            bench.world.api.remove(new ObjectName(Secret.class, "shop", "orders-credentials"));
                            bench.world.api.store(secretOf(null));
                        },
                        "[REFUSED SECRET_CONFLICT]"),
                a(
                        "a gone predecessor's Secret",
                        bench -> {
                            bench.world.api.remove(new ObjectName(Secret.class, "shop", "orders-credentials"));
                            bench.world.api.store(secretOf("ManagedDatabase"));
                        },
                        "[WAITING SECRET_RELEASING]"),
                a(
                        "a Secret of an object of ours of another kind",
                        bench -> {
                            bench.world.api.remove(new ObjectName(Secret.class, "shop", "orders-credentials"));
                            bench.world.api.store(secretOf("DatabaseUser"));
                        },
                        "[REFUSED SECRET_CONFLICT]"),
                a("a DROP that was cut off", onDatabase(db -> db.limit = -2), "[INVALID DATABASE_MISSING]"),
                a(
                        "gone though it was Ready",
                        bench -> bench.world.server.databases.remove(DB),
                        "[INVALID DATABASE_MISSING]"),
                a(
                        "not at the instance it was pointed to",
                        bench -> {
                            bench.world.server.databases.remove(DB);
                            bench.references = Fixtures.on("instance-2", "new.example.org");
                        },
                        "[INVALID DATABASE_MISSING_AT_TARGET]"),
                a(
                        "a predecessor's at the instance it was pointed to: not the one that was Ready",
                        bench -> {
                            bench.world.server.knownDatabase(DB).comment = Fixtures.mark("cr-0")
                                    .retained(Fixtures.NOW)
                                    .literal()
                                    .value();
                            bench.references = Fixtures.on("instance-2", "new.example.org");
                        },
                        "[INVALID DATABASE_MISSING_AT_TARGET]"),
                a(
                        "no room for one more",
                        bench -> {
                            nothingOfOurs(bench);
                            bench.references = Fixtures.withoutRoom(
                                    Problem.of(ProblemKind.INVALID, Reason.QUOTA_EXCEEDED, "Full."));
                        },
                        "[INVALID QUOTA_EXCEEDED]"),
                a(
                        "no room, but it is there already: nothing to do",
                        bench -> bench.references =
                                Fixtures.withoutRoom(Problem.of(ProblemKind.INVALID, Reason.QUOTA_EXCEEDED, "Full."))));
    }

    static Stream<Case> predecessors() {
        return Stream.of(
                a(
                        "retained by a predecessor: taken back under a new password",
                        bench -> {
                            bench.delete();
                            bench.converge();
                            bench.createAgain("cr-2", Fixtures.wish().spec());
                        },
                        "AlignGroups " + DB,
                        "AlignDatabase " + DB,
                        "Create Secret orders-credentials",
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"),
                a(
                        "only the roles are a predecessor's: the database is made and furnished",
                        bench -> {
                            bench.forceAway();
                            bench.world.server.databases.remove(DB);
                            bench.createAgain("cr-2", Fixtures.wish().spec());
                        },
                        "AlignGroups " + DB,
                        "CreateDatabase " + DB,
                        "Create Secret orders-credentials",
                        "FurnishDatabase " + DB,
                        "AlignLogin " + DB,
                        "Probe shop_orders__a"));
    }

    static Stream<Case> rotation() {
        return Stream.of(
                a(
                        "the next login was refused: set again",
                        bench -> {
                            toNextLogin(bench);
                            bench.world.server.knownRole("shop_orders__b").verifier =
                                    "SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$x:y";
                        },
                        "AlignLogin " + DB,
                        "Probe shop_orders__b"),
                a("within the overlap: nothing to do", Rotated::yes),
                a(
                        "the overlap is over: locked, sessions ended, what it owned kept, dropped",
                        bench -> {
                            Rotated.yes(bench);
                            bench.wait(Bench.OVERLAP);
                        },
                        "Probe shop_orders__b",
                        "LockLogins " + DB,
                        "EndSessions " + DB,
                        "ReleaseOwned " + DB,
                        "DropIdleLogin " + DB),
                a(
                        "the overlap is over, but it owns something in another database: locked only",
                        bench -> {
                            Rotated.yes(bench);
                            bench.world.server.database("attic").contents.put("table old", "shop_orders__a");
                            bench.wait(Bench.OVERLAP);
                        },
                        "Probe shop_orders__b",
                        "LockLogins " + DB),
                a(
                        "the overlap is over, but the Secret says that it began a moment ago: nothing sooner",
                        bench -> {
                            Rotated.yes(bench);
                            annotate(
                                    bench,
                                    "ocean.dev/password-time",
                                    bench.now.plus(Bench.OVERLAP).toString());
                            bench.wait(Bench.OVERLAP);
                        },
                        "Probe shop_orders__b"),
                a(
                        "the time of the password was made unreadable: the overlap begins anew, nothing sooner",
                        bench -> {
                            Rotated.yes(bench);
                            annotate(bench, "ocean.dev/password-time", "yesterday");
                        },
                        "Patch " + SECRET));
    }

    static Stream<Case> extensions() {
        return Stream.of(
                a("trusted: made by the tenant's login", extension(true, false, null), "Probe shop_orders__a"),
                a("not allowed", extension(true, false, List.of("citext")), "Probe shop_orders__a"),
                a(
                        "not trusted, once there is data",
                        extension(false, true, List.of("pgcrypto")),
                        "Probe shop_orders__a"));
    }

    static Stream<Case> all() {
        return Stream.of(asked(), drift(), secrets(), foreign(), predecessors(), rotation(), extensions())
                .flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("all")
    void decides(Case situation) {
        var bench = READY.copy();
        situation.situation().accept(bench);

        assertThat(shown(bench.plan(bench.look()))).isEqualTo(situation.steps());
    }

    /** A look that does not look closely is good for one thing: to find that there is nothing to do. */
    @ParameterizedTest
    @MethodSource("all")
    void aGlanceIsSettledOnlyWhereALookWouldBe(Case situation) {
        var bench = READY.copy();
        situation.situation().accept(bench);
        bench.lookAtServer();

        var glance = bench.plan(bench.glance().orElseThrow());

        if (glance.isSettled()) {
            assertThat(bench.plan(bench.look()).isSettled()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void isDeterministicButForFreshPasswords(Case situation) {
        var bench = READY.copy();
        situation.situation().accept(bench);
        var seen = bench.look();

        assertThat(shown(bench.plan(seen))).isEqualTo(shown(bench.plan(seen)));
    }

    /** Where something stands against it, not one step is taken. */
    @ParameterizedTest
    @MethodSource("foreign")
    void leavesAloneWhatIsNotItsOwnInItsDeletionToo(Case situation) {
        if (situation.steps().stream().noneMatch(step -> step.contains("CONFLICT"))) {
            return;
        }
        for (var policy : DeletionPolicy.values()) {
            var bench = READY.copy();
            situation.situation().accept(bench);
            bench.change(Fixtures.wish().withPolicy(policy).spec());
            bench.delete();
            var before = foreignThings(bench);

            bench.converge();

            assertThat(bench.isGone()).isTrue();
            assertThat(foreignThings(bench)).isEqualTo(before);
        }
    }

    @Nested
    class WithExtensions {

        @Test
        void madeByTheTenantWhereTheServerTrustsThem() {
            var bench = READY.copy();
            extension(true, false, null).accept(bench);

            bench.converge();

            assertThat(bench.lastProblem).isEmpty();
            assertThat(bench.world.server.knownDatabase(DB).extensions).containsEntry("pgcrypto", "1.3");
        }

        @Test
        void notAllowedStaysNotAllowedInEveryPass() {
            var bench = READY.copy();
            extension(true, false, List.of("citext")).accept(bench);
            bench.converge();
            bench.lookAtServer();

            bench.pass();

            assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.EXTENSION_NOT_ALLOWED);
        }

        @Test
        void notOfferedIsTold() {
            var bench = READY.copy();
            bench.change(Fixtures.wish()
                    .withExtensions(new Extension("pgcrypto", "9.9", "public"))
                    .spec());

            bench.converge();

            assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.EXTENSION_UNAVAILABLE);
        }

        @Test
        void notTrustedNeedsAnAdminOnceThereIsData() {
            var bench = READY.copy();
            extension(false, true, List.of("pgcrypto")).accept(bench);

            bench.converge();

            assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.EXTENSION_NEEDS_ADMIN);
            assertThat(bench.world.server.knownDatabase(DB).extensions).isEmpty();
        }

        @Test
        void notTrustedButThereIsNoProblemAfterARestart() {
            var bench = Scenario.CREATE_WITH_EVERYTHING.prepared();
            Scenario.CREATE_WITH_EVERYTHING.happens(bench);
            bench.converge();
            bench.restart();

            bench.pass();

            assertThat(bench.lastProblem).isEmpty();
        }

        @Test
        void notMadeByTheAdminInADatabaseWhoseLoginWasDropped() {
            var bench = READY.copy();
            extension(false, true, List.of("pgcrypto")).accept(bench);
            bench.world.server.roles.remove("shop_orders__a");

            bench.converge();

            assertThat(bench.world.server.knownDatabase(DB).extensions).isEmpty();
        }
    }

    @Nested
    class WhenTheServerDoesNotGiveWay {

        @Test
        void aLoginThatIsRefusedAgainAndAgainIsToldAndNotHammered() {
            var bench = READY.copy();
            bench.change(Fixtures.wish().spec());
            bench.world.refuseLogins();

            bench.pass();

            assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.LOGIN_REFUSED);
            assertThat(bench.lastProblem.map(Problem::kind)).contains(ProblemKind.TRANSIENT);
        }

        @Test
        void aSchemaIsNotThereOnlyBecauseAFullDatabaseKnewThePassword() {
            var bench = READY.copy();
            bench.change(Fixtures.wish().withSchemas("reporting").spec());
            var database = bench.world.server.knownDatabase(DB);
            database.sessions.addAll(java.util.Collections.nCopies(54, new Session("shop_orders__a", false)));

            bench.pass();

            assertThat(database.contents).doesNotContainKey("schema reporting");
            assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.CONNECTION_LIMIT);
        }

        @Test
        void aFullDatabaseProvesTheLoginWhereNothingIsToBeMade() {
            var bench = READY.copy();
            bench.change(Fixtures.wish().spec());
            bench.world
                    .server
                    .knownDatabase(DB)
                    .sessions
                    .addAll(java.util.Collections.nCopies(54, new Session("shop_orders__a", false)));

            bench.pass();

            assertThat(bench.lastProblem).isEmpty();
        }

        @Test
        void whatComesBackAfterEachCorrectionIsToldAndNotRepeatedAtOnce() {
            var bench = READY.copy();
            var mallory = bench.world.server.role("mallory");
            mallory.memberOf.add("shop_orders__owner");
            mallory.grantedByOthers.add("shop_orders__owner");

            bench.pass();

            assertThat(bench.lastProblem.map(Problem::reason)).contains(Reason.DRIFT_NOT_CORRECTABLE);
            assertThat(bench.lastProblem.map(Problem::kind)).contains(ProblemKind.REFUSED);
        }

        @Test
        void aLoginThatDoesNotWorkAsTheOwnerIsSetRight() {
            var bench = READY.copy();
            bench.world.server.knownRole("shop_orders__a").inDatabase.put("role", "none");
            bench.wait(Duration.ofHours(2));

            bench.pass();

            assertThat(bench.lastProblem).isEmpty();
            assertThat(bench.world.server.knownRole("shop_orders__a").inDatabase)
                    .isEmpty();
        }
    }

    // ---- situations

    /** The database at rest that most situations start from. */
    private static final Bench READY = ready();

    private static Bench ready() {
        var bench = new Bench();
        bench.create(Fixtures.wish().spec());
        bench.converge();
        return bench;
    }

    private static final class Rotated {
        private static final Bench ROTATED = rotated();

        static void yes(Bench bench) {
            bench.goOnFrom(ROTATED);
        }

        private static Bench rotated() {
            var bench = READY.copy();
            bench.wait(Duration.ofMinutes(1));
            bench.change(Fixtures.wish().withRotationAfter(bench.now).spec());
            bench.converge();
            return bench;
        }
    }

    private static void toNextLogin(Bench bench) {
        bench.wait(Duration.ofMinutes(1));
        bench.change(Fixtures.wish().withRotationAfter(bench.now).spec());
        for (var step : bench.plan(bench.look()).steps()) {
            if (!(step instanceof Step.Probe)) {
                bench.world.apply(step);
            }
        }
        bench.pretendProved("shop_orders__a");
    }

    private static Consumer<Bench> onDatabase(Consumer<Database> change) {
        return bench -> change.accept(bench.world.server.knownDatabase(DB));
    }

    private static Consumer<Bench> onRole(String name, Consumer<Role> change) {
        return bench -> change.accept(bench.world.server.knownRole(name));
    }

    private static Consumer<Bench> edited(String key, @org.jspecify.annotations.Nullable String value) {
        return bench -> {
            var secret = bench.secret("orders-credentials").orElseThrow();
            if (value == null) {
                secret.getData().remove(key);
            } else {
                secret.getData().put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
            }
            bench.world.api.store(secret);
        };
    }

    private static void annotate(Bench bench, String key, String value) {
        var secret = bench.secret("orders-credentials").orElseThrow();
        secret.getMetadata().getAnnotations().put(key, value);
        bench.world.api.store(secret);
    }

    private static Consumer<Bench> extension(
            boolean trusted, boolean superuser, @org.jspecify.annotations.Nullable List<String> allowed) {
        return bench -> {
            bench.world.server.offers.add(new Offer("pgcrypto", "1.3", trusted));
            bench.world.server.superuser = superuser;
            if (allowed != null) {
                bench.references = Fixtures.withAllowedExtensions(allowed);
            }
            bench.change(Fixtures.wish()
                    .withExtensions(new Extension("pgcrypto", null, "public"))
                    .spec());
        };
    }

    private static void nothingOfOurs(Bench bench) {
        bench.forceAway();
        bench.world.server.databases.remove(DB);
        bench.world.server.roles.keySet().removeIf(name -> name.startsWith(DB));
        bench.create(Fixtures.wish().spec());
    }

    private static void onlyIntent(Bench bench, String uid) {
        nothingOfOurs(bench);
        bench.world.server.role("shop_orders__owner").comment =
                Fixtures.mark(uid).literal().value();
    }

    private static Secret secretOf(@org.jspecify.annotations.Nullable String ownerKind) {
        var owners = ownerKind == null
                ? List.<io.fabric8.kubernetes.api.model.OwnerReference>of()
                : List.of(new OwnerReferenceBuilder()
                        .withApiVersion("ocean.dev/v1beta1")
                        .withKind(ownerKind)
                        .withName("orders")
                        .withUid("cr-0")
                        .build());
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("orders-credentials")
                .withOwnerReferences(owners)
                .endMetadata()
                .addToData("password", "c2VjcmV0")
                .build();
    }

    private static List<String> foreignThings(Bench bench) {
        var things = new ArrayList<String>();
        var mark = Fixtures.mark("cr-1");
        bench.world.server.databases.values().stream()
                .filter(database -> mark.to(dev.ocean.operator.tenancy.OwnershipMark.parse(database.comment))
                        == dev.ocean.operator.tenancy.OwnershipMark.Relation.FOREIGN)
                .forEach(database -> things.add(database.toString()));
        bench.world.server.roles.values().stream()
                .filter(role -> mark.to(dev.ocean.operator.tenancy.OwnershipMark.parse(role.comment))
                        == dev.ocean.operator.tenancy.OwnershipMark.Relation.FOREIGN)
                // A membership in a role of ours goes with that role.
                .forEach(role -> things.add(role.name + role.comment + role.login + role.verifier + role.settings));
        bench.secret("orders-credentials")
                .filter(secret -> secret.getMetadata().getOwnerReferences().isEmpty())
                .ifPresent(secret -> things.add(secret.toString()));
        return things;
    }

    static List<String> shown(Plan plan) {
        var shown = new ArrayList<>(plan.steps().stream().map(Object::toString).toList());
        plan.problem().ifPresent(problem -> shown.add("[" + problem.kind() + " " + problem.reason() + "]"));
        return shown;
    }
}
