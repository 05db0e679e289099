package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.sandbox.fault.FaultProxy;
import dev.ocean.sandbox.postgres.PostgresServer;
import dev.ocean.sandbox.process.FreePort;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What users get wrong, and what servers do: told by the right reason, to the instance and to its databases, and healed when its cause is. */
class BadInputIT {

    @RegisterExtension
    final Scene scene = new Scene();

    private PostgresServer server() {
        return scene.server();
    }

    /** An instance that cannot be used, with a database that waits for it. */
    private Space unusable(Map<String, String> connection, String reason) {
        scene.platform().operator();
        var space = scene.space();
        space.instance("main", connection);
        space.project("instanceRef: {name: main}");
        space.database("orders");
        space.awaitReason(PostgresInstance.class, "main", reason);
        Space.eventually("the database is told why", () -> assertThat(
                        space.awaitReason(ManagedDatabase.class, "orders", "InstanceNotReady"))
                .contains(reason));
        return space;
    }

    private Map<String, String> changed(String key, String value) {
        var connection = new HashMap<>(Space.address(server()));
        connection.put(key, value);
        return connection;
    }

    private String message(Space space) {
        return space.condition(PostgresInstance.class, "main", "Ready")
                .orElseThrow()
                .getMessage();
    }

    private void mend(Space space) {
        space.adminSecret(Space.ADMIN_SECRET, Space.address(server()));
        space.awaitReady(PostgresInstance.class, "main");
        space.awaitReady(ManagedDatabase.class, "orders");
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenTheConnectionSecretIsWrong {

        @ParameterizedTest
        @ValueSource(strings = {"host", "port", "username", "password", "ca.crt"})
        void namesTheKeyThatIsMissing(String key) {
            var connection = new HashMap<>(Space.address(server()));
            connection.remove(key);

            var space = unusable(connection, "AdminSecretInvalid");

            assertThat(message(space)).contains(key);
            mend(space);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "65536", "fivefourthreetwo", "5432/x?y=z"})
        void namesThePortThatIsNone(String port) {
            var space = unusable(changed("port", port), "AdminSecretInvalid");

            assertThat(message(space)).contains("port").doesNotContain("fivefourthreetwo");
        }

        @ParameterizedTest
        @ValueSource(strings = {"local host", "localhost:5432/x?sslmode=disable", "'; DROP DATABASE postgres; --"})
        void refusesAHostThatIsNone(String host) {
            var space = unusable(changed("host", host), "AdminSecretInvalid");

            assertThat(message(space)).contains("host");
        }

        @Test
        void wantsItToExistAndToCarryItsLabel() {
            scene.platform().operator();
            var space = scene.space();
            space.secret(Space.ADMIN_SECRET, Space.address(server()), Map.of());
            space.apply("""
                    apiVersion: ocean.dev/v1beta1
                    kind: PostgresInstance
                    metadata: {name: main}
                    spec: {external: {connectionSecretRef: {name: main-admin}}}
                    """);
            space.project("instanceRef: {name: main}");
            space.database("orders");

            space.awaitReason(PostgresInstance.class, "main", "AdminSecretInvalid");
            assertThat(message(space)).contains("ocean.dev/role");
            space.deleteSecret(Space.ADMIN_SECRET);
            space.wake(PostgresInstance.class, "main");
            Space.eventually(
                    "told that it is missing", () -> assertThat(message(space)).contains("does not exist"));
            mend(space);
        }

        @Test
        void stopsWhenItsOwnerTakesTheLabelAway() {
            var space = scene.shop();
            space.readyDatabase("orders");

            space.patchSecret(Space.ADMIN_SECRET, "metadata: {labels: {ocean.dev/role: null}}");

            space.awaitReason(PostgresInstance.class, "main", "AdminSecretInvalid");
            space.awaitReason(ManagedDatabase.class, "orders", "InstanceNotReady");
            mend(space);
        }

        @Test
        void tellsAWrongPassword() {
            var space = unusable(changed("password", "certainly-not-this-one"), "AdminAuthFailed");

            mend(space);
        }

        @Test
        void tellsAnAuthorityThatDidNotSignTheCertificate() {
            var space = unusable(
                    changed("ca.crt", scene.platform().superuserServer().caCertificate()), "TLSVerificationFailed");

            mend(space);
        }

        @Test
        void tellsAHostThatTheCertificateDoesNotName() {
            var space = unusable(changed("host", Platform.UNNAMED_HOST), "TLSVerificationFailed");

            mend(space);
        }

        @Test
        void tellsAHostThatRefuses() {
            var space = unusable(changed("port", Integer.toString(FreePort.pick())), "InstanceUnreachable");

            mend(space);
        }

        @Test
        void tellsAHostThatIsUnknown() {
            var space = unusable(changed("host", "nowhere.invalid"), "InstanceUnreachable");

            mend(space);
        }

        @Test
        void tellsARightThatTheAdminLacks() {
            var space = scene.shopOfItsOwn();
            space.readyDatabase("orders");
            Sql.run(server(), "ALTER ROLE platform_admin NOCREATEDB");
            try {
                space.wake(PostgresInstance.class, "main");
                assertThat(space.awaitReason(PostgresInstance.class, "main", "InsufficientPrivilege"))
                        .contains("ALTER ROLE \"platform_admin\" CREATEDB");
            } finally {
                Sql.run(server(), "ALTER ROLE platform_admin CREATEDB");
            }
            space.wake(PostgresInstance.class, "main");
            space.awaitReady(ManagedDatabase.class, "orders");
        }

        @Test
        void tellsAnotherAdminsName() {
            var space = scene.shop();
            space.readyDatabase("orders");
            Sql.run(server(), "CREATE ROLE other_admin LOGIN CREATEDB CREATEROLE");
            try {
                givePassword("other_admin", "the-other-admins-own");
                var connection = changed("username", "other_admin");
                connection.put("password", "the-other-admins-own");

                space.adminSecret(Space.ADMIN_SECRET, connection);

                space.awaitReason(PostgresInstance.class, "main", "AdminNameChanged");
                mend(space);
            } finally {
                Sql.run(server(), "DROP ROLE other_admin");
            }
        }

        private void givePassword(String role, String password) {
            try (var connection = server().superuser("postgres")) {
                connection
                        .unwrap(org.postgresql.PGConnection.class)
                        .alterUserPassword(role, password.toCharArray(), "scram-sha-256");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenTheServerDoesNotAnswer {

        @Test
        void swallowedPacketsHoldNobodyElseAndAreForgottenAfterwards() {
            scene.platform().operator();
            var bystander = scene.shop();
            try (var proxy = FaultProxy.to(server().host(), server().port())) {
                var space = scene.space();
                space.instance("main", Space.address(server(), proxy.host(), proxy.port()));
                space.project("instanceRef: {name: main}");
                for (var i = 0; i < 12; i++) {
                    space.database("d" + i);
                }
                for (var i = 0; i < 12; i++) {
                    space.awaitReady(ManagedDatabase.class, "d" + i);
                }
                proxy.blackHole();
                space.wake(PostgresInstance.class, "main");
                for (var i = 0; i < 12; i++) {
                    space.patch(ManagedDatabase.class, "d" + i, "spec: {connectionLimit: 3}");
                }

                var started = System.nanoTime();
                bystander.readyDatabase("orders");
                var millis = (System.nanoTime() - started) / 1_000_000;

                assertThat(millis)
                        .as("a database of another server becomes Ready")
                        .isLessThan(15_000);
                space.awaitReason(PostgresInstance.class, "main", "InstanceUnreachable");
                space.awaitReason(ManagedDatabase.class, "d0", "InstanceUnreachable");
                proxy.pass();
                proxy.cut();
                for (var i = 0; i < 12; i++) {
                    space.awaitReady(ManagedDatabase.class, "d" + i);
                }
                moveBehindTheProxy(space);
            }
        }

        @Test
        void stoppedServerIsToldAndComesBackByItself() throws SQLException {
            scene.platform().operator();
            var own = scene.launch();
            var space = scene.space().on(own);
            var login = space.readyDatabase("orders");
            login.run("CREATE TABLE t AS SELECT 42 AS n");

            own.stop();
            space.wake(PostgresInstance.class, "main");

            space.awaitReason(PostgresInstance.class, "main", "InstanceUnreachable");
            space.awaitReason(ManagedDatabase.class, "orders", "InstanceUnreachable");
            own.start();
            space.awaitReady(PostgresInstance.class, "main");
            space.awaitReady(ManagedDatabase.class, "orders");
            assertThat(login.ask("SELECT n FROM t")).containsExactly("42");
        }

        @Test
        void deletionWaitsForTheServer() {
            scene.platform().operator();
            var own = scene.launch();
            var space = scene.space().on(own);
            space.readyDatabase("orders", "deletionPolicy: Delete");
            own.stop();

            space.delete(ManagedDatabase.class, "orders");

            space.awaitCondition(ManagedDatabase.class, "orders", "DeletionBlocked", "True", "InstanceUnreachable");
            own.start();
            space.awaitGone(ManagedDatabase.class, "orders");
            assertThat(Traces.of(own, space.namespace()).all()).isEmpty();
        }

        @Test
        void anotherServerAtTheAddressIsToldAndNothingIsMadeOnItUntilAPersonAccepts() {
            scene.platform().operator();
            var first = scene.launch();
            var second = scene.launch();
            var space = scene.space().on(first);
            space.readyDatabase("orders");
            var before = Objects.requireNonNull(
                    space.get(PostgresInstance.class, "main").getStatus().systemIdentifier());

            space.adminSecret(Space.ADMIN_SECRET, Space.address(second));
            space.database("invoices");

            var message = space.awaitReason(PostgresInstance.class, "main", "InstanceIdentityChanged");
            space.awaitReason(ManagedDatabase.class, "orders", "InstanceNotReady");
            space.awaitReason(ManagedDatabase.class, "invoices", "InstanceNotReady");
            assertThat(space.get(PostgresInstance.class, "main").getStatus().systemIdentifier())
                    .isEqualTo(before);
            assertThat(Traces.of(second, space.namespace()).all()).isEmpty();
            var found = Sql.ask(second, "SELECT system_identifier FROM pg_control_system()")
                    .getFirst();
            assertThat(message).contains(found).contains(before);
            space.patch(
                    PostgresInstance.class,
                    "main",
                    "metadata: {annotations: {ocean.dev/accept-identity: \"" + found + "\"}}");
            space.awaitReady(PostgresInstance.class, "main");
            space.awaitReady(ManagedDatabase.class, "invoices");
            space.awaitReason(ManagedDatabase.class, "orders", "DatabaseMissing");
            Sql.run(
                    first,
                    "DROP DATABASE " + space.namespace() + "_orders",
                    "DROP ROLE " + space.namespace() + "_orders__a",
                    "DROP ROLE " + space.namespace() + "_orders__ro",
                    "DROP ROLE " + space.namespace() + "_orders__rw",
                    "DROP ROLE " + space.namespace() + "_orders__owner");
        }

        @Test
        void cutConnectionsCostNoMoreThanAnotherLook() {
            scene.platform().operator();
            try (var proxy = FaultProxy.to(server().host(), server().port())) {
                var space = scene.space();
                space.instance("main", Space.address(server(), proxy.host(), proxy.port()));
                space.project("instanceRef: {name: main}");
                space.awaitReady(PostgresInstance.class, "main");
                for (var i = 0; i < 4; i++) {
                    proxy.cutAfterRequest();
                    space.readyDatabase("d" + i);
                }
                moveBehindTheProxy(space);
            }
        }

        /** The server has another address from now on, and every Secret says so. */
        private void moveBehindTheProxy(Space space) {
            space.adminSecret(Space.ADMIN_SECRET, Space.address(server()));
            for (var database : space.all(ManagedDatabase.class)) {
                var name = database.getMetadata().getName();
                Space.eventually(
                        "the Secret follows",
                        () -> assertThat(space.login(name).value("port")).isEqualTo(Integer.toString(server().port())));
                space.awaitReady(ManagedDatabase.class, name);
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenNamesAreStrange {

        @Test
        void namesOf63BytesWork() throws SQLException {
            var space = scene.shop();
            var longest = "d".repeat(63);
            var chosen = (space.namespace() + "_" + "x".repeat(63)).substring(0, 63);

            var byName = space.readyDatabase(longest);
            var byChoice = space.readyDatabase("chosen", "databaseName: " + chosen);

            assertThat(byName.database()).hasSize(63);
            assertThat(byName.username()).hasSizeLessThanOrEqualTo(63).endsWith("__a");
            assertThat(byChoice.database()).isEqualTo(chosen);
            assertThat(byChoice.ask("SELECT CURRENT_DATABASE()")).containsExactly(chosen);
            assertThatThrownBy(() -> space.database("d".repeat(64))).hasMessageContaining("63");
            assertThatThrownBy(() -> space.database("other", "databaseName: " + chosen + "x"))
                    .hasMessageContaining("63");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "schemas: [{name: 'a\"b'}]",
                    "schemas: [{name: größe}]",
                    "schemas: [{name: 'a; DROP SCHEMA public'}]",
                    "extensions: [{name: 'pgcrypto\"; --'}]",
                    "extensions: [{name: pgcrypto, schema: 'x''y'}]",
                    "extensions: [{name: pgcrypto, version: '1.3'' CASCADE'}]",
                    "parameters: {work_mem: \"1MB'; DROP TABLE t\"}",
                    "parameters: {role: postgres}",
                    "databaseName: 'größe'",
                    "locale: \"C'; --\"",
                })
        void quotesAndForeignLettersAreRefusedAtTheDoor(String specification) {
            var space = scene.shop();

            assertThatThrownBy(() -> space.database("orders", specification)).hasMessageContaining("must");
        }

        @Test
        void quotedNamesInASearchPathArriveAsTheyAre() throws SQLException {
            var space = scene.shop();

            var login =
                    space.readyDatabase("orders", "parameters: {search_path: '\"Sales Figures\", public, \"$user\"'}");

            assertThat(login.ask("SHOW search_path")).containsExactly("\"Sales Figures\", public, \"$user\"");
        }

        @Test
        void valueThatTheServerRefusesIsToldAndLeavesNothingHalfDone() {
            var space = scene.shop();
            space.database("orders", "deletionPolicy: Delete, parameters: {timezone: Nowhere/Atlantis}");
            space.database("invoices", "parameters: {statement_timeout: soon}");

            space.awaitReason(ManagedDatabase.class, "orders", "InvalidSpec");
            space.awaitReason(ManagedDatabase.class, "invoices", "InvalidSpec");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertThat(Traces.of(server(), space.namespace()).all())
                    .noneMatch(trace -> trace.name().startsWith(space.namespace() + "_orders"));
            space.patch(ManagedDatabase.class, "invoices", "spec: {parameters: {statement_timeout: 1s}}");
            space.awaitReady(ManagedDatabase.class, "invoices");
        }

        @Test
        void extensionsThatCannotBeAreToldApart() {
            var space = scene.shop();

            space.database("absent", "extensions: [{name: no_such_extension}]");
            space.database("untrusted", "extensions: [{name: file_fdw}]");
            space.database("version", "extensions: [{name: citext, version: '99.9'}]");

            space.awaitReason(ManagedDatabase.class, "absent", "ExtensionUnavailable");
            space.awaitReason(ManagedDatabase.class, "untrusted", "ExtensionNotAllowed");
            space.awaitReason(ManagedDatabase.class, "version", "ExtensionUnavailable");
            space.patch(PostgresInstance.class, "main", "spec: {allowedExtensions: [file_fdw]}");
            assertThat(space.awaitReason(ManagedDatabase.class, "untrusted", "ExtensionNeedsAdmin"))
                    .contains("CREATE EXTENSION");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenThereIsNoRoom {

        @Test
        void quotaRefusesTheYoungestUntilItIsRaised() {
            scene.platform().operator();
            var space = scene.space();
            space.instance("main", Space.address(server()));
            space.project("instanceRef: {name: main}, quota: {databases: 1}");
            space.readyDatabase("first");

            space.database("second");

            assertThat(space.awaitReason(ManagedDatabase.class, "second", "QuotaExceeded"))
                    .contains("spec.quota.databases");
            space.patch(Project.class, "shop", "spec: {quota: {databases: 2}}");
            space.awaitReady(ManagedDatabase.class, "second");
            space.patch(Project.class, "shop", "spec: {quota: {databases: 1}}");
            space.patch(ManagedDatabase.class, "second", "spec: {connectionLimit: 3}");
            space.awaitReady(ManagedDatabase.class, "second");
        }

        @Test
        void instanceIsFullForTheYoungestUntilItsLimitIsRaised() {
            scene.platform().operator();
            var space = scene.space();
            space.instance("main", Space.address(server()), "limits: {databases: 1, connectionsPerDatabase: 5}");
            space.project("instanceRef: {name: main}");
            space.readyDatabase("first");

            space.database("second");

            space.awaitReason(ManagedDatabase.class, "second", "InstanceFull");
            space.database("greedy", "connectionLimit: 6");
            assertThat(space.awaitReason(ManagedDatabase.class, "greedy", "InvalidSpec"))
                    .contains("connectionsPerDatabase");
            space.patch(PostgresInstance.class, "main", "spec: {limits: {databases: 3}}");
            space.awaitReady(ManagedDatabase.class, "second");
        }
    }
}
