package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.it.Hold.Catalog;
import dev.ocean.operator.naming.ResourceNames;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code kill -9} at every step of the deletion of a Project whose database is owed a last backup. The operator is stopped before a statement by a {@link Hold}, and before a
 * write to the API by an API server that stands still; it is killed there, and the next process, which knows nothing, ends what was begun: with one DROP, after one backup.
 */
class FinalBackupCrashIT {

    private static final String VOLUME = "instanceRef: {name: main}, backups: {storage: {size: 1Gi}}";
    private static final String CONTENT = "SELECT md5(string_agg(t::text, ',' ORDER BY n)) FROM t";

    @RegisterExtension
    final Scene scene = new Scene();

    private Optional<LogPart> log = Optional.empty();

    @BeforeEach
    void aNode() {
        scene.platform().node();
        log = Optional.of(LogPart.fromNowOn(scene.platform().server().logFile()));
    }

    /** What the server has logged in this test. */
    private LogPart log() {
        return log.orElseThrow();
    }

    /** What becomes of the statement in which the operator died. */
    enum Fate {
        NOT_DONE,
        DONE_UNHEARD
    }

    /**
     * A Project that is being deleted with its database.
     *
     * @param login worth nothing any more
     * @param last the name of its last backup
     * @param content of the database, as {@link #CONTENT} has it
     * @param closing of the database, which the operator has asked for
     */
    private record Deletion(Space space, SecretLogin login, String last, List<String> content, Hold closing) {

        String database() {
            return login.database();
        }
    }

    // ---- going on to a step

    private Space shop() throws SQLException {
        var space = scene.shop();
        space.project(VOLUME);
        space.readyDatabase("orders")
                .run(
                        "CREATE TABLE t AS SELECT n, repeat('x', n) AS text FROM generate_series(1, 100) AS n",
                        "CREATE VIEW half AS SELECT n FROM t WHERE n % 2 = 0");
        return space;
    }

    private Deletion heldAtItsClosing(Space space) throws SQLException {
        var login = space.login("orders");
        var uid = space.get(ManagedDatabase.class, "orders").getMetadata().getUid();
        var content = login.ask(CONTENT);
        var closing = scene.hold(Catalog.ROLES);
        space.delete(Project.class, "shop");
        return new Deletion(space, login, ResourceNames.finalBackup("orders", uid), content, closing.awaitVictim());
    }

    private void assertOnServer(String query, String answer) {
        assertThat(Sql.ask(scene.server(), query)).containsExactly(answer);
    }

    /** Lets the statement be done; the operator comes no further than to its next word with the API server. */
    private void done(Hold hold, String query, String answer) throws SQLException {
        scene.platform().controlPlane().pauseApiServer();
        hold.close();
        Space.eventually("it is done: " + query, () -> assertOnServer(query, answer));
    }

    /** Lets the operator go on from the API server to its next change of this catalog. */
    private Hold next(Catalog catalog) throws SQLException {
        var hold = scene.hold(catalog);
        scene.platform().controlPlane().resumeApiServer();
        return hold.awaitVictim();
    }

    private void closed(Deletion deletion) throws SQLException {
        done(deletion.closing(), canLogIn(deletion, "a"), "f");
    }

    private void bound(Deletion deletion, Hold mark) throws SQLException {
        done(
                mark,
                "SELECT shobj_description(oid, 'pg_database') ~ 'state=final op=.* login=b' FROM pg_database WHERE datname = '"
                        + deletion.database() + "'",
                "t");
    }

    private void opened(Deletion deletion, Hold login) throws SQLException {
        done(login, canLogIn(deletion, "b"), "t");
    }

    private void locked(Deletion deletion, Hold end) throws SQLException {
        done(end, canLogIn(deletion, "b"), "f");
    }

    private static String canLogIn(Deletion deletion, String slot) {
        return "SELECT rolcanlogin FROM pg_roles WHERE rolname = '" + deletion.database() + "__" + slot + "'";
    }

    private Hold atMark(Deletion deletion) throws SQLException {
        closed(deletion);
        return next(Catalog.DATABASES);
    }

    private Hold atLogin(Deletion deletion) throws SQLException {
        bound(deletion, atMark(deletion));
        return next(Catalog.ROLES);
    }

    /** The next change of a role after that which opens it. */
    private Hold atEndOfLogin(Deletion deletion) throws SQLException {
        opened(deletion, atLogin(deletion));
        return next(Catalog.ROLES);
    }

    private Hold atDrop(Deletion deletion) throws SQLException {
        locked(deletion, atEndOfLogin(deletion));
        return next(Catalog.DATABASES);
    }

    private static List<Job> jobs(Deletion deletion) {
        var space = deletion.space();
        return space.user()
                .batch()
                .v1()
                .jobs()
                .inNamespace(space.namespace())
                .list()
                .getItems();
    }

    // ---- dying there

