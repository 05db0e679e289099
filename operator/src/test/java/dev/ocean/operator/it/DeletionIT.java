package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectStatus.PlannedDeletion;
import dev.ocean.sandbox.fault.FaultProxy;
import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import static org.assertj.core.api.Assertions.assertThat;

/** What goes with what, what stays, what waits and for what, and that the ways out work; {@code docs/deletion.md} names these tests. */
class DeletionIT {

    private static final String ABANDON = "metadata: {annotations: {ocean.dev/abandon: \"true\"}}";

    @RegisterExtension
    final Scene scene = new Scene();

    private PostgresServer server() {
        return scene.server();
    }

    /** {@code t}: open, {@code f}: closed, empty: not there. */
    private List<String> openness(String database) {
        return Sql.ask(server(), "SELECT datallowconn FROM pg_database WHERE datname = '" + database + "'");
    }

    private void assertDropped(String database) {
        assertThat(openness(database)).as("database %s", database).isEmpty();
        assertThat(Sql.ask(server(), "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '" + database + "__')"))
                .isEmpty();
    }

    private void assertRetained(String database) {
        assertThat(openness(database)).as("database %s", database).containsExactly("f");
        assertThat(Sql.ask(
                        server(),
                        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND starts_with(rolname, '" + database
                                + "__')"))
                .isEmpty();
    }

    /** By hand, as the docs say: nobody does it for you. */
    private void dropByHand(String database) {
        Sql.run(server(), "DROP DATABASE IF EXISTS \"" + database + "\" WITH (FORCE)");
        Sql.ask(server(), "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '" + database + "__')")
                .forEach(role -> Sql.run(server(), "DROP ROLE \"" + role + "\""));
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenAProjectIsDeleted {

        @Test
        void takesItsDatabasesAlongEachByItsPolicy() throws SQLException {
            var space = scene.shop();
            var plain = space.readyDatabase("plain");
            var kept = space.readyDatabase("kept", "deletionPolicy: Retain");
            var dropped = space.readyDatabase("dropped", "deletionPolicy: Delete");
            kept.run("CREATE TABLE t AS SELECT 42 AS n");

            try (var session = plain.open()) {
                Sql.run(session, "CREATE TABLE t (n int)");
                space.delete(Project.class, "shop");
                space.awaitGone(Project.class, "shop");
            }

            assertThat(space.all(ManagedDatabase.class)).isEmpty();
            assertDropped(plain.database());
            assertDropped(dropped.database());
            assertRetained(kept.database());
            space.awaitEvent("plain", "DatabaseDropped");
            space.awaitEvent("kept", "DatabaseRetained");
            space.project("instanceRef: {name: main}");
            assertThat(space.readyDatabase("kept").ask("SELECT n FROM t")).containsExactly("42");
        }

        @Test
        void keepsThemWhereItsPolicySaysRetain() {
            var space = scene.shop();
            space.project("instanceRef: {name: main}, onDelete: {databases: Retain}");
            var plain = space.readyDatabase("plain");
            var dropped = space.readyDatabase("dropped", "deletionPolicy: Delete");

            space.delete(Project.class, "shop");
            space.awaitGone(Project.class, "shop");

            assertRetained(plain.database());
            assertDropped(dropped.database());
        }

        @Test
        void leavesProtectedOnesAtWorkNamesThemAndGoesOnByItself() throws SQLException {
            var space = scene.shop();
            var orders = space.readyDatabase("orders");
            var ledger = space.readyDatabase("ledger", "deletionProtection: true");

            space.delete(Project.class, "shop");

            var message = space.awaitCondition(Project.class, "shop", "DeletionBlocked", "True", "ProtectionEnabled");
            assertThat(message).contains("ledger").contains("`spec.deletionProtection`");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertDropped(orders.database());
            Space.eventually("only what waits is left in the plan", () -> assertThat(
                            space.get(Project.class, "shop").getStatus().deletionPlan())
                    .extracting(PlannedDeletion::database, PlannedDeletion::waitsFor)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("ledger", "ProtectionEnabled")));
            assertThat(space.get(ManagedDatabase.class, "ledger").getMetadata().getDeletionTimestamp())
                    .as("not even asked to go")
                    .isNull();
            ledger.run("SELECT 1");
            space.patch(ManagedDatabase.class, "ledger", "spec: {deletionProtection: false}");
            space.awaitGone(Project.class, "shop");
            assertDropped(ledger.database());
        }

        @Test
        void touchesNothingWhileItIsProtectedItselfAndShowsThePlan() throws SQLException {
            var space = scene.shop();
            space.project("instanceRef: {name: main}, deletionProtection: true");
            var orders = space.readyDatabase("orders");

            space.delete(Project.class, "shop");

            space.awaitCondition(Project.class, "shop", "DeletionBlocked", "True", "ProtectionEnabled");
            assertThat(space.get(Project.class, "shop").getStatus().deletionPlan())
                    .extracting(PlannedDeletion::database)
                    .containsExactly("orders");
            space.database("late");
            space.awaitReason(ManagedDatabase.class, "late", "ProjectDeleting");
            orders.run("SELECT 1");
            assertThat(space.get(ManagedDatabase.class, "orders").getMetadata().getDeletionTimestamp())
                    .isNull();
            space.project("instanceRef: {name: main}, deletionProtection: false");
            space.awaitGone(Project.class, "shop");
            assertDropped(orders.database());
            assertThat(space.all(ManagedDatabase.class)).isEmpty();
        }

        @Test
        void namesTheOneWhoseServerIsAwayAndGoesOnWhenItIsBack() {
            scene.shop();
            var space = scene.space();
            try (var proxy = FaultProxy.to(server().host(), server().port())) {
                space.instance("main", Space.address(server()));
                space.instance("far", Space.address(server(), proxy.host(), proxy.port()));
                space.project("instanceRef: {name: main}");
                var orders = space.readyDatabase("orders");
                var archive = space.readyDatabase("archive", "instanceRef: {name: far}");
                proxy.refuse();
                proxy.cut();

                space.delete(Project.class, "shop");

                space.awaitGone(ManagedDatabase.class, "orders");
                assertDropped(orders.database());
                Space.eventually("the project names it", () -> assertThat(
                                space.condition(Project.class, "shop", "DeletionBlocked"))
                        .hasValueSatisfying(condition -> assertThat(condition.getMessage())
                                .contains("archive (Instance")
                                .contains("ocean.dev/abandon")));
                assertThat(space.awaitReason(ManagedDatabase.class, "archive", "DeletionBlocked"))
                        .contains("ocean.dev/abandon");
                assertThat(openness(archive.database())).containsExactly("t");
                proxy.pass();
                space.awaitGone(Project.class, "shop");
                assertDropped(archive.database());
            }
        }

        @Test
        void aDatabaseDeletedAloneKeepsItsData() {
            var space = scene.shop();
            var orders = space.readyDatabase("orders");

            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");

            assertRetained(orders.database());
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenCleaningIsGivenUp {

        @Test
        void theDatabaseStaysAsItIsAndTheInstanceTells() throws SQLException {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete, deletionProtection: true");
            orders.run("CREATE TABLE t AS SELECT 42 AS n");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitCondition(ManagedDatabase.class, "orders", "DeletionBlocked", "True", "ProtectionEnabled");

            space.patch(ManagedDatabase.class, "orders", ABANDON);
            space.awaitGone(ManagedDatabase.class, "orders");

            assertThat(openness(orders.database())).containsExactly("t");
            space.awaitEvent("main", "DatabaseOrphaned");
            assertThat(space.readyDatabase("orders").ask("SELECT n FROM t"))
                    .as("the same name in the same namespace takes it back")
                    .containsExactly("42");
        }

        @Test
        void anObjectThatIsNotBeingDeletedGoesOn() throws SQLException {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");

            space.patch(ManagedDatabase.class, "orders", ABANDON);
            space.patch(ManagedDatabase.class, "orders", "spec: {connectionLimit: 7}");
            space.awaitReady(ManagedDatabase.class, "orders");

            orders.run("SELECT 1");
            assertThat(space.get(ManagedDatabase.class, "orders").getMetadata().getFinalizers())
                    .isNotEmpty();
            space.patch(ManagedDatabase.class, "orders", "metadata: {annotations: {ocean.dev/abandon: null}}");
        }

        @Test
        void aProjectGoesWithoutItsDatabases() throws SQLException {
            var space = scene.shop();
            var ledger = space.readyDatabase("ledger", "deletionProtection: true");
            space.delete(Project.class, "shop");
            space.awaitCondition(Project.class, "shop", "DeletionBlocked", "True", "ProtectionEnabled");

            space.patch(Project.class, "shop", ABANDON);
            space.awaitGone(Project.class, "shop");

            ledger.run("SELECT 1");
            space.project("instanceRef: {name: main}");
            space.awaitReady(ManagedDatabase.class, "ledger");
        }

        @Test
        void anInstanceGoesWithoutItsDatabasesWhichThenSayWhatTheyWaitFor() {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");
            space.delete(PostgresInstance.class, "main");
            assertThat(space.awaitCondition(
                            PostgresInstance.class, "main", "DeletionBlocked", "True", "DatabasesRemaining"))
                    .contains(space.namespace() + "/orders", "ocean.dev/abandon");

            space.patch(PostgresInstance.class, "main", ABANDON);
            space.awaitGone(PostgresInstance.class, "main");
            space.delete(ManagedDatabase.class, "orders");

            assertThat(space.awaitCondition(
                            ManagedDatabase.class, "orders", "DeletionBlocked", "True", "ReferenceNotFound"))
                    .contains("Create it again", "ocean.dev/abandon");
            space.instance("main", Space.address(server()));
            space.awaitGone(ManagedDatabase.class, "orders");
            assertDropped(orders.database());
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenANamespaceIsDeleted {

        /** What was ours to do; the namespace controller looks again at longer and longer intervals. */
        private void awaitGone(Space space) {
            space.awaitNothingOfOurs();
        }

        private void delete(Space space) {
            space.user().namespaces().withName(space.namespace()).delete();
        }

        /** The instance is elsewhere, so that it can be looked at afterwards, and tells what is kept. */
        private Space tenantOf(Space platform, String projectSpec) {
            platform.instance("shared", Space.address(server()), "allowedNamespaces: {from: All}");
            var tenant = scene.space();
            tenant.project("instanceRef: {name: shared, namespace: " + platform.namespace() + "}" + projectSpec);
            return tenant;
        }

        @Test
        void dropsOnlyWhereDatabaseAndProjectSaySo() {
            var platform = scene.shop();
            var tenant = tenantOf(platform, "");
            var plain = tenant.readyDatabase("plain");
            var dropped = tenant.readyDatabase("dropped", "deletionPolicy: Delete");

            delete(tenant);
            awaitGone(tenant);

            assertRetained(plain.database());
            assertDropped(dropped.database());
            platform.awaitEvent("shared", "DatabaseRetained");
            dropByHand(plain.database());
        }

        @Test
        void keepsEverythingWhereTheProjectSaysRetain() {
            var platform = scene.shop();
            var tenant = tenantOf(platform, ", onDelete: {databases: Retain}");
            var dropped = tenant.readyDatabase("dropped", "deletionPolicy: Delete");

            delete(tenant);
            awaitGone(tenant);

            assertRetained(dropped.database());
            dropByHand(dropped.database());
        }

        @Test
        void doesNotWaitForeverForAServerThatIsAway() {
            var platform = scene.shop();
            try (var proxy = FaultProxy.to(server().host(), server().port())) {
                platform.instance(
                        "shared",
                        Space.address(server(), proxy.host(), proxy.port()),
                        "allowedNamespaces: {from: All}");
                var tenant = scene.space();
                tenant.project("instanceRef: {name: shared, namespace: " + platform.namespace() + "}");
                var dropped = tenant.readyDatabase("dropped", "deletionPolicy: Delete");
                proxy.refuse();
                proxy.cut();

                delete(tenant);
                awaitGone(tenant);

                assertThat(openness(dropped.database())).containsExactly("t");
                platform.awaitEvent("shared", "DatabaseOrphaned");
                dropByHand(dropped.database());
            }
        }

        @Test
        void doesNotWaitForeverForASecretThatWentFirst() {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");
            space.deleteSecret(Space.ADMIN_SECRET);
            space.wake(PostgresInstance.class, "main");
            space.awaitReason(PostgresInstance.class, "main", "AdminSecretInvalid");

            delete(space);
            awaitGone(space);

            assertThat(openness(orders.database())).containsExactly("t");
            dropByHand(orders.database());
        }

        @Test
        void waitsForAProtectedOneAndGoesOnByItself() {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionProtection: true");

            delete(space);
            space.awaitCondition(ManagedDatabase.class, "orders", "DeletionBlocked", "True", "ProtectionEnabled");
            space.patch(ManagedDatabase.class, "orders", "spec: {deletionProtection: false}");
            awaitGone(space);

            assertRetained(orders.database());
            dropByHand(orders.database());
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenWhatItNeedsWentFirst {

        @Test
        void namesTheSecretAndGoesOnWhenItIsBack() {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");
            space.deleteSecret(Space.ADMIN_SECRET);
            space.awaitReason(PostgresInstance.class, "main", "AdminSecretInvalid");

            space.delete(PostgresInstance.class, "main");
            space.delete(Project.class, "shop");
            space.delete(ManagedDatabase.class, "orders");

            assertThat(space.awaitCondition(
                            ManagedDatabase.class, "orders", "DeletionBlocked", "True", "InstanceNotReady"))
                    .contains("ocean.dev/abandon");
            assertThat(space.awaitCondition(
                            PostgresInstance.class, "main", "DeletionBlocked", "True", "DatabasesRemaining"))
                    .contains("AdminSecretInvalid", "orders");
            space.adminSecret(Space.ADMIN_SECRET, Space.address(server()));
            space.awaitGone(Project.class, "shop");
            space.awaitGone(PostgresInstance.class, "main");
            assertDropped(orders.database());
        }

        @Test
        void aDatabaseWithoutItsProjectIsKeptWhereItIs() {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");
            space.delete(Project.class, "shop");
            space.patch(Project.class, "shop", "metadata: {finalizers: null}");
            space.awaitGone(Project.class, "shop");

            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");

            assertRetained(orders.database());
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenNobodySpeaksForWhatIsLeft {

        @Test
        void theInstanceListsItAndNeverDropsIt() {
            var space = scene.shopOfItsOwn();
            var kept = space.readyDatabase("kept");
            var left = space.readyDatabase("left", "deletionPolicy: Delete");
            space.delete(ManagedDatabase.class, "kept");
            space.awaitGone(ManagedDatabase.class, "kept");
            space.patch(ManagedDatabase.class, "left", "metadata: {annotations: {ocean.dev/reconcile: paused}}");
            space.delete(ManagedDatabase.class, "left");
            space.patch(ManagedDatabase.class, "left", "metadata: {finalizers: null}");
            space.awaitGone(ManagedDatabase.class, "left");

            Space.eventually("both are listed", () -> {
                space.wake(PostgresInstance.class, "main");
                var status = space.get(PostgresInstance.class, "main").getStatus();
                assertThat(status.orphanCount()).isEqualTo(2);
                assertThat(status.orphans())
                        .extracting(orphan -> orphan.name() + " " + orphan.state())
                        .containsExactly(kept.database() + " RETAINED", left.database() + " LEFT");
            });

            space.awaitEvent("main", "DatabaseOrphaned");
            assertThat(scene.platform().operator().page("/metrics"))
                    .containsPattern("ocean_instance_orphans\\{name=\"main\",namespace=\"" + space.namespace()
                            + "\",state=\"left\"} 1");
            assertThat(openness(left.database())).containsExactly("t");
            space.readyDatabase("left");
            Space.eventually("what was taken back is listed no more", () -> {
                space.wake(PostgresInstance.class, "main");
                assertThat(space.get(PostgresInstance.class, "main").getStatus().orphans())
                        .extracting(orphan -> orphan.name())
                        .containsExactly(kept.database());
            });
        }

        /** As the mark of a database says after its cluster was lost, or its namespace deleted. */
        private void remark(String database, String from, String to) {
            var mark = Sql.ask(
                            server(),
                            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '" + database
                                    + "'")
                    .getFirst()
                    .replaceAll(from, to);
            Sql.run(server(), "COMMENT ON DATABASE \"" + database + "\" IS '" + mark + "'");
            Sql.ask(server(), "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '" + database + "__')")
                    .forEach(role -> Sql.run(
                            server(),
                            "COMMENT ON ROLE \"" + role + "\" IS '" + mark.replaceAll(" state=.*", "") + "'"));
        }

        @Test
        void anotherClustersDatabaseIsTakenBackOnceTheInstanceSaysSo() throws SQLException {
            var space = scene.shop();
            var before = space.readyDatabase("orders");
            before.run("CREATE TABLE t AS SELECT 42 AS n");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            remark(before.database(), "installation=\\S+ namespaceUid=\\S+", "installation=lost namespaceUid=lost");

            space.database("orders");
            space.awaitReason(ManagedDatabase.class, "orders", "NameConflict");
            space.instance("main", Space.address(server()), "adoption: {installations: [lost]}");

            space.awaitReady(ManagedDatabase.class, "orders");
            assertThat(space.login("orders").ask("SELECT n FROM t")).containsExactly("42");
            space.awaitEvent("orders", "DatabaseAdopted");
        }

        @Test
        void aReCreatedNamespacesDatabaseIsTakenBackOnceTheInstanceSaysSo() throws SQLException {
            var space = scene.shop();
            var before = space.readyDatabase("orders");
            before.run("CREATE TABLE t AS SELECT 42 AS n");
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");
            remark(before.database(), "namespaceUid=\\S+", "namespaceUid=the-one-before");

            space.database("orders");
            space.awaitReason(ManagedDatabase.class, "orders", "NameConflict");
            space.instance("main", Space.address(server()), "adoption: {namespaces: [" + space.namespace() + "]}");

            space.awaitReady(ManagedDatabase.class, "orders");
            assertThat(space.login("orders").ask("SELECT n FROM t")).containsExactly("42");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WhenSomethingOnTheServerHoldsIt {

        @Test
        void aPreparedTransactionIsNamedAndTheDatabaseGoesWhenItEnds() throws SQLException {
            var operator = scene.platform().operator();
            assertThat(operator.isAlive()).isTrue();
            var server = scene.launch(
                    Platform.options().limitedAdmin("platform_admin").setting("max_prepared_transactions", "4"));
            var space = scene.space().on(server);
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");
            orders.run(
                    "CREATE TABLE t (n int)", "BEGIN", "INSERT INTO t VALUES (1)", "PREPARE TRANSACTION 'half-done'");

            space.delete(ManagedDatabase.class, "orders");

            assertThat(space.awaitCondition(
                            ManagedDatabase.class, "orders", "DeletionBlocked", "True", "WaitingForSessions"))
                    .contains("half-done");
            Sql.runIn(server, orders.database(), "ROLLBACK PREPARED 'half-done'");
            space.awaitGone(ManagedDatabase.class, "orders");
            assertDropped(orders.database());
        }

        @Test
        void aSuperusersSessionIsNamedAndTheDatabaseGoesWhenItEnds() throws SQLException {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");

            try (var session = server().superuser(orders.database())) {
                Sql.run(session, "SET application_name TO 'a person'");
                space.delete(ManagedDatabase.class, "orders");
                assertThat(space.awaitCondition(
                                ManagedDatabase.class, "orders", "DeletionBlocked", "True", "WaitingForSessions"))
                        .contains("a person");
            }

            space.awaitGone(ManagedDatabase.class, "orders");
            assertDropped(orders.database());
        }

        @Test
        void aLoginThatOwnsSomethingElsewhereIsNamedAndGoesWhenThatIsGiven() {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");
            var attic = "attic_" + space.namespace();
            scene.foreign(attic);
            Sql.run(server(), "CREATE DATABASE " + attic);
            Sql.runIn(
                    server(), attic, "CREATE TABLE t (n int)", "ALTER TABLE t OWNER TO \"" + orders.username() + "\"");

            space.delete(ManagedDatabase.class, "orders");

            assertThat(space.awaitCondition(ManagedDatabase.class, "orders", "DeletionBlocked", "True", "RolesInUse"))
                    .contains(attic);
            assertThat(openness(orders.database())).as("the data are gone").isEmpty();
            Sql.runIn(server(), attic, "REASSIGN OWNED BY \"" + orders.username() + "\" TO CURRENT_USER");
            wakeUntilGone(space, "orders");
            assertDropped(orders.database());
        }

        /** What a person mended on the server is found within minutes; or at once, if he says so. */
        private void wakeUntilGone(Space space, String database) {
            Space.eventually(database + " is gone", () -> {
                if (space.named(ManagedDatabase.class, database).get() != null) {
                    space.wake(ManagedDatabase.class, database);
                }
                assertThat(space.named(ManagedDatabase.class, database).get()).isNull();
            });
        }

        /** Its own grants in another tenant's database hold it; another tenant's in its own do not. */
        @Test
        void whatTenantsGrantedEachOtherIsNamedAndHoldsOnlyTheOneItIsAbout() throws SQLException {
            var space = scene.shop();
            var orders = space.readyDatabase("orders", "deletionPolicy: Delete");
            var reports = space.readyDatabase("reports", "deletionPolicy: Delete");
            orders.run("CREATE TABLE t (n int)", "GRANT SELECT ON t TO \"" + reports.database() + "__owner\"");

            space.delete(ManagedDatabase.class, "reports");
            assertThat(space.awaitCondition(ManagedDatabase.class, "reports", "DeletionBlocked", "True", "RolesInUse"))
                    .contains(orders.database());
            space.delete(ManagedDatabase.class, "orders");
            space.awaitGone(ManagedDatabase.class, "orders");

            assertDropped(orders.database());
            wakeUntilGone(space, "reports");
            assertDropped(reports.database());
        }
    }
}
