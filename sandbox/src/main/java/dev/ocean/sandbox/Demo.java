package dev.ocean.sandbox;

import dev.ocean.sandbox.DemoArguments.Ending;
import dev.ocean.sandbox.Tale.Expectation;
import dev.ocean.sandbox.Tale.Step;
import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.node.NodeAgent;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.FreePort;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.ProcessFailure;
import dev.ocean.sandbox.process.Signal;
import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs an operator as it is shipped on a machine without a cluster, does what a user would do, and logs in with what comes out.
 * Whatever ends it, its processes and directories go with it.
 */
public final class Demo {

    // No superuser: what the demo shows must not need one.
    private static final String ADMIN = "platform_admin";
    private static final Duration CRD_LIMIT = Duration.ofSeconds(20);
    private static final Duration RESULT_LIMIT = Duration.ofMinutes(2);

    private static final String OPERATOR_LOG = "operator.log";

    private final DemoArguments arguments;
    private final Narration narration;
    private final ControlPlane controlPlane;
    private final PostgresServer server;
    private final Workspace workspace;
    private final Manifests manifests;

    private Demo(
            DemoArguments arguments,
            Narration narration,
            ControlPlane controlPlane,
            PostgresServer server,
            Workspace workspace) {
        this.arguments = arguments;
        this.narration = narration;
        this.controlPlane = controlPlane;
        this.server = server;
        this.workspace = workspace;
        this.manifests = new Manifests(controlPlane.client());
    }

    /** Ends with 0 when all steps were done, 1 when one failed, 2 when the arguments are wrong. */
    public static void main(String... arguments) {
        try {
            run(DemoArguments.parse(List.of(arguments)), new Narration(System.out));
        } catch (IllegalArgumentException e) {
            System.err.println("sandbox: " + e.getMessage());
            System.exit(2);
        } catch (ProcessFailure | SQLException e) {
            System.err.println("sandbox: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(DemoArguments arguments, Narration narration) throws SQLException {
        narration.say("""
                A real Kubernetes control plane and a real PostgreSQL server, as processes of this machine.
                It is no cluster: pods of Jobs run as processes of this machine, without containers and isolation;
                all of it listens on 127.0.0.1 only and is gone when this program ends.
                """);
        var databases = CompletableFuture.supplyAsync(
                () -> PostgresServer.launch(Options.defaults().limitedAdmin(ADMIN)));
        try (var controlPlane = ControlPlane.start();
                var node = NodeAgent.start(controlPlane);
                var server = joined(databases);
                var workspace = Workspace.create("sandbox-demo")) {
            narration.step("Kubernetes %s is ready at %s"
                    .formatted(controlPlane.client().getKubernetesVersion().getGitVersion(), controlPlane.url()));
            narration.step("node %s runs pods that need no more than a process can have".formatted(node.name()));
            narration.step("PostgreSQL %d takes TLS connections at %s:%d"
                    .formatted(server.major(), server.host(), server.port()));
            new Demo(arguments, narration, controlPlane, server, workspace).play();
        }
    }

    private static PostgresServer joined(CompletableFuture<PostgresServer> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProcessFailure failure) {
                throw failure;
            }
            throw e;
        }
    }

    private void play() throws SQLException {
        var deployment = install();
        try (var operator = startOperator(deployment)) {
            var examples = applyExamples();
            var result = examples.stream()
                    .filter(object -> object.getKind().equals(arguments.result()))
                    .findFirst()
                    .orElseThrow(() -> new ProcessFailure("cannot find a " + arguments.result() + " in the examples"));
            var readiness = new Readiness(controlPlane.client(), narration, operator);
            await(readiness, result, Expectation.of("Ready"), operator);
            var login = SecretLogin.of(readiness.secretOf(result));
            greet(login);
            tell(login, readiness, operator);
            narration.step("done");
            if (arguments.ending() == Ending.STAY) {
                stay(operator);
            }
        }
    }

    /** Installs all but the Deployments and {@return the one that runs as a process}. */
    private LocalDeployment install() {
        var objects = manifests.read(arguments.manifests());
        var deployment = objects.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .findFirst()
                .orElseThrow(() -> new ProcessFailure("cannot find a Deployment in " + arguments.manifests()));
        var others = objects.stream()
                .filter(object -> !(object instanceof Deployment))
                .toList();
        manifests.apply(others);
        others.stream()
                .filter(CustomResourceDefinition.class::isInstance)
                .forEach(definition -> awaitServed((CustomResourceDefinition) definition));
        narration.step("installed %d objects: definitions, rights, a service account".formatted(others.size()));
        return LocalDeployment.of(deployment);
    }