    private void killIn(Hold hold, Fate fate) throws SQLException {
        scene.platform().operator().kill();
        if (fate == Fate.NOT_DONE) {
            hold.endVictims();
        }
        hold.close();
        Space.awaiting("the dead process's sessions have ended").untilAsserted(() -> assertThat(Sql.ask(
                        scene.server(),
                        "SELECT pid FROM pg_stat_activity WHERE usename = 'platform_admin' AND state = 'active'"))
                .isEmpty());
    }

    /** Before what it was about to say to the API server. */
    private void killUnheard() {
        scene.platform().operator().kill();
        scene.platform().controlPlane().resumeApiServer();
    }

    // ---- the end, which is always the same

    private void assertEndsAlike(Deletion deletion) throws SQLException, IOException {
        scene.platform().operator();
        deletion.space().awaitGone(ManagedDatabase.class, "orders");
        deletion.space().awaitGone(Project.class, "shop");
        assertThat(Traces.of(scene.server(), deletion.space().namespace()).all())
                .isEmpty();
        assertDroppedOnceAndForThatBackup(deletion);
        assertOneBackupIsLeft(deletion);
        assertComesBack(deletion);
    }

    /** By the server's own log. A DROP that was ended before it began is there twice: as what was asked for, and as the statement of a failure. */
    private void assertDroppedOnceAndForThatBackup(Deletion deletion) {
        var log = log().linesWith(deletion.database()).stream()
                .filter(line -> line.contains("DROP DATABASE") || line.contains("state=final"))
                .toList();
        var drop = "DROP DATABASE IF EXISTS \"?" + deletion.database() + "\"? WITH";
        assertThat(places(log, "LOG: .*" + drop).size()
                        - places(log, "STATEMENT: .*" + drop).size())
                .as("DROPs in %s", log)
                .isEqualTo(1);
        var proof = "state=final op=" + backup(deletion).getMetadata().getUid() + " since=[^ ]*Z['\"]";
        assertThat(places(log, drop).getLast())
                .as("the mark named the backup, and nobody got in any more, before that: %s", log)
                .isGreaterThan(places(log, "COMMENT ON DATABASE .*" + proof).getLast());
    }

    /** Which of the lines have this pattern. */
    private static List<Integer> places(List<String> lines, String pattern) {
        var wanted = Pattern.compile(pattern);
        return IntStream.range(0, lines.size())
                .filter(line -> wanted.matcher(lines.get(line)).find())
                .boxed()
                .toList();
    }

    private static DatabaseBackup backup(Deletion deletion) {
        return deletion.space().get(DatabaseBackup.class, deletion.last());
    }

    private void assertOneBackupIsLeft(Deletion deletion) throws IOException {
        var space = deletion.space();
        space.awaitCondition(DatabaseBackup.class, deletion.last(), "Complete", "True", "Complete");
        assertThat(space.all(DatabaseBackup.class)).hasSize(1);
        var status = Objects.requireNonNull(backup(deletion).getStatus());
        assertThat(status.rows()).isEqualTo(100);
        assertThat(directories(space))
                .containsExactly(Objects.requireNonNull(status.location()).path());
        assertThat(jobs(deletion)).isEmpty();
        assertThat(space.hasSecret(ResourceNames.finalLogin(deletion.last()))).isFalse();
    }

    /** Of backups, half ones too: project, database, directory. */
    private List<String> directories(Space space) throws IOException {
        var volume = scene.platform()
                .node()
                .volume(space.namespace(), "shop-backups")
                .orElseThrow();
        try (var files = Files.walk(volume, 3)) {
            return files.map(volume::relativize)
                    .filter(path -> path.getNameCount() == 3)
                    .map(Path::toString)
                    .toList();
        }
    }

    private static void assertComesBack(Deletion deletion) throws SQLException {
        deletion.space().project(VOLUME);
        var again =
                deletion.space().readyDatabase("orders", "restoreFrom: {backupRef: {name: " + deletion.last() + "}}");
        assertThat(again.ask(CONTENT)).isEqualTo(deletion.content());
        assertThat(again.ask("SELECT count(*) FROM half")).containsExactly("50");
    }

    // ---- the steps

