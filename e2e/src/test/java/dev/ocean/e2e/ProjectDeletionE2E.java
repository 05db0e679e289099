package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import dev.ocean.e2e.platform.Seen;
import dev.ocean.e2e.platform.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code kubectl delete project}: the plan, exactly what holds it, and exactly what is left afterwards. */
@ExtendWith(OnPlatform.class)
class ProjectDeletionE2E {

    private static final List<String> PLAIN =
            IntStream.rangeClosed(1, 17).mapToObj(number -> "plain" + number).toList();

    /** On a server that will be cut off. */
    private static final String ARCHIVE = "archive";

    private static final String KEPT = "kept";
    private static final String PROTECTED = "ledger";

    @Test
    void aProjectTakesItsDatabasesAlongAndNamesWhatHoldsIt(Scene scene) throws SQLException {
        // Given
        giveTwentyDatabases(scene);
        var kept = scene.databaseName(KEPT);
        var sessions = new ArrayList<Connection>();
        for (var name : List.of("plain1", "plain2", KEPT, PROTECTED)) {
            sessions.add(session(scene, name));
        }
        scene.giveAdminSecret("far-admin", Map.of("port", "1"));
        scene.awaitReason("PostgresInstance", "far", "Ready", "InstanceUnreachable");
        // While the Project is protected itself, its plan is there to be read.
        protect(scene, "oprj", "shop", true);
        scene.platformTeam().kubectl("delete", "oprj/shop", "--wait=false");
        scene.awaitReason("Project", "shop", "DeletionBlocked", "ProtectionEnabled");
        var plan = plan(scene);
        assertThat(plan.keySet()).hasSize(20).containsAll(PLAIN).contains(ARCHIVE, KEPT, PROTECTED);
        assertThat(plan).containsEntry(KEPT, "Retain");
        assertThat(plan.values())
                .filteredOn(action -> action.startsWith("Delete:"))
                .hasSize(19);

        // When
        protect(scene, "oprj", "shop", false);

        // Then: it goes as far as it can, and names exactly what holds it.
        Stream.concat(PLAIN.stream(), Stream.of(KEPT)).forEach(name -> scene.awaitGone("ManagedDatabase", name));
        Scene.await("it names exactly what holds it", () -> {
            var message = scene.see("Project", "shop")
                    .flatMap(seen -> seen.condition("DeletionBlocked"))
                    .map(Seen.Condition::message)
                    .orElse("");
            assertThat(message).contains("protected: ledger.", "yet: archive (Instance", "ocean.dev/abandon");
            assertThat(plan(scene)).isEqualTo(of(plan, ARCHIVE, PROTECTED));
        });
        // The protected one is at work all the time.
        sessions.getLast().createStatement().execute("INSERT INTO t VALUES (100)");
        for (var session : sessions.subList(0, 3)) {
            assertThat(session.isValid(5)).isFalse();
        }
        protect(scene, "odb", PROTECTED, false);
        scene.awaitGone("ManagedDatabase", PROTECTED);
        scene.giveAdminSecret("far-admin", Map.of());
        scene.awaitGone("Project", "shop");
        assertThatOnlyTheKeptOneIsLeft(scene, kept);
        assertThatEachDroppedOneLeftItsBackup(scene, plan);
        assertThatDataComeBack(scene, plan);
    }

    /** All of them with rows, some with more. */
    private static void giveTwentyDatabases(Scene scene) throws SQLException {
        scene.giveInstanceAndProject();
        scene.platformTeam().apply(scene.example("backup/project.yaml"));
        scene.giveAdminSecret("far-admin", Map.of());
        scene.platformTeam().apply("""
                apiVersion: ocean.dev/v1beta1
                kind: PostgresInstance
                metadata: {name: far}
                spec: {external: {connectionSecretRef: {name: far-admin}}}
                """);
        PLAIN.forEach(name -> scene.developer().apply(Scene.database(name, "")));
        scene.developer().apply(Scene.database(KEPT, "deletionPolicy: Retain"));
        scene.developer().apply(Scene.database(PROTECTED, "deletionProtection: true"));
        scene.developer().apply(Scene.database(ARCHIVE, "instanceRef: {name: far}"));
        scene.developer().kubectl("wait", "--for=condition=Ready", "odb", "--all", "--timeout=120s");
        for (var name : all()) {
            run(scene, name, "CREATE TABLE t AS SELECT generate_series(1, 42) AS n");
        }
        for (var name : List.of("plain1", "plain3", KEPT, ARCHIVE)) {
            giveUsersObjects(scene, name);
        }
    }

    private static List<String> all() {
        return Stream.concat(PLAIN.stream(), Stream.of(ARCHIVE, KEPT, PROTECTED))
                .toList();
    }

    private static void giveUsersObjects(Scene scene, String name) throws SQLException {
        run(
                scene,
                name,
                "CREATE SCHEMA report",
                "CREATE VIEW report.large AS SELECT n FROM t WHERE n > 40",
                "CREATE FUNCTION report.total() RETURNS bigint LANGUAGE sql AS 'SELECT sum(n) FROM public.t'",
                "CREATE SEQUENCE report.numbers",
                "GRANT USAGE ON SCHEMA report TO \"" + scene.databaseName(name) + "__ro\"",
                "GRANT SELECT ON report.large TO \"" + scene.databaseName(name) + "__ro\"");
    }