    private void awaitServed(CustomResourceDefinition definition) {
        controlPlane
                .client()
                .resource(definition)
                .waitUntilCondition(
                        current -> current != null
                                && current.getStatus() != null
                                && current.getStatus().getConditions().stream()
                                        .anyMatch(condition -> "Established".equals(condition.getType())
                                                && "True".equals(condition.getStatus())),
                        CRD_LIMIT.toSeconds(),
                        TimeUnit.SECONDS);
    }

    private LocalProcess startOperator(LocalDeployment deployment) {
        var kubeconfig = workspace.privateFile(
                "operator.kubeconfig", controlPlane.kubeconfigFor(deployment.namespace(), deployment.serviceAccount()));
        var command = Command.of(deployment.name(), arguments.command(), workspace.resolve(OPERATOR_LOG))
                .endingWith(Signal.TERM)
                .with("KUBECONFIG", kubeconfig.toString());
        for (var variable : deployment.environment().entrySet()) {
            command = command.with(variable.getKey(), variable.getValue());
        }
        for (var variable : arguments.environment().entrySet()) {
            var value = variable.getValue().replace("${FREE_PORT}", Integer.toString(FreePort.pick()));
            command = command.with(variable.getKey(), value);
        }
        var operator = LocalProcess.start(command);
        narration.step("started %s as service account %s/%s, with the rights it is shipped with"
                .formatted(deployment.name(), deployment.namespace(), deployment.serviceAccount()));
        return operator;
    }

    private List<HasMetadata> applyExamples() {
        var examples = manifests.read(arguments.examples());
        var namespace = Manifests.namespace(examples).orElse("demo");
        narration.step("what a user does, in namespace " + namespace + ":");
        controlPlane
                .client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
        var connection = manifests.read(arguments.templates());
        Manifests.fill(connection, serverValues());
        // The server that is here stands in for the one of the examples.
        examples.removeIf(example -> connection.stream().anyMatch(object -> isSame(object, example)));
        for (var objects : List.of(connection, examples)) {
            manifests.putInto(namespace, objects);
            manifests.apply(objects);
            objects.forEach(object -> narration.step("applied %s %s"
                    .formatted(object.getKind(), object.getMetadata().getName())));
        }
        return examples;
    }

    private Map<String, String> serverValues() {
        return Map.of(
                "HOST", server.host(),
                "PORT", Integer.toString(server.port()),
                "USERNAME", server.admin().user(),
                "PASSWORD", server.admin().password(),
                "CA_CERTIFICATE", server.caCertificate());
    }

    private static boolean isSame(HasMetadata one, HasMetadata other) {
        return one.getKind().equals(other.getKind())
                && one.getMetadata().getName().equals(other.getMetadata().getName());
    }

    private static void await(Readiness readiness, HasMetadata object, Expectation expected, LocalProcess operator) {
        try {
            readiness.await(object, expected, RESULT_LIMIT);
        } catch (ProcessFailure e) {
            throw operator.isAlive() ? operator.failure(object.getKind() + " is not " + expected.condition()) : e;
        }
    }

    private void greet(SecretLogin login) throws SQLException {
        var text = login.writeAndRead("hello from the sandbox");
        narration.step("logged in with what the Secret holds: " + login.description());
        narration.step("created a table, inserted a row, read it back: \"" + text + "\"");
    }

    private void tell(SecretLogin login, Readiness readiness, LocalProcess operator) throws SQLException {
        if (arguments.tale().isEmpty()) {
            return;
        }
        var yaml = controlPlane.client().getKubernetesSerialization();
        for (var step : Tale.read(arguments.tale().get(), yaml).steps()) {
            switch (step) {
                case Step.Apply apply -> {
                    manifests.apply(List.of(apply.object()));
                    narration.step("applied %s %s"
                            .formatted(
                                    apply.object().getKind(),
                                    apply.object().getMetadata().getName()));
                    apply.expected().ifPresent(expected -> await(readiness, apply.object(), expected, operator));
                }
                case Step.Sql sql -> run(sql, login);
            }
        }
    }

    private void run(Step.Sql sql, SecretLogin login) throws SQLException {
        var given = login.run(sql.text());
        narration.step("%s: %s".formatted(sql.text(), given));
        if (!given.equals(sql.gives())) {
            throw new ProcessFailure(
                    "cannot go on: \"" + sql.text() + "\" gave \"" + given + "\" and not \"" + sql.gives() + "\"");
        }
    }

    private void stay(LocalProcess operator) {
        narration.say("\nEverything stays up. In another terminal:\n\n  export KUBECONFIG=" + controlPlane.kubeconfig()
                + "\n\nThe operator's log is " + workspace.resolve(OPERATOR_LOG) + ". Ctrl-C removes all of it.");
        while (!operator.awaitEnd(Duration.ofHours(1))) {
            // Nothing to do: Ctrl-C ends the program and all that it started.
        }
        operator.requireAlive();
    }
}
