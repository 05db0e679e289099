package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.it.Hold.Catalog;
import dev.ocean.sandbox.process.Signal;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** The process itself: how it starts, tells how it is, leads, stops, and what it does where rights or definitions are not as they should be. */
class OperatorProcessIT {

    private static final Duration START_LIMIT = Duration.ofSeconds(40);

    @RegisterExtension
    final Scene scene = new Scene();

    private Platform platform() {
        return scene.platform();
    }

    @Nested
    class WhenItCannotStart {

        @Test
        void tellsAllErrorsOfItsConfigurationAtOnce() {
            var operator = platform()
                    .launchOperator(Map.of(
                            "OCEAN_NAMESPACE", "Not A Name",
                            "OCEAN_LOG_FORMAT", "xml",
                            "OCEAN_MANAGEMENT_PORT", "70000",
                            "OCEAN_ROTATION_OVERLAP_SECONDS", "soon"));

            assertThat(operator.awaitEnd(START_LIMIT)).isEqualTo(1);
            assertThat(operator.log())
                    .contains("OCEAN_NAMESPACE must", "OCEAN_LOG_FORMAT must", "OCEAN_MANAGEMENT_PORT must")
                    .contains("OCEAN_ROTATION_OVERLAP_SECONDS must");
        }

        @Test
        void namesTheDefinitionsThatAreMissing() {
            platform().withoutOperator();
            var names = List.of("projects.ocean.dev", "manageddatabases.ocean.dev");
            names.forEach(name -> serve(name, false));
            try {
                var operator = platform().launchOperator(Map.of());

                assertThat(operator.awaitEnd(START_LIMIT)).isEqualTo(1);
                assertThat(operator.log()).contains(names).doesNotContain("postgresinstances.ocean.dev,");
            } finally {
                names.forEach(name -> serve(name, true));
            }
        }

        private void serve(String name, boolean served) {
            var definitions = platform().user().resources(CustomResourceDefinition.class);
            var changed = definitions.withName(name).edit(definition -> new CustomResourceDefinitionBuilder(definition)
                    .editSpec()
                    .editFirstVersion()
                    .withServed(served)
                    .endVersion()
                    .endSpec()
                    .build());
            platform().awaitServed(changed);
        }

        @Test
        void tellsAnApiServerThatIsNotThere() {
            var operator = platform()
                    .launchOperator(Map.of("KUBECONFIG", "/nowhere", "KUBERNETES_MASTER", "https://127.0.0.1:1"));

            assertThat(operator.awaitEnd(START_LIMIT)).isEqualTo(1);
            assertThat(operator.log()).contains("cannot read namespace kube-system");
        }
    }

    @Nested
    class WhileItRuns {

        @Test
        void tellsHowItIs() {
            scene.shop().readyDatabase("orders");
            var operator = platform().operator();

            assertThat(operator.status("/livez")).isEqualTo(200);
            assertThat(operator.status("/readyz")).isEqualTo(200);
            assertThat(operator.status("/anything")).isEqualTo(404);
            assertThat(operator.page("/metrics"))
                    .contains("ocean_leader 1", "ocean_sql_duration_seconds", "ocean_reconcile_duration_seconds");
        }

        @Test
        void settlesWithoutAnyWrite() {
            var space = scene.shop();
            space.readyDatabase("orders");
            Space.eventually("the counts follow", () -> assertThat(
                            space.get(dev.ocean.operator.api.v1beta1.Project.class, "shop")
                                    .getStatus()
                                    .readyDatabaseCount())
                    .isEqualTo(1));
            var before = versions(space);

            space.wake(ManagedDatabase.class, "orders");
            space.readyDatabase("witness");
            space.wake(ManagedDatabase.class, "orders");
            space.patch(ManagedDatabase.class, "witness", "spec: {connectionLimit: 3}");
            space.awaitReady(ManagedDatabase.class, "witness");

            assertThat(versions(space)).isEqualTo(before);
        }

        private String versions(Space space) {
            return space.secret("orders-credentials").getMetadata().getResourceVersion() + " " + space.status("orders");
        }
    }

    @Nested
    class WhenThereAreTwo {

        private final List<OperatorProcess> two = new ArrayList<>();

        @BeforeEach
        void startTwo() {
            platform().withoutOperator();
            two.clear();
            two.add(platform().startOperator(Map.of()));
            Space.eventually("the first leads", () -> assertThat(platform().leader())
                    .contains(two.getFirst().name()));
            two.add(platform().startOperator(Map.of()));
        }

        private void assertSecondLeadsWithin(Duration limit) {
            var since = Instant.now();
            Space.eventually("the second leads", () -> assertThat(platform().leader())
                    .contains(two.getLast().name()));
            var took = Duration.between(since, Instant.now());
            assertThat(took).isLessThan(limit);
        }