    private static void protect(Scene scene, String kind, String name, boolean on) {
        scene.platformTeam()
                .kubectl("patch", kind, name, "--type=merge", "-p", "{\"spec\":{\"deletionProtection\":" + on + "}}");
    }

    /** What is to become of each database: {@code Retain}, or {@code Delete:} and the name of its last backup. */
    private static Map<String, String> plan(Scene scene) {
        var lines = scene.platformTeam()
                .kubectl(
                        "get",
                        "oprj",
                        "shop",
                        "-o",
                        "jsonpath={range .status.deletionPlan[*]}{.database}={.action}:{.lastBackup}{\"\\n\"}{end}");
        var plan = new TreeMap<String, String>();
        lines.lines()
                .map(line -> line.split("=", 2))
                .forEach(parts -> plan.put(parts[0], parts[1].replaceFirst(":$", "")));
        return plan;
    }

    private static Map<String, String> of(Map<String, String> plan, String... databases) {
        var some = new TreeMap<>(plan);
        some.keySet().retainAll(List.of(databases));
        return some;
    }

    private static List<String> lastBackups(Map<String, String> plan) {
        return plan.values().stream()
                .filter(action -> action.startsWith("Delete:"))
                .map(action -> action.substring("Delete:".length()))
                .sorted()
                .toList();
    }

    /** @param kept its name on the server */
    private static void assertThatOnlyTheKeptOneIsLeft(Scene scene, String kept) {
        var server = new Server(scene.platform());
        // The names of all twenty begin so: they are made from that of the namespace.
        var prefix = kept.substring(0, kept.indexOf("_" + KEPT) + 1);
        assertThat(server.namesLike(prefix))
                .containsExactly(kept, kept + "__a", kept + "__owner", kept + "__ro", kept + "__rw");
        assertThat(server.query(
                        "postgres", "SELECT datallowconn::text FROM pg_database WHERE datname = '" + kept + "'"))
                .containsExactly("false");
        assertThat(scene.databases()).isEmpty();
        Scene.await("no login is left", () -> assertThat(names(scene, "secrets"))
                .containsExactly("secret/far-admin", "secret/main-admin"));
        assertThat(names(scene, "jobs")).isEmpty();
    }

    private static List<String> names(Scene scene, String kind) {
        return scene.platformTeam()
                .kubectl("get", kind, "-o", "name")
                .lines()
                .sorted()
                .toList();
    }

    private static void assertThatEachDroppedOneLeftItsBackup(Scene scene, Map<String, String> plan) {
        var last = lastBackups(plan);
        assertThat(names(scene, "databasebackups"))
                .containsExactlyElementsOf(last.stream()
                        .map(name -> "databasebackup.ocean.dev/" + name)
                        .toList());
        assertThat(last).allSatisfy(name -> assertThat(scene.see("DatabaseBackup", name)
                        .flatMap(seen -> seen.condition("Complete"))
                        .map(Seen.Condition::status))
                .contains("True"));
        assertThat(names(scene, "pvc")).containsExactly("persistentvolumeclaim/shop-backups");
        // Directories of backups, and any file that is in none.
        var found = scene.platform()
                .onVolume(
                        scene.namespace(),
                        "shop-backups",
                        "cd \"$BINDING\"; find . -path ./lost+found -prune -o -path './*/*/*' -prune -print -o -type f -print");
        assertThat(found.lines())
                .containsExactlyInAnyOrderElementsOf(last.stream()
                        .map(name -> "./"
                                + scene.see("DatabaseBackup", name)
                                        .flatMap(seen -> seen.value("status", "location", "path"))
                                        .orElseThrow())
                        .toList());
    }

    private static void assertThatDataComeBack(Scene scene, Map<String, String> plan) throws SQLException {
        scene.platformTeam().apply(scene.example("backup/project.yaml"));
        scene.developer().apply(Scene.database(KEPT, ""));
        for (var name : List.of("plain1", PROTECTED, ARCHIVE)) {
            scene.developer()
                    .apply(Scene.database(
                            name,
                            "restoreFrom: {backupRef: {name: "
                                    + lastBackups(of(plan, name)).getFirst() + "}}"));
        }
        for (var name : List.of("plain1", KEPT, ARCHIVE)) {
            assertThat(ask(scene, name, "SELECT count(*) || ' ' || report.total() FROM t"))
                    .isEqualTo("42 903");
            assertThat(ask(scene, name, "SELECT string_agg(n::text, ',') FROM report.large"))
                    .isEqualTo("41,42");
        }
        assertThat(ask(scene, PROTECTED, "SELECT count(*) || ' ' || max(n) FROM t"))
                .isEqualTo("43 100");
    }

    private static Connection session(Scene scene, String database) throws SQLException {
        return scene.platform().login(scene.secret(scene.awaitReady(database)));
    }

    private static void run(Scene scene, String database, String... statements) throws SQLException {
        try (var session = session(scene, database);
                var statement = session.createStatement()) {
            for (var text : statements) {
                statement.execute(text);
            }
        }
    }

    /** The first value of the answer. */
    private static String ask(Scene scene, String database, String query) throws SQLException {
        try (var session = session(scene, database);
                var rows = session.createStatement().executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
