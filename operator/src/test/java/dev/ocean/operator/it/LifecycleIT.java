package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.postgresql.PGConnection;
import static org.assertj.core.api.Assertions.assertThat;

/** The life of a ManagedDatabase, its project and its instance, from the first manifest to the last deletion. */
class LifecycleIT {

    @RegisterExtension
    final Scene scene = new Scene();

    private String database(Space space, String name) {
        return space.namespace() + "_" + name;
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenADatabaseIsMade {

        @Test
        void becomesReadyAndTellsWhatItIs() throws SQLException {
            var space = scene.shop();

            var login = space.readyDatabase("orders");

            var name = database(space, "orders");
            var status = space.status("orders");
            assertThat(status.databaseName()).isEqualTo(name);
            assertThat(status.ownerRole()).isEqualTo(name + "__owner");
            assertThat(status.activeLogin()).isEqualTo(name + "__a");
            assertThat(status.firstReadyTime()).isNotNull();
            assertThat(status.conditions())
                    .extracting(condition -> condition.getType() + "=" + condition.getStatus())
                    .containsExactly("CredentialsReady=True", "DatabaseReady=True", "Ready=True");
            assertThat(login.values()).containsEntry("database", name).containsEntry("sslmode", "verify-full");
            login.run("CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)");
            assertThat(login.ask("SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
                    .containsExactly(name + "__owner");
            space.awaitEvent("orders", "DatabaseCreated");
            Space.eventually("the counts follow", () -> {
                assertThat(space.get(PostgresInstance.class, "main").getStatus().serverVersion())
                        .isNotEmpty();
                assertThat(space.get(Project.class, "shop").getStatus().readyDatabaseCount())
                        .isEqualTo(1);
            });
        }

        @Test
        void hasWhatItsSpecificationAsksFor() throws SQLException {
            var space = scene.shop();

            var login = space.readyDatabase(
                    "full",
                    "connectionLimit: 7, parameters: {statement_timeout: 31s, search_path: 'reporting, public'},"
                            + " extensions: [{name: pgcrypto, schema: crypto}], schemas: [{name: reporting}],"
                            + " credentials: {secretName: full-login, secretTemplate: {labels: {example.com/team: a},"
                            + " data: {SPRING_DATASOURCE_URL: '{{jdbc-url}}'}}}");

            assertThat(login.ask("SHOW statement_timeout")).containsExactly("31s");
            assertThat(login.ask("SHOW search_path")).containsExactly("reporting, public");
            assertThat(login.ask(
                            "SELECT nspname FROM pg_namespace WHERE nspname IN ('reporting', 'crypto') ORDER BY 1"))
                    .containsExactly("crypto", "reporting");
            assertThat(login.ask("SELECT extname FROM pg_extension ORDER BY 1")).contains("pgcrypto");
            assertThat(login.value("SPRING_DATASOURCE_URL")).isEqualTo(login.value("jdbc-url"));
            assertThat(Sql.ask(
                            scene.platform().server(),
                            "SELECT rolconnlimit FROM pg_roles WHERE rolname = '" + login.username() + "'"))
                    .containsExactly("11");
            assertThat(space.secret("full-login").getMetadata().getLabels()).containsEntry("example.com/team", "a");
        }

        @Test
        void waitsForWhatItNamesAndGoesOnWhenThatComes() {
            scene.platform().operator();
            var space = scene.space();

            space.database("orders");

            space.awaitReason(ManagedDatabase.class, "orders", "ReferenceNotFound");
            space.project("instanceRef: {name: main}");
            assertThat(space.awaitReason(ManagedDatabase.class, "orders", "ReferenceNotFound"))
                    .contains("'");
            space.instance("main", Space.address(scene.platform().server()));
            space.awaitReady(ManagedDatabase.class, "orders");
        }

        @Test
        void isMadeBySuperuserAdminToo() {
            scene.platform().operator();
            var space = scene.space().on(scene.platform().superuserServer());

            var login = space.readyDatabase("orders", "extensions: [{name: pgcrypto}]");

            assertThat(login.database()).isEqualTo(database(space, "orders"));
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenTheSpecificationChanges {

        @Test
        void followsLimitParametersSchemasAndExtensions() throws SQLException {
            var space = scene.shop();
            var login = space.readyDatabase("orders", "parameters: {statement_timeout: 30s}");

            space.patch(
                    ManagedDatabase.class,
                    "orders",
                    "spec: {connectionLimit: 5, parameters: {statement_timeout: null, work_mem: 5MB},"
                            + " schemas: [{name: later}], extensions: [{name: citext}]}");
            space.awaitReady(ManagedDatabase.class, "orders");

            assertThat(login.ask("SHOW work_mem")).containsExactly("5MB");
            assertThat(login.ask("SHOW statement_timeout")).containsExactly("0");
            assertThat(login.ask("SELECT nspname FROM pg_namespace WHERE nspname = 'later'"))
                    .containsExactly("later");
            assertThat(login.ask("SELECT extname FROM pg_extension WHERE extname = 'citext'"))
                    .containsExactly("citext");
            assertThat(Sql.ask(
                            scene.platform().server(),
                            "SELECT datconnlimit FROM pg_database WHERE datname = '" + login.database() + "'"))
                    .containsExactly("9");
            assertThat(space.status("orders").extensions())
                    .extracting(extension -> extension.name())
                    .containsExactly("citext");
        }

        @Test
        void movesTheLoginToASecretOfAnotherName() throws SQLException {
            var space = scene.shop();
            var before = space.readyDatabase("orders");

            space.patch(ManagedDatabase.class, "orders", "spec: {credentials: {secretName: other}}");
            space.awaitReady(ManagedDatabase.class, "orders");

            var after = space.login("orders");
            assertThat(after.password()).isEqualTo(before.password());
            assertThat(space.status("orders").binding())
                    .isNotNull()
                    .extracting(binding -> binding.name())
                    .isEqualTo("other");
            Space.eventually("the old Secret is gone", () -> assertThat(space.hasSecret("orders-credentials"))
                    .isFalse());
            before.run("SELECT 1");
        }

        @Test
        void rotatesTheLoginWithAnOverlap() throws SQLException {
            var space = scene.shop();
            var before = space.readyDatabase("orders");
            before.run("CREATE TABLE t (n int)", "SET ROLE NONE", "CREATE SCHEMA stray");

            space.patch(
                    ManagedDatabase.class,
                    "orders",
                    "spec: {credentials: {rotateAfterTime: \"" + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                            + "\"}}");

            Space.eventually(
                    "the other slot is active",
                    () -> assertThat(space.login("orders").username()).isEqualTo(before.database() + "__b"));
            before.run("SELECT 1");
            var after = space.login("orders");
            after.run("INSERT INTO t VALUES (1)");
            Space.eventually("the old login goes after its overlap", () -> assertThat(Sql.ask(
                            scene.platform().server(),
                            "SELECT rolname FROM pg_roles WHERE rolname = '" + before.username() + "'"))
                    .isEmpty());
            assertThat(after.ask("SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'stray'"))
                    .as("what the old login owned went to the owner role")
                    .containsExactly(before.database() + "__owner");
            assertThat(after.ask("SELECT count(*) FROM t")).containsExactly("1");
            assertThat(space.login("orders").values()).doesNotContainKeys("next-username", "next-password");
            space.awaitEvent("orders", "CredentialsRotated");
            space.awaitReady(ManagedDatabase.class, "orders");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenTheSecretIsTouched {

        @Test
        void isWrittenAgainWithANewPasswordIfItWasDeleted() throws SQLException {
            var space = scene.shop();
            var before = space.readyDatabase("orders");

            space.deleteSecret("orders-credentials");

            Space.eventually("there is a new Secret that logs in", () -> {
                assertThat(space.login("orders").password()).isNotEqualTo(before.password());
                space.login("orders").run("SELECT 1");
            });
            Sql.assertRefused("28P01", () -> before.run("SELECT 1"));
            space.awaitReady(ManagedDatabase.class, "orders");
        }

        @Test
        void isPutRightIfOurKeysWereEditedAndKeepsOthers() {
            var space = scene.shop();
            var before = space.readyDatabase("orders");

            space.patchSecret("orders-credentials", "stringData: {host: evil.example.com, uri: nonsense, mine: kept}");

            Space.eventually("our keys are put right", () -> assertThat(
                            space.login("orders").values())
                    .containsEntry("host", before.value("host"))
                    .containsEntry("uri", before.value("uri"))
                    .containsEntry("mine", "kept"));
            space.awaitReady(ManagedDatabase.class, "orders");
        }

        @Test
        void givesItsEditedPasswordToTheServer() throws SQLException {
            var space = scene.shop();
            var before = space.readyDatabase("orders");

            space.patchSecret("orders-credentials", "stringData: {password: chosen-by-a-person-17}");

            Space.eventually("the edited password logs in", () -> {
                var after = space.login("orders");
                assertThat(after.password()).isEqualTo("chosen-by-a-person-17");
                assertThat(after.value("PGPASSWORD")).isEqualTo("chosen-by-a-person-17");
                after.run("SELECT 1");
            });
            Sql.assertRefused("28P01", () -> before.run("SELECT 1"));
            space.awaitReady(ManagedDatabase.class, "orders");
        }

        @Test
        void getsItsLabelsBackWhicheverWasTaken() {
            var space = scene.shop();
            space.readyDatabase("orders");

            space.patchSecret(
                    "orders-credentials",
                    "metadata: {labels: {app.kubernetes.io/managed-by: null, ocean.dev/owner: somebody-else}}");

            Space.eventually("labels are back", () -> assertThat(
                            space.secret("orders-credentials").getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/managed-by", "ocean")
                    .containsEntry("ocean.dev/owner", "orders"));
            space.patchSecret("orders-credentials", "metadata: {labels: {ocean.dev/owner: somebody-else}}");
            Space.eventually("the owner's label alone is back", () -> assertThat(
                            space.secret("orders-credentials").getMetadata().getLabels())
                    .containsEntry("ocean.dev/owner", "orders"));
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenTheServerIsChangedByHand {

        @Test
        void setsAPasswordAgainThatTheTenantChanged() throws SQLException {
            var space = scene.shop();
            var login = space.readyDatabase("orders");
            login.run("SET ROLE NONE", "ALTER ROLE CURRENT_USER PASSWORD 'of the tenant'");
            Sql.assertRefused("28P01", () -> login.run("SELECT 1"));

            space.patch(ManagedDatabase.class, "orders", "spec: {connectionLimit: 11}");
            space.awaitReady(ManagedDatabase.class, "orders");

            login.run("SELECT 1");
            assertThat(space.login("orders").password()).isEqualTo(login.password());
            space.awaitEvent("orders", "CredentialsRepaired");
        }

        @Test
        void correctsDriftWithinALook() throws SQLException {
            var space = scene.shop();
            var login = space.readyDatabase("orders", "parameters: {statement_timeout: 30s}");
            var name = login.database();
            space.awaitReady(PostgresInstance.class, "main");
            var server = scene.platform().server();
            Sql.run(
                    server,
                    "GRANT CONNECT ON DATABASE \"" + name + "\" TO PUBLIC",
                    "ALTER DATABASE \"" + name + "\" CONNECTION LIMIT 1",
                    "ALTER DATABASE \"" + name + "\" SET statement_timeout TO '1s'",
                    "ALTER DATABASE \"" + name + "\" SET work_mem TO '1MB'",
                    "ALTER DATABASE \"" + name + "\" ALLOW_CONNECTIONS false",
                    "ALTER ROLE \"" + login.username() + "\" NOLOGIN",
                    "ALTER ROLE \"" + login.username() + "\" SET search_path TO nowhere",
                    "CREATE ROLE stranger",
                    "GRANT \"" + name + "__owner\" TO stranger",
                    "GRANT CONNECT ON DATABASE \"" + name + "\" TO stranger");

            space.wake(PostgresInstance.class, "main");

            Space.eventually("all is put right", () -> {
                assertThat(Sql.ask(
                                server,
                                "SELECT datallowconn::text || datconnlimit FROM pg_database WHERE datname = '" + name
                                        + "'"))
                        .containsExactly("true54");
                assertThat(Sql.ask(server, "SELECT has_database_privilege('stranger', '" + name + "', 'CONNECT')"))
                        .containsExactly("f");
                assertThat(Sql.ask(server, "SELECT pg_has_role('stranger', '" + name + "__owner', 'MEMBER')"))
                        .containsExactly("f");
                assertThat(login.ask("SHOW statement_timeout")).containsExactly("30s");
                assertThat(login.ask("SHOW work_mem")).isNotEqualTo("1MB");
                assertThat(login.ask("SELECT CURRENT_USER")).containsExactly(name + "__owner");
            });
            space.awaitReady(ManagedDatabase.class, "orders");
            // One event a pass, the most important one; a locked login counts as more than a limit.
            Space.eventually("it is told", () -> assertThat(space.events("orders"))
                    .containsAnyOf("DriftCorrected", "CredentialsRepaired"));
            Sql.run(server, "DROP ROLE stranger");
        }

        @Test
        void makesADroppedRoleAgain() throws SQLException {
            var space = scene.shop();
            var login = space.readyDatabase("orders");
            var server = scene.platform().server();
            space.wake(PostgresInstance.class, "main");
            Sql.run(server, "DROP ROLE \"" + login.username() + "\"");

            space.wake(PostgresInstance.class, "main");

            Space.eventually("the login is there again", () -> login.run("SELECT 1"));
            space.awaitReady(ManagedDatabase.class, "orders");
        }

        @Test
        void neverMakesADroppedDatabaseAgain() {
            var space = scene.shop();
            var login = space.readyDatabase("orders");
            var server = scene.platform().server();
            Sql.run(server, "DROP DATABASE \"" + login.database() + "\" WITH (FORCE)");

            space.wake(PostgresInstance.class, "main");
            var message = space.awaitReason(ManagedDatabase.class, "orders", "DatabaseMissing");
            space.patch(ManagedDatabase.class, "orders", "spec: {connectionLimit: 3}");
            space.deleteSecret("orders-credentials");
            space.wake(ManagedDatabase.class, "orders");

            space.awaitReason(ManagedDatabase.class, "orders", "DatabaseMissing");
            assertThat(message).contains(login.database());
            assertThat(Sql.ask(server, "SELECT datname FROM pg_database WHERE datname = '" + login.database() + "'"))
                    .isEmpty();
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenADatabaseIsDeleted {

        @Test
        void keepsItsDataClosedAndTakesItBackUnderANewPassword() throws SQLException {
            var space = scene.shop();
            var before = space.readyDatabase("orders");
            before.run("CREATE TABLE t AS SELECT 42 AS n");
            var server = scene.platform().server();
            try (var session = before.open()) {
                space.delete(ManagedDatabase.class, "orders");
                space.awaitGone(ManagedDatabase.class, "orders");

                Sql.assertRefused("57P01", () -> Sql.ask(session, "SELECT 1"));
            }
            Sql.assertRefused("28000", () -> before.run("SELECT 1"));
            assertThat(Sql.ask(
                            server, "SELECT datallowconn FROM pg_database WHERE datname = '" + before.database() + "'"))
                    .containsExactly("f");
            space.awaitEvent("orders", "DatabaseRetained");

            var after = space.readyDatabase("orders");

            assertThat(after.ask("SELECT n FROM t")).containsExactly("42");
            assertThat(after.password()).isNotEqualTo(before.password());
            Sql.assertRefused("28P01", () -> before.run("SELECT 1"));
            space.awaitEvent("orders", "DatabaseAdopted");
        }

        @Test
        void refusesItsKeptDataToAnotherNamespace() throws SQLException {
            var owner = scene.shop();
            var thief = scene.shop();
            var login = owner.readyDatabase("orders", "databaseName: kept_" + owner.namespace());
            login.run("CREATE TABLE t AS SELECT 42 AS n");
            owner.delete(ManagedDatabase.class, "orders");
            owner.awaitGone(ManagedDatabase.class, "orders");

            thief.database("orders", "databaseName: kept_" + owner.namespace());

            thief.awaitReason(ManagedDatabase.class, "orders", "NameConflict");
            assertThat(Sql.ask(
                            scene.platform().server(),
                            "SELECT datallowconn FROM pg_database WHERE datname = '" + login.database() + "'"))
                    .containsExactly("f");
            assertThat(thief.hasSecret("orders-credentials")).isFalse();
            thief.delete(ManagedDatabase.class, "orders");
            thief.awaitGone(ManagedDatabase.class, "orders");
            assertThat(owner.readyDatabase("orders", "databaseName: kept_" + owner.namespace())
                            .ask("SELECT n FROM t"))
                    .containsExactly("42");
        }

        @Test
        void dropsDatabaseAndRolesUnderAnOpenSession() throws SQLException {
            var space = scene.shop();
            var login = space.readyDatabase("orders", "deletionPolicy: Delete");
            try (var session = login.open()) {
                Sql.run(session, "CREATE TABLE t (n int)");

                space.delete(ManagedDatabase.class, "orders");
                space.awaitGone(ManagedDatabase.class, "orders");
            }

            assertThat(Traces.of(scene.platform().server(), space.namespace()).all())
                    .isEmpty();
            Space.eventually("the Secret is collected", () -> assertThat(space.hasSecret("orders-credentials"))
                    .isFalse());
        }

        @Test
        void waitsWhileItIsProtected() {
            var space = scene.shop();
            space.readyDatabase("orders", "deletionProtection: true, deletionPolicy: Delete");

            space.delete(ManagedDatabase.class, "orders");

            space.awaitCondition(ManagedDatabase.class, "orders", "DeletionBlocked", "True", "ProtectionEnabled");
            space.awaitReason(ManagedDatabase.class, "orders", "DeletionBlocked");
            space.patch(ManagedDatabase.class, "orders", "spec: {deletionProtection: false}");
            space.awaitGone(ManagedDatabase.class, "orders");
        }

        @Test
        void saysThatItIsPausedForAsLongAsItIs() {
            var space = scene.shop();
            space.readyDatabase("orders");
            var observed =
                    space.get(ManagedDatabase.class, "orders").getStatus().observedGeneration();

            space.patch(ManagedDatabase.class, "orders", "metadata: {annotations: {ocean.dev/reconcile: paused}}");
            space.patch(ManagedDatabase.class, "orders", "spec: {connectionLimit: 3}");
            Space.eventually(
                    "it says so", () -> assertThat(message(space, "orders")).startsWith("Paused by the annotation"));
            assertThat(space.get(ManagedDatabase.class, "orders").getStatus().observedGeneration())
                    .isEqualTo(observed);
            assertThat(space.condition(ManagedDatabase.class, "orders", "Ready")
                            .orElseThrow()
                            .getStatus())
                    .isEqualTo("True");

            space.patch(ManagedDatabase.class, "orders", "metadata: {annotations: {ocean.dev/reconcile: null}}");
            space.awaitReady(ManagedDatabase.class, "orders");
            assertThat(message(space, "orders")).doesNotContain("Paused");
        }

        private static String message(Space space, String name) {
            return space.condition(ManagedDatabase.class, name, "Ready")
                    .orElseThrow()
                    .getMessage();
        }

        @Test
        void touchesNothingWhilePaused() throws SQLException {
            var space = scene.shop();
            var login = space.readyDatabase("orders", "deletionPolicy: Delete");
            space.patch(ManagedDatabase.class, "orders", "metadata: {annotations: {ocean.dev/reconcile: paused}}");
            space.readyDatabase("witness");

            space.patch(ManagedDatabase.class, "orders", "spec: {connectionLimit: 3}");
            space.delete(ManagedDatabase.class, "orders");
            space.patch(ManagedDatabase.class, "witness", "spec: {connectionLimit: 4}");
            space.awaitReady(ManagedDatabase.class, "witness");

            login.run("SELECT 1");
            assertThat(Sql.ask(
                            scene.platform().server(),
                            "SELECT rolconnlimit FROM pg_roles WHERE rolname = '" + login.username() + "'"))
                    .containsExactly("54");
            assertThat(space.get(ManagedDatabase.class, "orders").getMetadata().getFinalizers())
                    .isNotEmpty();
            space.patch(ManagedDatabase.class, "orders", "metadata: {annotations: {ocean.dev/reconcile: null}}");
            space.awaitGone(ManagedDatabase.class, "orders");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenWhatItDependsOnIsDeleted {

        @Test
        void instanceNamesTheDatabasesThatHoldIt() {
            var space = scene.shop();
            space.readyDatabase("orders");

            space.delete(PostgresInstance.class, "main");

            var message = space.awaitCondition(
                    PostgresInstance.class, "main", "DeletionBlocked", "True", "DatabasesRemaining");
            assertThat(message).contains(space.namespace() + "/orders");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            space.awaitGone(PostgresInstance.class, "main");
        }

        @Test
        void namespaceGoesWithAllThatIsInIt() {
            var space = scene.shop();
            var login = space.readyDatabase("orders");

            space.user().namespaces().withName(space.namespace()).delete();

            Space.eventually("the namespace is gone", () -> assertThat(Objects.isNull(space.user()
                            .namespaces()
                            .withName(space.namespace())
                            .get()))
                    .isTrue());
            assertThat(Sql.ask(
                            scene.platform().server(),
                            "SELECT datallowconn FROM pg_database WHERE datname = '" + login.database() + "'"))
                    .as("kept, as nobody wrote Delete")
                    .containsExactly("f");
        }
    }

    @Test
    void adminsNewPasswordIsTakenOver() throws SQLException {
        var space = scene.shopOfItsOwn();
        space.readyDatabase("orders");
        var connection = new HashMap<>(Space.address(scene.server()));
        connection.put("password", "another-one-of-the-admin");
        try (var superuser = scene.server().superuser("postgres")) {
            // As a verifier, so that it does not stand in the server's log.
            superuser
                    .unwrap(PGConnection.class)
                    .alterUserPassword("platform_admin", "another-one-of-the-admin".toCharArray(), "scram-sha-256");
        }

        space.adminSecret(Space.ADMIN_SECRET, connection);

        space.readyDatabase("invoices");
        space.wake(PostgresInstance.class, "main");
        space.awaitReady(PostgresInstance.class, "main");
    }
}
