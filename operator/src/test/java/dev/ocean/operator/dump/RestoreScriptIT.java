package dev.ocean.operator.dump;

import dev.ocean.operator.dump.Attempt.Outcome;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Failed;
import dev.ocean.operator.dump.JobResult.Restored;
import dev.ocean.operator.dump.Lab.Backup;
import dev.ocean.operator.dump.Lab.Volume;
import dev.ocean.sandbox.process.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A restore that fails says why; what it could not grant stays closed; the live database is never written. */
class RestoreScriptIT {

    private static final AtomicInteger NEXT = new AtomicInteger(500);
    private static Lab lab;

    private Tenant tenant;
    private Volume volume;
    private Backup backup;
    private String scratch;

    @BeforeAll
    static void open() {
        lab = Lab.open();
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @BeforeEach
    void make() throws SQLException {
        var number = NEXT.incrementAndGet();
        tenant = lab.tenant("d" + number);
        volume = lab.volume();
        backup = Backup.of(number);
        tenant.run("CREATE TABLE t AS SELECT g AS a, g::text AS b FROM generate_series(1, 1000) AS g");
        scratch = tenant.scratch("d%d__r_%08x".formatted(number, number));
    }

    @AfterEach
    void drop() throws SQLException {
        // Whatever happened, the live one is as it was.
        assertThat(tenant.ask(tenant.database(), "SELECT count(*) FROM public.t"))
                .containsExactly("1000");
        tenant.asAdmin("postgres", "DROP DATABASE IF EXISTS \"" + scratch + "\" WITH (FORCE)");
        tenant.asAdmin("postgres", "DROP DATABASE IF EXISTS \"" + tenant.database() + "\" WITH (FORCE)");
    }

    private BackedUp dump() {
        var outcome = lab.attempt(JobScript.DUMP, tenant, volume, backup).run();
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        return (BackedUp) outcome.result();
    }

    private Attempt restore() {
        return lab.attempt(JobScript.RESTORE, tenant, volume, backup).with("PGDATABASE", scratch);
    }

    private Attempt check() {
        return lab.attempt(JobScript.CHECK, tenant, volume, backup).with("FULL_DECODE", "true");
    }

    private Outcome assertFails(Attempt attempt, ExitReason reason) {
        var outcome = attempt.run();
        assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(reason);
        assertThat(outcome.result()).isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.reason())
                .isEqualTo(reason.reason()));
        assertThat(outcome.toString()).doesNotContain(tenant.password());
        return outcome;
    }

    private Restored assertSucceeds(Attempt attempt) {
        var outcome = attempt.run();
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(outcome.toString()).doesNotContain(tenant.password());
        return (Restored) outcome.result();
    }

    private Path file(String name) {
        return volume.of(backup).resolve(name);
    }

    private void flipBit(String name) throws Exception {
        var bytes = Files.readAllBytes(file(name));
        bytes[bytes.length / 2] ^= 4;
        Files.write(file(name), bytes, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private void edit(String name, String before, String after) throws IOException {
        var text = Files.readString(file(name));
        assertThat(text).contains(before);
        Files.writeString(file(name), text.replace(before, after));
    }

    /** What somebody does who may write to the volume: the sums fit again. */
    private void sumUp() throws Exception {
        var sums = new StringBuilder();
        for (var name : new String[] {"data.dump", "toc.txt", "manifest.json"}) {
            sums.append(sha256(name)).append("  ").append(name).append('\n');
        }
        Files.writeString(file("SHA256SUMS"), sums);
    }

    private String sha256(String name) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file(name))));
    }

    // ---- the file

    @Test
    void findsOneFlippedBit() throws Exception {
        dump();
        flipBit("data.dump");

        assertFails(restore(), ExitReason.CHECKSUM_MISMATCH);
        assertFails(check(), ExitReason.CHECKSUM_MISMATCH);
    }

    @Test
    void findsATruncatedFile() throws Exception {
        dump();
        var bytes = Files.readAllBytes(file("data.dump"));
        Files.write(file("data.dump"), java.util.Arrays.copyOf(bytes, bytes.length - 50));

        assertFails(restore(), ExitReason.CHECKSUM_MISMATCH);
    }

    @Test
    void findsAnEditedManifest() throws Exception {
        dump();
        edit("manifest.json", "\"rows\": 1000", "\"rows\": 1001");

        assertFails(restore(), ExitReason.CHECKSUM_MISMATCH);
        assertFails(check(), ExitReason.CHECKSUM_MISMATCH);
    }

    @Test
    void trustsTheHashOfTheStatusOverTheVolume() throws Exception {
        var dumped = dump();
        flipBit("data.dump");
        edit("manifest.json", dumped.sha256(), sha256("data.dump"));
        sumUp();

        assertFails(restore().with("EXPECTED_SHA256", dumped.sha256()), ExitReason.CHECKSUM_MISMATCH);
        assertFails(check().with("EXPECTED_SHA256", dumped.sha256()), ExitReason.CHECKSUM_MISMATCH);
    }

    @Test
    void findsAManifestOfAnotherFile() throws Exception {
        var dumped = dump();
        edit("manifest.json", dumped.sha256(), "0".repeat(64));
        sumUp();

        assertFails(restore().with("EXPECTED_SHA256", dumped.sha256()), ExitReason.CHECKSUM_MISMATCH);
    }

    @Test
    void decodesAnImportWhoseSumsFit() throws Exception {
        var dumped = dump();
        flipBit("data.dump");
        edit("manifest.json", dumped.sha256(), sha256("data.dump"));
        sumUp();

        assertFails(check(), ExitReason.ARCHIVE_UNREADABLE);
    }

    @Test
    void reportsAManifestThatIsNone() throws Exception {
        var dumped = dump();
        Files.writeString(file("manifest.json"), "\"sha256\": \"" + dumped.sha256() + "\",\n\"tables\": [\nx\n");
        sumUp();

        assertFails(restore(), ExitReason.ARCHIVE_UNREADABLE);
        assertFails(check(), ExitReason.ARCHIVE_UNREADABLE);
    }

    @Test
    void reportsAMissingFileAndAMissingBackup() throws Exception {
        dump();
        Files.delete(file("toc.txt"));
        assertFails(restore(), ExitReason.ARCHIVE_UNREADABLE);

        backup = Backup.of(NEXT.incrementAndGet());
        assertFails(restore(), ExitReason.ARCHIVE_UNREADABLE);
        assertFails(check(), ExitReason.ARCHIVE_UNREADABLE);
    }

    @Test
    void countsWhatItRestored() throws Exception {
        dump();
        edit("manifest.json", "{\"name\": \"t\", \"rows\": 1000", "{\"name\": \"t\", \"rows\": 1001");
        sumUp();

        assertThat(assertFails(restore(), ExitReason.VERIFICATION_FAILED).message())
                .contains("public.t has 1000 rows instead of 1001");
    }

    @Test
    void missesATable() throws Exception {
        dump();
        edit("manifest.json", "{\"name\": \"t\", \"rows\": 1000", "{\"name\": \"T '\\\"\", \"rows\": 1000");
        sumUp();

        assertThat(assertFails(restore(), ExitReason.VERIFICATION_FAILED).message())
                .contains("is missing");
    }

    // ---- the server

    @Test
    void reportsAServerThatDoesNotAnswer() {
        dump();

        assertFails(restore().with("PGPORT", Integer.toString(FreePort.pick())), ExitReason.INSTANCE_UNREACHABLE);
    }

    @Test
    void reportsAWrongPassword() {
        dump();

        assertFails(restore().with("PGPASSWORD", "wrong"), ExitReason.AUTHENTICATION_FAILED);
    }

    @Test
    void reportsAMissingDatabase() {
        dump();

        assertFails(restore().with("PGDATABASE", "nowhere"), ExitReason.DATABASE_MISSING);
    }

    @Test
    void reportsAnotherMajorAndAMissingTool() throws Exception {
        dump();
        var programs = lab.directory("programs");
        var stub = lab.write(programs.resolve("pg_restore"), "#!/bin/bash\necho 'pg_restore (PostgreSQL) 9.6.1'\n");
        Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertFails(restore().withProgramsOf(programs), ExitReason.CLIENT_VERSION_MISMATCH);
        assertFails(restore().withOnlyProgramsOf(lab.directory("empty")), ExitReason.TOOL_MISSING);
    }

    @Test
    void reportsThatConnectionsAreUsedUp() throws Exception {
        dump();
        // One for the questions, but pg_restore takes two.
        tenant.asSuperuser("postgres", "ALTER ROLE " + tenant.login() + " CONNECTION LIMIT 1");

        assertFails(restore(), ExitReason.CONNECTION_LIMIT);
    }

    @Test
    void reportsACutConnection() throws Exception {
        tenant.run(
                "CREATE FUNCTION slow(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.pg_sleep(0.01); SELECT $1'",
                "CREATE TABLE u AS SELECT g AS a FROM generate_series(1, 3) AS g",
                "CREATE INDEX ON u (slow(a))",
                "INSERT INTO u SELECT generate_series(4, 300)");
        dump();
        var running = restore().start();
        await("the restore writes").until(() -> !tenant.ask(
                        "postgres",
                        "SELECT pid FROM pg_stat_activity WHERE datname = '" + scratch
                                + "' AND query LIKE 'CREATE INDEX%'")
                .isEmpty());
        tenant.ask(
                "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + scratch + "'");

        var outcome = running.await(Duration.ofMinutes(1));

        assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(ExitReason.INSTANCE_UNREACHABLE);
    }

    // ---- the target

    @Test
    void neverWritesIntoADatabaseThatHasTables() throws Exception {
        dump();

        assertFails(restore().with("PGDATABASE", tenant.database()), ExitReason.RESTORE_FAILED);
        assertThat(tenant.ask(tenant.database(), "SELECT count(*) FROM public.t"))
                .containsExactly("1000");
    }

    @Test
    void namesTheEntryThatFailed() throws Exception {
        tenant.run("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
        dump();
        tenant.extensionsIn(scratch, "CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS 'SELECT 2'");

        assertThat(assertFails(restore(), ExitReason.RESTORE_FAILED).message())
                .contains("FUNCTION f()")
                .contains("already exists");
    }

    @Test
    void reportsAMissingExtension() throws Exception {
        tenant.run("CREATE EXTENSION hstore SCHEMA public");
        dump();

        assertThat(assertFails(restore(), ExitReason.EXTENSION_UNAVAILABLE).message())
                .contains("hstore");
    }

    @Test
    void takesTheNameOfItsDatabaseLiterally() throws Exception {
        dump();
        tenant.asAdmin("postgres", "DROP DATABASE \"" + scratch + "\"");
        scratch = tenant.scratch("dbname=" + tenant.database() + " it's \\ odd");

        assertThat(assertSucceeds(restore())).returns(1000L, Restored::rows);
        assertThat(tenant.ask(scratch, "SELECT count(*) FROM public.t")).containsExactly("1000");
    }

    @Test
    void leavesASchemaOutThatWasMadeForAnExtension() throws Exception {
        tenant.run(
                "CREATE SCHEMA \"my ext\"",
                "CREATE SCHEMA \"my ext ension\"",
                "CREATE EXTENSION hstore SCHEMA \"my ext\"",
                "CREATE TABLE \"my ext\".h (a \"my ext\".hstore)");
        dump();
        tenant.extensionsIn(scratch, "CREATE SCHEMA \"my ext\"", "CREATE EXTENSION hstore SCHEMA \"my ext\"");

        assertFails(restore(), ExitReason.RESTORE_FAILED);
        scratch = tenant.scratch(scratch);
        tenant.extensionsIn(scratch, "CREATE SCHEMA \"my ext\"", "CREATE EXTENSION hstore SCHEMA \"my ext\"");
        assertSucceeds(restore().with("EXTENSION_SCHEMAS", "another\nmy ext"));
        assertThat(tenant.ask(scratch, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'my ext%'"))
                .containsExactly("2");
    }

    // ---- privileges

    private String roleThatGoes() throws SQLException {
        var role = "gone_" + NEXT.get();
        tenant.asSuperuser("postgres", "CREATE ROLE " + role);
        return role;
    }

    private void forget(String role) throws SQLException {
        tenant.asSuperuser(tenant.database(), "DROP OWNED BY " + role);
        tenant.asSuperuser("postgres", "DROP ROLE " + role);
    }

    @Test
    void closesWhatItCannotGrant() throws Exception {
        var role = roleThatGoes();
        tenant.run(
                "CREATE FUNCTION secret() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
                "REVOKE EXECUTE ON FUNCTION secret FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION secret TO " + role,
                "GRANT SELECT ON t TO " + role,
                "CREATE FUNCTION plain() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
        dump();
        forget(role);

        var restored = assertSucceeds(restore());

        assertThat(restored).returns(2L, Restored::skippedGrants).returns(1L, Restored::closedRoutines);
        assertThat(restored.skippedNames()).anySatisfy(name -> assertThat(name).contains("FUNCTION secret()"));
        assertThat(tenant.ask(
                        scratch,
                        "SELECT has_function_privilege('"
                                + tenant.names().readOnly().value() + "', 'public.secret()', 'EXECUTE')"))
                .containsExactly("f");
        assertThat(tenant.ask(
                        scratch,
                        "SELECT has_function_privilege('"
                                + tenant.names().readOnly().value() + "', 'public.plain()', 'EXECUTE')"))
                .containsExactly("t");
    }

    @Test
    void skipsAPermissivePolicyWhoseRoleIsGone() throws Exception {
        var role = roleThatGoes();
        tenant.run(
                "CREATE TABLE p (a integer)",
                "ALTER TABLE p ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY mine ON p TO " + role + " USING (true)");
        dump();
        forget(role);

        assertThat(assertSucceeds(restore())).returns(1L, Restored::skippedGrants);
        assertThat(tenant.ask(scratch, "SELECT relrowsecurity FROM pg_class WHERE relname = 'p'"))
                .containsExactly("t");
    }

    @Test
    void opensNoTableThatARestrictivePolicyClosed() throws Exception {
        var role = roleThatGoes();
        tenant.run(
                "CREATE TABLE p (a integer)",
                "ALTER TABLE p ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY all_of_it ON p USING (true)",
                "CREATE POLICY but_not_this ON p AS RESTRICTIVE TO " + role + ", "
                        + tenant.names().readOnly().rendered() + " USING (a > 1)");
        dump();
        forget(role);

        assertThat(assertFails(restore(), ExitReason.RESTORE_FAILED).message())
                .contains("but_not_this")
                .contains(role);
    }

    @Test
    void replaysPoliciesOnlyWhereItIsAskedTo() throws Exception {
        tenant.run(
                "GRANT INSERT ON t TO " + tenant.names().readOnly().rendered(),
                "CREATE FUNCTION secret() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
                "CREATE TABLE p (a integer)",
                "ALTER TABLE p ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON p USING (true)",
                "COMMENT ON POLICY own ON p IS 'c'");
        dump();

        var restored = assertSucceeds(restore().with("PRIVILEGES", "skip"));

        assertThat(restored).returns(0L, Restored::skippedGrants).returns(1L, Restored::closedRoutines);
        assertThat(tenant.ask(scratch, "SELECT polname FROM pg_policy")).containsExactly("own");
        assertThat(tenant.ask(scratch, "SELECT relname FROM pg_class WHERE relacl IS NOT NULL AND oid >= 16384"))
                .isEmpty();
        assertThat(tenant.ask(scratch, "SELECT count(*) FROM pg_default_acl")).containsExactly("0");
        assertThat(new String(Files.readAllBytes(file("toc.txt")), UTF_8)).contains("DEFAULT ACL");
    }
}
