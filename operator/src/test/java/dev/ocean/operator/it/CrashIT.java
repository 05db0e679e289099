package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.it.Hold.Catalog;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code kill -9} between any two steps. The test stops the server before a step, or the API server before a write, kills the operator there, and lets the step either never
 * happen or happen unheard. What comes after is done by the next process, which knows nothing.
 */
class CrashIT {

    @RegisterExtension
    final Scene scene = new Scene();

    private Space space() {
        return scene.shop();
    }

    private PostgresServer server() {
        return scene.platform().server();
    }

    /** What becomes of the step in which the operator died. */
    enum Fate {
        NOT_DONE,
        DONE_UNHEARD
    }

    private void kill() {
        scene.platform().operator().kill();
    }

    private void killIn(Hold hold, Fate fate) throws SQLException {
        kill();
        if (fate == Fate.NOT_DONE) {
            hold.endVictims();
        }
        hold.close();
        Space.awaiting("the dead process's sessions have ended").untilAsserted(() -> assertThat(Sql.ask(
                        server(),
                        "SELECT pid FROM pg_stat_activity WHERE usename = 'platform_admin' AND state = 'active'"))
                .isEmpty());
    }

    private Space witnessed() throws SQLException {
        var space = space();
        space.awaitReady(PostgresInstance.class, "main");
        space.readyDatabase("witness").run("CREATE TABLE t AS SELECT 1 AS n");
        return space;
    }

    private void assertWitnessUntouched(Space space, SecretLogin witness) throws SQLException {
        assertThat(witness.ask("SELECT n FROM t")).containsExactly("1");
        assertThat(space.login("witness").password()).isEqualTo(witness.password());
    }

    private void assertOrdersStands(Space space, SecretLogin witness) throws SQLException {
        scene.platform().operator();
        space.awaitReady(ManagedDatabase.class, "orders");
        var login = space.login("orders");
        login.run("CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)");
        assertThat(Traces.of(server(), space.namespace()).databases()).hasSize(2);
        assertThat(Traces.of(server(), space.namespace()).roles())
                .extracting(Traces.Trace::name)
                .filteredOn(name -> name.startsWith(login.database() + "__"))
                .containsExactlyInAnyOrderElementsOf(List.of(
                        login.database() + "__owner",
                        login.database() + "__ro",
                        login.database() + "__rw",
                        login.database() + "__a"));
        assertWitnessUntouched(space, witness);
    }

    @Nested
    class WhileADatabaseIsMade {

        @ParameterizedTest
        @EnumSource
        void atItsGroups(Fate fate) throws SQLException {
            var space = witnessed();
            var witness = space.login("witness");
            var hold = scene.hold(Catalog.ROLES);
            space.database("orders");
            hold.awaitVictim();

            killIn(hold, fate);

            assertOrdersStands(space, witness);
        }

        @ParameterizedTest
        @EnumSource
        void atCreateDatabase(Fate fate) throws SQLException {
            var space = witnessed();
            var witness = space.login("witness");
            var hold = scene.hold(Catalog.DATABASES);
            space.database("orders");
            hold.awaitVictim();

            killIn(hold, fate);

            assertOrdersStands(space, witness);
        }

        @Test
        void betweenCreateDatabaseAndItsMark() throws SQLException {
            var space = witnessed();
            var witness = space.login("witness");
            var databases = scene.hold(Catalog.DATABASES);
            space.database("orders");
            databases.awaitVictim();
            var comments = scene.hold(Catalog.COMMENTS);
            databases.close();
            comments.awaitVictim();

            killIn(comments, Fate.NOT_DONE);

            assertThat(Sql.ask(
                            server(),
                            "SELECT datallowconn::text || COALESCE(shobj_description(oid, 'pg_database'), ' unmarked')"
                                    + " FROM pg_database WHERE datname = '" + space.namespace() + "_orders'"))
                    .as("the state that this test is about")
                    .containsExactly("false unmarked");
            assertOrdersStands(space, witness);
        }

        @Test
        void atTheSecret() throws SQLException {
            var space = witnessed();
            var witness = space.login("witness");
            var hold = scene.hold(Catalog.DATABASES);
            space.database("orders");
            hold.awaitVictim();
            scene.platform().controlPlane().pauseApiServer();
            hold.close();
            Space.eventually("the database stands", () -> assertThat(Sql.ask(
                            server(),
                            "SELECT datallowconn FROM pg_database WHERE datname = '" + space.namespace() + "_orders'"))
                    .containsExactly("t"));

            kill();
            scene.platform().controlPlane().resumeApiServer();

            assertOrdersStands(space, witness);
        }

        @ParameterizedTest
        @EnumSource
        void atTheFirstLogin(Fate fate) throws SQLException {
            var space = witnessed();
            var witness = space.login("witness");
            var hold = holdAfterDatabase(space);

            killIn(hold, fate);

            assertThat(space.hasSecret("orders-credentials"))
                    .as("written before the login")
                    .isTrue();
            var published = space.login("orders").password();
            assertOrdersStands(space, witness);
            assertThat(space.login("orders").password())
                    .as("what was published stays")
                    .isEqualTo(published);
        }

        /** Stops at the roles, but not at those before the database. */
        private Hold holdAfterDatabase(Space space) throws SQLException {
            var databases = scene.hold(Catalog.DATABASES);
            space.database("orders");
            databases.awaitVictim();
            var roles = scene.hold(Catalog.ROLES);
            databases.close();
            return roles.awaitVictim();
        }