    @ParameterizedTest
    @EnumSource
    void atTheClosing(Fate fate) throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());

        killIn(deletion.closing(), fate);

        assertEndsAlike(deletion);
    }

    @Test
    void betweenTheClosingAndTheBackup() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        closed(deletion);

        killUnheard();

        assertThat(deletion.space().all(DatabaseBackup.class))
                .as("the state that this test is about")
                .isEmpty();
        assertEndsAlike(deletion);
    }

    @ParameterizedTest
    @EnumSource
    void atTheMarkThatNamesTheBackup(Fate fate) throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        var mark = atMark(deletion);

        killIn(mark, fate);

        assertEndsAlike(deletion);
    }

    @Test
    void betweenTheMarkAndTheSecretOfItsLogin() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        bound(deletion, atMark(deletion));

        killUnheard();

        assertThat(deletion.space().hasSecret(ResourceNames.finalLogin(deletion.last())))
                .as("the state that this test is about")
                .isFalse();
        assertEndsAlike(deletion);
    }

    @ParameterizedTest
    @EnumSource
    void atItsLogin(Fate fate) throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        var login = atLogin(deletion);

        killIn(login, fate);

        assertEndsAlike(deletion);
    }

    @Test
    void betweenItsLoginAndTheWordForItsJob() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        opened(deletion, atLogin(deletion));

        killUnheard();

        assertThat(jobs(deletion)).as("the state that this test is about").isEmpty();
        assertEndsAlike(deletion);
    }

    @Test
    void whileItIsDumped() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        opened(deletion, atLogin(deletion));
        try (var somebody = scene.server().superuser(deletion.database())) {
            somebody.setAutoCommit(false);
            Sql.run(somebody, "LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
            scene.platform().controlPlane().resumeApiServer();
            Space.eventually(
                    "the dump waits for the table",
                    () -> assertOnServer(
                            "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '"
                                    + deletion.database() + "'",
                            "t"));

            scene.platform().operator().kill();
        }

        Space.eventually("the Job ends, and nobody hears of it", () -> assertThat(
                        jobs(deletion).getFirst().getStatus().getSucceeded())
                .isEqualTo(1));
        assertEndsAlike(deletion);
    }

    @ParameterizedTest
    @EnumSource
    void atTheEndOfItsLogin(Fate fate) throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        var end = atEndOfLogin(deletion);

        killIn(end, fate);

        assertEndsAlike(deletion);
    }

    @Test
    void betweenTheEndOfItsLoginAndTheDrop() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        locked(deletion, atEndOfLogin(deletion));

        killUnheard();

        assertEndsAlike(deletion);
    }

    @ParameterizedTest
    @EnumSource
    void atTheDrop(Fate fate) throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        var drop = atDrop(deletion);

        killIn(drop, fate);

        assertEndsAlike(deletion);
    }

    @Test
    void betweenTheDropAndItsRoles() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        var drop = atDrop(deletion);
        var roles = scene.hold(Catalog.ROLES);
        drop.close();
        roles.awaitVictim();

        killIn(roles, Fate.NOT_DONE);

        assertThat(Traces.of(scene.server(), deletion.space().namespace()).all())
                .as("the state that this test is about")
                .isNotEmpty()
                .noneMatch(Traces.Trace::isDatabase);
        assertEndsAlike(deletion);
    }

    @Test
    void betweenTheDropAndTheFinalizer() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        done(
                atDrop(deletion),
                "SELECT count(*) FROM pg_roles WHERE starts_with(rolname, '" + deletion.database() + "__')",
                "0");

        killUnheard();

        assertEndsAlike(deletion);
    }

    @Test
    void betweenItsDatabaseAndTheProject() throws SQLException, IOException {
        var space = shop();
        var finalizers =
                space.get(ManagedDatabase.class, "orders").getMetadata().getFinalizers();
        space.patch(
                ManagedDatabase.class,
                "orders",
                "metadata: {finalizers: [" + String.join(", ", finalizers) + ", ocean.test/hold]}");
        var deletion = heldAtItsClosing(space);
        deletion.closing().close();
        Space.eventually("its finalizer is off", () -> assertThat(
                        space.get(ManagedDatabase.class, "orders").getMetadata().getFinalizers())
                .containsExactly("ocean.test/hold"));

        scene.platform().operator().kill();
        space.patch(ManagedDatabase.class, "orders", "metadata: {finalizers: null}");

        assertThat(space.all(Project.class))
                .as("the state that this test is about")
                .hasSize(1);
        assertEndsAlike(deletion);
    }

    // ---- what became wrong while nobody worked

    @Test
    void aBackupThatGoesWhileNobodyWorksIsNoProofForTheDropAnyMore() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        var drop = atDrop(deletion);
        killIn(drop, Fate.NOT_DONE);
        var first = backup(deletion).getMetadata().getUid();

        deletion.space().patch(DatabaseBackup.class, deletion.last(), "metadata: {finalizers: null}");
        deletion.space().delete(DatabaseBackup.class, deletion.last());

        scene.platform().operator();
        deletion.space().awaitGone(Project.class, "shop");
        assertThat(backup(deletion).getMetadata().getUid()).isNotEqualTo(first);
        assertDroppedOnceAndForThatBackup(deletion);
        assertComesBack(deletion);
    }

    @Test
    void aDatabaseThatIsProtectedWhileNobodyWorksIsNotDropped() throws SQLException, IOException {
        var deletion = heldAtItsClosing(shop());
        var drop = atDrop(deletion);
        killIn(drop, Fate.NOT_DONE);

        deletion.space().patch(ManagedDatabase.class, "orders", "spec: {deletionProtection: true}");

        scene.platform().operator();
        deletion.space().awaitCondition(Project.class, "shop", "DeletionBlocked", "True", "ProtectionEnabled");
        assertOnServer("SELECT count(*) FROM pg_database WHERE datname = '" + deletion.database() + "'", "1");
        deletion.space().patch(ManagedDatabase.class, "orders", "spec: {deletionProtection: false}");
        assertEndsAlike(deletion);
    }
}