        @Test
        void standbyIsReadyAndTakesOverWhenTheLeaderIsKilled() {
            var space = scene.space().on(platform().server());
            space.readyDatabase("orders");
            assertThat(two.getLast().status("/readyz")).isEqualTo(200);
            assertThat(two.getLast().page("/metrics")).contains("ocean_leader 0");

            two.getFirst().kill();

            assertSecondLeadsWithin(Duration.ofSeconds(25));
            space.readyDatabase("invoices");
            two.getLast().stop();
        }

        @Test
        void leaderThatStopsGivesTheLeaseBack() {
            var space = scene.space().on(platform().server());
            space.readyDatabase("orders");

            two.getFirst().stop();

            assertSecondLeadsWithin(Duration.ofSeconds(5));
            space.readyDatabase("invoices");
            two.getLast().stop();
        }
    }

    @Nested
    class WhenItIsStopped {

        @Test
        void finishesThePassThatItIsIn() throws SQLException {
            var space = scene.shop();
            space.awaitReady(dev.ocean.operator.api.v1beta1.PostgresInstance.class, "main");
            var operator = platform().operator();
            var hold = scene.hold(Catalog.DATABASES);
            space.database("orders");
            hold.awaitVictim();

            operator.signal(Signal.TERM);
            hold.close();

            operator.awaitEnd(Duration.ofSeconds(30));
            platform().operator();
            space.awaitReady(ManagedDatabase.class, "orders");
            assertThat(Traces.of(platform().server(), space.namespace()).databases())
                    .hasSize(1);
        }

        @Test
        void endsByItselfWhenTheApiServerIsSilent() {
            var space = scene.shop();
            space.readyDatabase("orders");
            var operator = platform().operator();
            platform().controlPlane().pauseApiServer();
            try {
                assertThat(operator.awaitEnd(Duration.ofSeconds(40)))
                        .as("a leader that cannot renew must not lead on")
                        .isEqualTo(1);
            } finally {
                platform().controlPlane().resumeApiServer();
            }
            platform().operator();
            space.readyDatabase("invoices");
        }
    }

    @Nested
    class WhenTheClusterIsNotAsItShouldBe {

        @Test
        void valueOfANewerVersionStopsNobody() throws SQLException {
            var space = scene.shop();
            var before = definition();
            define(definition -> withPolicy(definition, "Archive"));
            try {
                Space.eventually("the newer value is taken", () -> space.database("newer", "deletionPolicy: Archive"));
                space.readyDatabase("orders");
                space.awaitReady(ManagedDatabase.class, "newer");
                platform().withoutOperator();
                platform().operator();
                space.readyDatabase("invoices");

                space.login("newer").run("CREATE TABLE t (n int)");
                space.delete(ManagedDatabase.class, "newer");
                space.awaitGone(ManagedDatabase.class, "newer");

                assertThat(Sql.ask(
                                platform().server(),
                                "SELECT datallowconn FROM pg_database WHERE datname = '" + space.namespace()
                                        + "_newer'"))
                        .as("what is not understood deletes nothing")
                        .containsExactly("f");
            } finally {
                define(definition -> {
                    definition.setSpec(before.getSpec());
                    return definition;
                });
            }
        }

        private CustomResourceDefinition definition() {
            return Objects.requireNonNull(platform()
                    .user()
                    .resources(CustomResourceDefinition.class)
                    .withName("manageddatabases.ocean.dev")
                    .get());
        }

        private void define(UnaryOperator<CustomResourceDefinition> change) {
            platform()
                    .user()
                    .resources(CustomResourceDefinition.class)
                    .withName("manageddatabases.ocean.dev")
                    .edit(change);
        }

        private static CustomResourceDefinition withPolicy(CustomResourceDefinition definition, String policy) {
            var schema =
                    definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
            property(property(schema, "spec"), "deletionPolicy")
                    .getEnum()
                    .add(new com.fasterxml.jackson.databind.node.TextNode(policy));
            return definition;
        }

        private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
            return Objects.requireNonNull(schema.getProperties().get(name), name);
        }

        @Test
        void rightThatIsMissingIsNamed() {
            var space = scene.shop();
            space.readyDatabase("orders");
            var roles = platform().user().resources(ClusterRole.class).withName("ocean-operator");
            var before = Objects.requireNonNull(roles.get()).getRules();
            roles.edit(role -> {
                role.getRules().stream()
                        .filter(rule -> rule.getResources().contains("secrets"))
                        .forEach(rule -> rule.getVerbs().remove("create"));
                return role;
            });
            try {
                Space.eventually(
                        "the right is gone",
                        () -> assertThat(platform().operator().isAlive()).isTrue());
                space.database("invoices");

                assertThat(space.awaitReason(ManagedDatabase.class, "invoices", "OperatorForbidden"))
                        .contains("create", "Secret");
            } finally {
                roles.edit(role -> {
                    role.setRules(before);
                    return role;
                });
            }
            Space.eventually("it goes on", () -> {
                space.wake(ManagedDatabase.class, "invoices");
                assertThat(space.condition(ManagedDatabase.class, "invoices", "Ready")
                                .orElseThrow()
                                .getStatus())
                        .isEqualTo("True");
            });
        }
    }
}
