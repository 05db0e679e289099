package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.sandbox.postgres.PostgresServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import static org.assertj.core.api.Assertions.assertThat;

/** What one tenant can do to another, to a stranger or to the operator; asserted by trying. */
class IsolationIT {

    private static final String DENIED = "42501";

    @RegisterExtension
    final Scene scene = new Scene();

    private PostgresServer server() {
        return scene.server();
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenATenantIsLoggedIn {

        @Test
        void cannotEnterAnothersDatabaseNorSharedOnesThatAreClosed() throws SQLException {
            var space = scene.shopOfItsOwn();
            var mine = space.readyDatabase("mine");
            var other = space.readyDatabase("other");
            assertThat(space.condition(PostgresInstance.class, "main", "SharedDatabasesOpen"))
                    .as("the platform team is told what is open")
                    .isPresent();
            Sql.run(server(), "REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC");
            // The admin of an instance that is closed needs the right of its own.
            Sql.run(server(), "GRANT CONNECT ON DATABASE postgres TO platform_admin");
            for (var database : new String[] {other.database(), "postgres", "template1"}) {
                Sql.assertRefused(DENIED, () -> close(mine.open(database)));
            }
            space.wake(PostgresInstance.class, "main");
            Space.eventually("nothing is open any more", () -> assertThat(
                            space.condition(PostgresInstance.class, "main", "SharedDatabasesOpen"))
                    .isEmpty());
            space.readyDatabase("later");
        }

        @Test
        void cannotReachBeyondItsDatabase() throws SQLException {
            var space = scene.shop();
            var mine = space.readyDatabase("mine");
            var other = space.readyDatabase("other");
            try (var session = mine.open()) {
                for (var role : new String[] {"RESET ROLE", "SET ROLE NONE"}) {
                    refused(session, role, "CREATE ROLE r");
                    refused(session, role, "CREATE DATABASE d");
                    refused(session, role, "ALTER DATABASE \"" + mine.database() + "\" SET role TO postgres");
                    refused(session, role, "ALTER DATABASE \"" + mine.database() + "\" CONNECTION LIMIT 1000");
                    refused(session, role, "ALTER DATABASE \"" + mine.database() + "\" RENAME TO stolen");
                    refused(session, role, "GRANT CONNECT ON DATABASE \"" + mine.database() + "\" TO x");
                    refused(session, role, "DROP DATABASE \"" + mine.database() + "\"");
                    refused(session, role, "COMMENT ON DATABASE \"" + mine.database() + "\" IS 'forged'");
                    refused(session, role, "COMMENT ON ROLE \"" + mine.username() + "\" IS 'forged'");
                    refused(session, role, "COMMENT ON ROLE \"" + mine.database() + "__owner\" IS 'forged'");
                    refused(session, role, "ALTER ROLE \"" + mine.username() + "\" CONNECTION LIMIT 1000");
                    refused(session, role, "ALTER ROLE \"" + mine.username() + "\" CREATEROLE");
                    refused(session, role, "ALTER ROLE \"" + mine.database() + "__owner\" LOGIN");
                    refused(session, role, "GRANT \"" + other.database() + "__owner\" TO \"" + mine.username() + "\"");
                    refused(session, role, "SET ROLE \"" + other.database() + "__owner\"");
                    refused(session, role, "SET ROLE platform_admin");
                    refused(session, role, "ALTER SYSTEM SET work_mem TO '1MB'");
                    refused(session, role, "COPY (SELECT 1) TO PROGRAM 'true'");
                    refused(session, role, "SELECT pg_read_file('pg_hba.conf')");
                    refused(session, role, "SELECT rolpassword FROM pg_authid");
                }
                Sql.run(session, "SET ROLE NONE");
                assertThat(
                                Sql.ask(
                                        session,
                                        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'platform_admin' AND query !~ 'insufficient privilege'"))
                        .as("what the admin runs is not shown")
                        .containsExactly("0");
            }
        }

        private void refused(Connection session, String role, String attempt) throws SQLException {
            Sql.run(session, role);
            try {
                Sql.run(session, attempt);
            } catch (SQLException e) {
                assertThat(e.getSQLState())
                        .as("%s: %s", attempt, e.getMessage())
                        .isIn(DENIED, "42704");
                return;
            }
            throw new AssertionError("after " + role + " a tenant may: " + attempt);
        }

        @Test
        void seesNoTableOfAnother() throws SQLException {
            var space = scene.shop();
            var mine = space.readyDatabase("mine");
            var other = space.readyDatabase("other");
            other.run("CREATE TABLE secret_plan (n int)");

            assertThat(mine.ask("SELECT relname FROM pg_class WHERE relname = 'secret_plan'"))
                    .isEmpty();
            Sql.assertRefused("0A000", () -> mine.ask("SELECT n FROM \"" + other.database() + "\".public.secret_plan"));
        }

        @Test
        void cannotUseUpMoreThanItsConnections() throws SQLException {
            var space = scene.shop();
            var mine = space.readyDatabase("mine", "connectionLimit: 1");

            try (var one = mine.open();
                    var two = mine.open();
                    var three = mine.open();
                    var four = mine.open();
                    var five = mine.open()) {
                for (var session : new Connection[] {one, two, three, four, five}) {
                    assertThat(session.isValid(2)).isTrue();
                }
                Sql.assertRefused("53300", () -> close(mine.open()));
                space.patch(ManagedDatabase.class, "mine", "spec: {schemas: []}");
                space.awaitReady(ManagedDatabase.class, "mine");
            }
        }

        private static void close(Connection connection) throws SQLException {
            connection.close();
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenANameIsTaken {

        @Test
        void secondOfOneNamespaceIsRefusedAndTheFirstUntouched() throws SQLException {
            var space = scene.shop();
            var first = space.readyDatabase("first", "databaseName: one_" + space.namespace());
            first.run("CREATE TABLE t AS SELECT 1 AS n");

            space.database("second", "deletionPolicy: Delete, databaseName: one_" + space.namespace());

            space.awaitReason(ManagedDatabase.class, "second", "NameConflict");
            space.delete(ManagedDatabase.class, "second");
            space.awaitGone(ManagedDatabase.class, "second");
            assertThat(first.ask("SELECT n FROM t")).containsExactly("1");
            assertThat(space.login("first").password()).isEqualTo(first.password());
        }

        @Test
        void onASharedInstanceANamespaceCannotTakeANameThatIsNotItsOwn() {
            scene.platform().operator();
            var platform = scene.space();
            platform.instance("main", Space.address(server()), "allowedNamespaces: {from: All}");
            var tenant = scene.space();
            tenant.project("instanceRef: {name: main, namespace: " + platform.namespace() + "}");

            tenant.database("orders", "databaseName: neighbour_orders");

            assertThat(tenant.awaitReason(ManagedDatabase.class, "orders", "InvalidSpec"))
                    .contains(tenant.namespace() + "_");
            tenant.readyDatabase("mine", "databaseName: " + tenant.namespace() + "_chosen");
        }

        @Test
        void databaseMadeByHandStaysUntouched() {
            var space = scene.shop();
            var name = "byhand_" + space.namespace();
            scene.foreign(name);
            Sql.run(server(), "CREATE DATABASE " + name);
            var before = Sql.ask(server(), "SELECT d::text FROM pg_database AS d WHERE datname = '" + name + "'");

            space.database("orders", "deletionPolicy: Delete, databaseName: " + name);

            assertThat(space.awaitReason(ManagedDatabase.class, "orders", "NameConflict"))
                    .contains(name);
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertThat(Sql.ask(server(), "SELECT d::text FROM pg_database AS d WHERE datname = '" + name + "'"))
                    .isEqualTo(before);
            assertThat(Sql.ask(server(), "SELECT rolname FROM pg_roles WHERE rolname LIKE '" + name + "%'"))
                    .isEmpty();
        }

        @Test
        void databaseOfTheAdminWithoutAMarkStaysUntouchedEvenIfClosed() {
            var space = scene.shop();
            var name = "closed_" + space.namespace();
            scene.foreign(name);
            Sql.run(server(), "CREATE DATABASE " + name + " OWNER platform_admin ALLOW_CONNECTIONS false");

            space.database("orders", "deletionPolicy: Delete, databaseName: " + name);

            space.awaitReason(ManagedDatabase.class, "orders", "NameConflict");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertThat(Sql.ask(server(), "SELECT datallowconn FROM pg_database WHERE datname = '" + name + "'"))
                    .containsExactly("f");
        }

        @Test
        void roleMadeByHandStaysUntouched() {
            var space = scene.shop();
            var name = "byhand_" + space.namespace();
            Sql.run(server(), "CREATE ROLE " + name + "__owner LOGIN");

            space.database("orders", "deletionPolicy: Delete, databaseName: " + name);

            space.awaitReason(ManagedDatabase.class, "orders", "NameConflict");
            assertThat(Sql.ask(server(), "SELECT rolcanlogin FROM pg_roles WHERE rolname = '" + name + "__owner'"))
                    .containsExactly("t");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertThat(Sql.ask(server(), "SELECT rolcanlogin FROM pg_roles WHERE rolname = '" + name + "__owner'"))
                    .containsExactly("t");
            Sql.run(server(), "DROP ROLE " + name + "__owner");
        }

        @Test
        void secretOfSomebodyElseIsNeitherReadNorChangedNorDeleted() {
            var space = scene.shop();
            space.secret("orders-credentials", Map.of("password", "of-somebody-else-entirely"), Map.of());
            var before = space.secret("orders-credentials");

            space.database("orders", "deletionPolicy: Delete");

            space.awaitReason(ManagedDatabase.class, "orders", "SecretConflict");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertThat(space.secret("orders-credentials")).isEqualTo(before);
        }

        @Test
        void recreatedNamespaceDoesNotInheritTheDataOfItsPredecessor() throws SQLException {
            var space = scene.shop();
            var login = space.readyDatabase("orders");
            login.run("CREATE TABLE t AS SELECT 1 AS n");
            // What stands on the server when a namespace went with its objects and another of its name comes.
            var mark = Sql.ask(
                            server(),
                            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '"
                                    + login.database() + "'")
                    .getFirst();
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            var former = mark.replaceFirst("namespaceUid=[^ ]+", "namespaceUid=00000000-0000-0000-0000-000000000000");
            Sql.run(
                    server(),
                    "COMMENT ON DATABASE " + login.database() + " IS '" + former
                            + " state=retained since=2026-01-01T00:00:00Z'");

            space.database("orders");

            space.awaitReason(ManagedDatabase.class, "orders", "NameConflict");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertThat(Sql.ask(server(), "SELECT datname FROM pg_database WHERE datname = '" + login.database() + "'"))
                    .hasSize(1);
            Sql.run(server(), "DROP DATABASE " + login.database());
            Traces.of(server(), space.namespace())
                    .roles()
                    .forEach(role -> Sql.run(server(), "DROP ROLE " + role.name()));
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenLabelsAndStatusesAreForged {

        @Test
        void labelsOfOursOnAForeignSecretHaveNoEffect() {
            var space = scene.shop();
            space.readyDatabase("orders");
            var uid = space.get(ManagedDatabase.class, "orders").getMetadata().getUid();
            space.secret(
                    "forged",
                    Map.of("password", "nobody-may-take-this-1"),
                    Map.of(
                            "app.kubernetes.io/managed-by",
                            "ocean",
                            "ocean.dev/owner",
                            "orders",
                            "ocean.dev/owner-kind",
                            "ManagedDatabase",
                            "ocean.dev/owner-uid",
                            uid));
            var before = space.secret("forged");
            space.patch(ManagedDatabase.class, "orders", "spec: {connectionLimit: 9}");
            space.awaitReady(ManagedDatabase.class, "orders");

            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");

            assertThat(space.secret("forged")).isEqualTo(before);
            space.deleteSecret("forged");
        }

        @Test
        void instanceInAStatusLeadsToNoEffectOnThatInstance() throws SQLException {
            var space = scene.shop();
            var victim = scene.shop();
            var login = victim.readyDatabase("orders", "databaseName: victim_" + victim.namespace());
            var instance = victim.get(PostgresInstance.class, "main").getMetadata();
            space.database("orders", "deletionPolicy: Delete, databaseName: victim_" + victim.namespace());
            space.awaitReason(ManagedDatabase.class, "orders", "NameConflict");

            forge(
                    space,
                    "status: {instance: {namespace: %s, name: main, uid: %s}, databaseName: victim_%s, activeLogin: victim_%s__a, firstReadyTime: \"2026-01-01T00:00:00Z\"}"
                            .formatted(victim.namespace(), instance.getUid(), victim.namespace(), victim.namespace()));
            space.wake(ManagedDatabase.class, "orders");
            space.awaitReason(ManagedDatabase.class, "orders", "NameConflict");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");

            login.run("SELECT 1");
            assertThat(victim.login("orders").password()).isEqualTo(login.password());
        }

        @Test
        void readyInAStatusPublishesNothingAndTheNextPassSaysTheTruth() {
            var space = scene.shop();
            space.database("orders", "connectionLimit: 1000");
            space.awaitReason(ManagedDatabase.class, "orders", "InvalidSpec");

            forge(space, """
                    status:
                      firstReadyTime: "2026-01-01T00:00:00Z"
                      binding: {name: main-admin}
                      conditions: [{type: Ready, status: "True", reason: Ready, message: forged, observedGeneration: 1, lastTransitionTime: "2026-01-01T00:00:00Z"}]
                    """);
            space.wake(ManagedDatabase.class, "orders");

            space.awaitReason(ManagedDatabase.class, "orders", "InvalidSpec");
            space.patch(ManagedDatabase.class, "orders", "spec: {connectionLimit: 10}");
            space.awaitReason(ManagedDatabase.class, "orders", "DatabaseMissingAtTarget");
            assertThat(space.hasSecret("main-admin"))
                    .as("a Secret named in a status is not deleted")
                    .isTrue();
        }

        private void forge(Space space, String yaml) {
            space.named(ManagedDatabase.class, "orders")
                    .subresource("status")
                    .patch(
                            new io.fabric8.kubernetes.client.dsl.base.PatchContext.Builder()
                                    .withPatchType(io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE)
                                    .build(),
                            yaml);
        }

        @Test
        void tenantsSecretCannotBecomeAnAdminsLogin() {
            var space = scene.shop();

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> space.database(
                            "orders", "credentials: {secretTemplate: {labels: {ocean.dev/role: admin-credentials}}}"))
                    .hasMessageContaining("ocean.dev/");

            space.readyDatabase("orders");
            space.apply("""
                    apiVersion: ocean.dev/v1beta1
                    kind: PostgresInstance
                    metadata: {name: tenant}
                    spec: {external: {connectionSecretRef: {name: orders-credentials}}}
                    """);
            space.awaitReason(PostgresInstance.class, "tenant", "AdminSecretInvalid");
            // Whoever may write the Secret may label it; then the server says what the login may do.
            space.patchSecret("orders-credentials", "metadata: {labels: {ocean.dev/role: admin-credentials}}");
            space.awaitReason(PostgresInstance.class, "tenant", "InsufficientPrivilege");
        }

        @Test
        void ownerReferenceToAnotherObjectIsNoClaim() {
            var space = scene.shop();
            space.readyDatabase("orders");
            var other = space.get(ManagedDatabase.class, "orders").getMetadata();
            space.user()
                    .resource(new SecretBuilder()
                            .withNewMetadata()
                            .withNamespace(space.namespace())
                            .withName("invoices-credentials")
                            .addNewOwnerReference()
                            .withApiVersion("ocean.dev/v1beta1")
                            .withKind("ManagedDatabase")
                            .withName("orders")
                            .withUid(other.getUid())
                            .endOwnerReference()
                            .endMetadata()
                            .addToStringData("password", "taken-from-elsewhere")
                            .build())
                    .create();

            space.database("invoices");

            space.awaitReason(ManagedDatabase.class, "invoices", "SecretConflict");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenAnInstanceIsShared {

        @Test
        void admitsOnlyWhomItsOwnerAdmits() {
            scene.platform().operator();
            var platform = scene.space();
            platform.instance("main", Space.address(server()));
            var tenant = scene.space();
            tenant.project("instanceRef: {name: main, namespace: " + platform.namespace() + "}");

            tenant.database("orders");

            var refused = tenant.awaitReason(ManagedDatabase.class, "orders", "InstanceNotAllowed");
            tenant.database("nowhere", "instanceRef: {name: absent, namespace: " + platform.namespace() + "}");
            assertThat(tenant.awaitReason(ManagedDatabase.class, "nowhere", "InstanceNotAllowed")
                            .replace("absent", "main"))
                    .as("a refusal does not tell whether there is such an instance")
                    .isEqualTo(refused);
            platform.patch(
                    PostgresInstance.class,
                    "main",
                    "spec: {allowedNamespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: "
                            + tenant.namespace() + "}}}}");
            tenant.awaitReady(ManagedDatabase.class, "orders");
            platform.patch(PostgresInstance.class, "main", "spec: {allowedNamespaces: {from: Same, selector: null}}");
            tenant.awaitReason(ManagedDatabase.class, "orders", "InstanceNotAllowed");
            tenant.delete(ManagedDatabase.class, "nowhere");
            tenant.awaitGone(ManagedDatabase.class, "nowhere");
            tenant.patch(ManagedDatabase.class, "orders", "spec: {deletionPolicy: Delete}");
            tenant.delete(ManagedDatabase.class, "orders");
            tenant.awaitGone(ManagedDatabase.class, "orders");
            assertThat(Traces.of(server(), tenant.namespace()).all()).isEmpty();
        }
    }
}
