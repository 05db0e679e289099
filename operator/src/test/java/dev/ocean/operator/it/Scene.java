package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.DatabaseRestore;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.sandbox.postgres.Options;
import dev.ocean.sandbox.postgres.PostgresServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The stage of one test: namespaces of its own, so that tests do not depend on each other. When the test has passed the {@link Invariants} are checked, then everything is
 * deleted as a user would, and they are checked again.
 */
final class Scene implements BeforeEachCallback, AfterEachCallback {

    private static final List<Class<? extends CustomResource<?, ?>>> KINDS = List.of(
            DatabaseRestore.class, DatabaseBackup.class, ManagedDatabase.class, Project.class, PostgresInstance.class);

    private final Platform platform = Platform.shared();
    private final List<Space> spaces = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<PostgresServer> own = new ArrayList<>();
    private final Map<Path, LogPart> logsOfThisTest = new HashMap<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        spaces.clear();
        foreign.clear();
        logsOfThisTest.clear();
        Stream.concat(operatorLogs(), serverLogs()).forEach(log -> logsOfThisTest.put(log, LogPart.fromNowOn(log)));
    }

    private Stream<Path> operatorLogs() {
        return platform.operators().stream().map(OperatorProcess::logFile);
    }

    private Stream<Path> serverLogs() {
        return servers().stream().map(PostgresServer::logFile);
    }

    /** What was logged since this test began: all of what many tests log is too much to be read by each of them. */
    private List<LogPart> ofThisTest(Stream<Path> logs) {
        return logs.map(log -> logsOfThisTest.getOrDefault(log, new LogPart(log, 0)))
                .toList();
    }

    Platform platform() {
        return platform;
    }

    /** A new namespace. */
    Space space() {
        var space = Space.make(platform.user());
        spaces.add(space);
        return space;
    }

    /** A new namespace with instance {@code main} on the server that most tests use, and project {@code shop}; the operator runs. */
    Space shop() {
        var operator = platform.operator();
        assertThat(operator.isAlive()).isTrue();
        return space().on(platform.server());
    }

    /** As {@link #shop}, on a server that no other test uses: what is changed for all of it concerns this test only. */
    Space shopOfItsOwn() {
        var operator = platform.operator();
        assertThat(operator.isAlive()).isTrue();
        return space().on(launch());
    }

    /** A server for this test alone. */
    PostgresServer launch() {
        return launch(Platform.options().limitedAdmin("platform_admin"));
    }

    PostgresServer launch(Options options) {
        var server = platform.launch(options);
        own.add(server);
        return server;
    }

    /** The server that this test works on. */
    PostgresServer server() {
        return own.isEmpty() ? platform.server() : own.getFirst();
    }

    private List<PostgresServer> servers() {
        return Stream.concat(platform.sharedServers().stream(), own.stream()).toList();
    }

    @Override
    public void afterEach(ExtensionContext context) throws SQLException {
        try {
            end(context);
        } finally {
            own.forEach(PostgresServer::close);
        }
    }

    private void end(ExtensionContext context) throws SQLException {
        // What a failed test stopped must not stop the next one.
        platform.controlPlane().resumeApiServer();
        for (var hold : holds) {
            hold.close();
        }
        holds.clear();
        if (context.getExecutionException().isPresent()) {
            keepLogs(context);
            spaces.forEach(this::force);
            return;
        }
        var invariants = new Invariants(servers(), ofThisTest(operatorLogs()), ofThisTest(serverLogs()));
        var passed = false;
        try {
            invariants.whileObjectsStand(spaces);
            platform.operator().awaitReady();
            deleteAsAUserWould();
            invariants.afterwards(spaces);
            passed = true;
        } finally {
            if (!passed) {
                keepLogs(context);
            }
            spaces.forEach(this::force);
        }
    }

    /** Where a person finds out why. */
    private void keepLogs(ExtensionContext context) {
        var directory = Platform.ROOT.resolve("operator/target/it-logs");
        var operators = platform.operators();
        try {
            Files.createDirectories(directory);
            var test = context.getRequiredTestClass().getSimpleName() + "."
                    + context.getRequiredTestMethod().getName();
            Files.writeString(
                    directory.resolve(test + ".log"),
                    String.join(
                            "\n",
                            operators.isEmpty() ? "" : operators.getLast().log(),
                            spaces.stream().map(Space::readable).reduce("", String::concat)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kind by kind: an instance may be shared by the namespaces. */
    private void deleteAsAUserWould() {
        // Or the databases would wait for their last backups.
        spaces.forEach(space -> space.all(Project.class).forEach(project -> relent(space, Project.class, project)));
        for (var kind : KINDS) {
            for (var space : spaces) {
                var objects = space.all(kind);
                objects.forEach(object -> relent(space, kind, object));
                objects.forEach(
                        object -> space.delete(kind, object.getMetadata().getName()));
            }
            for (var space : spaces) {
                space.all(kind)
                        .forEach(object ->
                                space.awaitGone(kind, object.getMetadata().getName()));
            }
        }
    }

    /** Takes back what would hold the deletion. */
    private static <T extends CustomResource<?, ?>> void relent(Space space, Class<T> kind, HasMetadata object) {
        var patch = Set.of(PostgresInstance.class, DatabaseBackup.class, DatabaseRestore.class)
                        .contains(kind)
                ? "metadata: {annotations: {ocean.dev/reconcile: null}}"
                : kind == Project.class
                        ? "{metadata: {annotations: {ocean.dev/reconcile: null}}, spec: {deletionProtection: false, onDelete: {finalBackup: None}}}"
                        : "{metadata: {annotations: {ocean.dev/reconcile: null}}, spec: {deletionProtection: false, deletionPolicy: Delete}}";
        space.patch(kind, object.getMetadata().getName(), "---\n" + patch);
    }

    /** Removes what is left, whoever it is of: the next test starts clean. */
    private void force(Space space) {
        for (var kind : KINDS) {
            space.all(kind).forEach(object -> {
                var name = object.getMetadata().getName();
                space.delete(kind, name);
                try {
                    space.patch(kind, name, "metadata: {finalizers: null}");
                } catch (KubernetesClientException e) {
                    // Gone meanwhile, which is what is wanted.
                }
            });
        }
        servers().forEach(server -> force(server, space));
        space.user().namespaces().withName(space.namespace()).delete();
    }

    private void force(PostgresServer server, Space space) {
        if (!isUp(server)) {
            return;
        }
        var traces = Traces.of(server, space.namespace());
        var databases = Stream.concat(traces.databases().stream().map(Traces.Trace::name), foreign.stream());
        databases.forEach(name -> Sql.run(server, "DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)"));
        traces.roles().forEach(role -> Sql.run(server, "DROP ROLE IF EXISTS \"" + role.name() + "\""));
    }

    private static boolean isUp(PostgresServer server) {
        try (var connection = server.superuser("postgres")) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Stops the server that most tests use before a change of this catalog. */
    Hold hold(Hold.Catalog catalog) throws SQLException {
        var hold = Hold.of(platform.server(), catalog);
        holds.add(hold);
        return hold;
    }

    /** A database that the test made by hand; it goes at the end. */
    void foreign(String name) {
        foreign.add(name);
    }
}