        @Test
        void atTheStatus() throws SQLException {
            var space = witnessed();
            var witness = space.login("witness");
            var hold = holdAfterDatabase(space);
            scene.platform().controlPlane().pauseApiServer();
            hold.close();
            Space.eventually("the login was proved", () -> assertThat(server().log())
                    .containsPattern("disconnection: .*user=" + space.namespace() + "_orders__a "));

            kill();
            scene.platform().controlPlane().resumeApiServer();

            assertOrdersStands(space, witness);
        }
    }

    @Nested
    class WhileADatabaseIsDropped {

        /** A database whose deletion has come to a point. */
        private record Deletion(Space space, SecretLogin witness, Hold hold) {}

        private Deletion deletedUpTo(Catalog catalog) throws SQLException {
            var space = witnessed();
            space.readyDatabase("orders", "deletionPolicy: Delete");
            var hold = scene.hold(catalog);
            space.delete(ManagedDatabase.class, "orders");
            return new Deletion(space, space.login("witness"), hold.awaitVictim());
        }

        private void assertNothingIsLeft(Deletion deletion) throws SQLException {
            scene.platform().operator();
            deletion.space().awaitGone(ManagedDatabase.class, "orders");
            assertThat(orders(deletion)).isEmpty();
            assertWitnessUntouched(deletion.space(), deletion.witness());
        }

        private List<Traces.Trace> orders(Deletion deletion) {
            var namespace = deletion.space().namespace();
            return Traces.of(server(), namespace).all().stream()
                    .filter(trace -> !trace.name().startsWith(namespace + "_witness"))
                    .toList();
        }

        @ParameterizedTest
        @EnumSource
        void atDropDatabase(Fate fate) throws SQLException {
            var deletion = deletedUpTo(Catalog.DATABASES);

            killIn(deletion.hold(), fate);

            assertNothingIsLeft(deletion);
        }

        @Test
        void betweenDropDatabaseAndItsRoles() throws SQLException {
            var deletion = deletedUpTo(Catalog.DATABASES);
            var roles = scene.hold(Catalog.ROLES);
            deletion.hold().close();
            roles.awaitVictim();

            killIn(roles, Fate.NOT_DONE);

            assertThat(orders(deletion))
                    .as("the state that this test is about")
                    .isNotEmpty()
                    .noneMatch(Traces.Trace::isDatabase);
            assertNothingIsLeft(deletion);
        }

        @Test
        void atTheFinalizer() throws SQLException {
            var deletion = deletedUpTo(Catalog.DATABASES);
            scene.platform().controlPlane().pauseApiServer();
            deletion.hold().close();
            Space.eventually(
                    "all is dropped", () -> assertThat(orders(deletion)).isEmpty());

            kill();
            scene.platform().controlPlane().resumeApiServer();

            assertNothingIsLeft(deletion);
        }
    }

    @Nested
    class WhileADatabaseIsRetainedOrTakenBack {

        @ParameterizedTest
        @EnumSource
        void atItsClosing(Fate fate) throws SQLException {
            var space = witnessed();
            var login = space.readyDatabase("orders");
            login.run("CREATE TABLE t AS SELECT 42 AS n");
            try (var session = login.open()) {
                var hold = scene.hold(Catalog.ROLES);
                space.delete(ManagedDatabase.class, "orders");
                hold.awaitVictim();

                killIn(hold, fate);

                scene.platform().operator();
                space.awaitGone(ManagedDatabase.class, "orders");
                assertThat(session.isValid(2))
                        .as("no session stays in a database that is closed")
                        .isFalse();
            }
            Sql.assertRefused("28000", () -> login.run("SELECT 1"));
            assertThat(space.readyDatabase("orders").ask("SELECT n FROM t")).containsExactly("42");
        }

        @ParameterizedTest
        @EnumSource
        void atItsReturn(Fate fate) throws SQLException {
            var space = witnessed();
            var before = space.readyDatabase("orders");
            before.run("CREATE TABLE t AS SELECT 42 AS n");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            var hold = scene.hold(Catalog.ROLES);
            space.database("orders");
            hold.awaitVictim();

            killIn(hold, fate);

            scene.platform().operator();
            space.awaitReady(ManagedDatabase.class, "orders");
            assertThat(space.login("orders").ask("SELECT n FROM t")).containsExactly("42");
        }
    }

    @Nested
    class WhileALoginIsRotated {

        @ParameterizedTest
        @EnumSource
        void atTheNewLogin(Fate fate) throws SQLException {
            var space = witnessed();
            var before = space.readyDatabase("orders");
            before.run("CREATE TABLE t AS SELECT 42 AS n");
            var hold = scene.hold(Catalog.ROLES);
            space.patch(
                    ManagedDatabase.class,
                    "orders",
                    "spec: {credentials: {rotateAfterTime: \""
                            + Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS) + "\"}}");
            hold.awaitVictim();

            killIn(hold, fate);

            before.run("SELECT 1");
            scene.platform().operator();
            Space.eventually("the new login is published", () -> {
                assertThat(space.login("orders").username()).endsWith("__b");
                space.login("orders").run("SELECT n FROM t");
            });
            space.awaitReady(ManagedDatabase.class, "orders");
        }
    }
}
