package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.it.Traces.Trace;
import dev.ocean.sandbox.postgres.PostgresServer;
import io.fabric8.kubernetes.api.model.Condition;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import static org.assertj.core.api.Assertions.assertThat;

/** What holds whenever the operator has come to rest, whatever was done before. */
final class Invariants {

    private final List<PostgresServer> servers;
    private final List<LogPart> operatorLogs;
    private final List<LogPart> serverLogs;

    /** @param servers on which the test worked, all of them up */
    Invariants(List<PostgresServer> servers, List<LogPart> operatorLogs, List<LogPart> serverLogs) {
        this.servers = List.copyOf(servers);
        this.operatorLogs = List.copyOf(operatorLogs);
        this.serverLogs = List.copyOf(serverLogs);
    }

    /** Objects are still there. */
    void whileObjectsStand(Collection<Space> spaces) {
        for (var space : spaces) {
            readyMeansThatTheSecretLogsIn(space);
            nothingIsWithoutOwner(space);
        }
        noPasswordIsAnywhereButInItsSecret(spaces);
    }

    /** All objects went. */
    void afterwards(Collection<Space> spaces) {
        for (var space : spaces) {
            nothingIsWithoutOwner(space);
        }
        noPasswordIsAnywhereButInItsSecret(spaces);
    }

    private void readyMeansThatTheSecretLogsIn(Space space) {
        for (var database : space.all(ManagedDatabase.class)) {
            if (isReady(database)) {
                var name = database.getMetadata().getName();
                try {
                    assertThat(space.login(name).ask("SELECT CURRENT_USER"))
                            .as("a Ready database is entered with its Secret, as its owner role")
                            .containsExactly(space.status(name).ownerRole());
                } catch (SQLException e) {
                    throw new AssertionError("the Secret of the Ready database " + name + " does not log in", e);
                }
            }
        }
    }

    private static boolean isReady(ManagedDatabase database) {
        var status = database.getStatus();
        return database.getMetadata().getDeletionTimestamp() == null
                && status != null
                && status.conditions().stream()
                        .filter(condition -> "Ready".equals(condition.getType()))
                        .map(Condition::getStatus)
                        .anyMatch("True"::equals);
    }

    private void nothingIsWithoutOwner(Space space) {
        var uids = space.all(ManagedDatabase.class).stream()
                .map(database -> database.getMetadata().getUid())
                .collect(Collectors.toSet());
        for (var server : servers) {
            assertThat(strays(server, space, uids))
                    .as("databases and roles on the server without an object")
                    .isEmpty();
        }
        Space.awaiting("the Secrets of deleted objects are collected").untilAsserted(() -> assertThat(space.user()
                        .secrets()
                        .inNamespace(space.namespace())
                        .withLabel("app.kubernetes.io/managed-by", "ocean")
                        .list()
                        .getItems())
                .as("Secrets of ours")
                .allSatisfy(secret -> assertThat(uids)
                        .contains(secret.getMetadata()
                                .getOwnerReferences()
                                .getFirst()
                                .getUid())));
    }

    private static List<Trace> strays(PostgresServer server, Space space, Set<String> uids) {
        var traces = Traces.of(server, space.namespace());
        return traces.all().stream()
                .filter(trace -> uids.stream().noneMatch(trace::isOf))
                .filter(trace -> !(traces.areRetained(trace) && !trace.open()))
                .toList();
    }

    private void noPasswordIsAnywhereButInItsSecret(Collection<Space> spaces) {
        var passwords = spaces.stream()
                .flatMap(space -> space.passwords().stream())
                .collect(Collectors.toCollection(HashSet::new));
        // Not by assertThat(text), which would print all of it, and the password.
        for (var space : spaces) {
            var objects = space.readable();
            assertThat(passwords.stream().anyMatch(objects::contains))
                    .as("a password is in an object or event")
                    .isFalse();
        }
        noneOf(passwords, operatorLogs);
        // The admin's was made by a statement of the sandbox.
        servers.forEach(server -> passwords.remove(server.admin().password()));
        noneOf(passwords, serverLogs);
    }

    private static void noneOf(Set<String> passwords, List<LogPart> logs) {
        for (var log : logs) {
            assertThat(log.holdsAnyOf(passwords))
                    .as("a password is in %s", log.file().getFileName())
                    .isFalse();
        }
    }
}
