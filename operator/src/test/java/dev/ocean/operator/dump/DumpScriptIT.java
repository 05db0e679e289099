package dev.ocean.operator.dump;

import dev.ocean.operator.dump.Attempt.Outcome;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Failed;
import dev.ocean.operator.dump.Lab.Backup;
import dev.ocean.operator.dump.Lab.Volume;
import dev.ocean.sandbox.process.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A dump that fails says why, leaves nothing that looks like a backup, and a dump that does not is complete. */
class DumpScriptIT {

    private static final AtomicInteger NEXT = new AtomicInteger(100);
    private static Lab lab;

    private Tenant tenant;
    private Volume volume;
    private Backup backup;

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
    }

    @AfterEach
    void drop() throws SQLException {
        tenant.asAdmin("postgres", "DROP DATABASE IF EXISTS \"" + tenant.database() + "\" WITH (FORCE)");
    }

    private Attempt dump() {
        return lab.attempt(JobScript.DUMP, tenant, volume, backup);
    }

    private Outcome assertFails(Attempt attempt, ExitReason reason) throws IOException {
        var outcome = attempt.run();
        assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(reason);
        assertThat(outcome.result()).isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.reason())
                .isEqualTo(reason.reason()));
        assertThat(outcome.toString()).doesNotContain(tenant.password());
        assertThat(volume.names()).isEmpty();
        return outcome;
    }

    private BackedUp assertSucceeds(Attempt attempt) throws IOException {
        var outcome = attempt.run();
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(volume.names()).containsExactly(backup.location().directory());
        assertThat(outcome.toString()).doesNotContain(tenant.password());
        return (BackedUp) outcome.result();
    }

    /** A program that is found before PostgreSQL's; {@code $REAL} is the one behind it. */
    private Attempt withProgram(String name, String script) throws IOException {
        var programs = lab.directory("programs");
        var program = lab.write(
                programs.resolve(name), "#!/bin/bash\nREAL=" + lab.programs().resolve(name) + "\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return dump().withProgramsOf(programs);
    }

    @Test
    void reportsWhatItDumped() throws Exception {
        tenant.run("CREATE TABLE \"weird\n\" (a integer)", "SELECT pg_catalog.lo_create(0)");

        var result = assertSucceeds(dump());

        assertThat(result)
                .returns(1L, BackedUp::tables)
                .returns(1000L, BackedUp::rows)
                .returns(1L, BackedUp::uncounted)
                .returns(1L, BackedUp::largeObjects)
                .returns("RowCounts", BackedUp::verification)
                .returns(tenant.database(), BackedUp::databaseName)
                .returns(lab.server().major(), BackedUp::clientMajor);
        assertThat(result.locality().encoding()).isEqualTo("UTF8");
        assertThat(result.completionTime()).isAfterOrEqualTo(result.startTime());
        try (var files = Files.list(volume.of(backup))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("data.dump", "toc.txt", "manifest.json", "SHA256SUMS");
        }
    }

    @Test
    void keepsWhatOnlyTheOperatorKnows() throws Exception {
        var odd = "it's \\\"; DROP TABLE t; -- :rows :'manifest' $(id) `id` \\\\ ü";
        var manifest = backup.manifest(tenant).replace("\"work_mem\": \"4MB\"", "\"search_path\": \"" + odd + "\"");

        assertSucceeds(dump().with("MANIFEST", manifest));

        assertThat(volume.of(backup).resolve("manifest.json"))
                .content()
                .contains("\"search_path\": \"" + odd + "\"")
                .contains("\"connectionLimit\": 50")
                .doesNotContain(tenant.password());
    }

    @Test
    void leavesCountsOutAtLevelArchive() throws Exception {
        var result = assertSucceeds(dump().with("VERIFICATION", "Archive"));

        assertThat(result)
                .returns(0L, BackedUp::tables)
                .returns(0L, BackedUp::rows)
                .returns(1L, BackedUp::uncounted)
                .returns("Archive", BackedUp::verification);
    }

    @Test
    void dumpsAnEmptyDatabase() throws Exception {
        tenant.run("DROP TABLE t");

        assertThat(assertSucceeds(dump())).returns(0L, BackedUp::tables).returns(0L, BackedUp::rows);
    }

    @Test
    void reportsAFinishedDumpAgain() throws Exception {
        var first = assertSucceeds(dump());
        var written = Files.getLastModifiedTime(volume.of(backup).resolve("data.dump"));
        tenant.run("INSERT INTO t VALUES (0, 'later')");

        assertThat(assertSucceeds(dump())).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(volume.of(backup).resolve("data.dump")))
                .isEqualTo(written);
    }

    @Test
    void doesNotReportARottenOne() throws Exception {
        assertSucceeds(dump());
        Files.writeString(volume.of(backup).resolve("toc.txt"), "other");

        assertThat(dump().run().reason()).isEqualTo(ExitReason.CHECKSUM_MISMATCH);
    }

    @Test
    void removesTheStrayOfAnEarlierAttempt() throws Exception {
        Files.createDirectories(volume.partial(backup));
        lab.write(volume.partial(backup).resolve("data.dump"), "half");
        lab.owned(volume.root());

        assertSucceeds(dump());
    }

    @Test
    void doesWithoutATenantsSettings() throws Exception {
        tenant.asSuperuser(
                "postgres",
                "ALTER ROLE %1$s SET client_encoding = 'LATIN1'; ALTER ROLE %1$s SET quote_all_identifiers = on; ALTER ROLE %1$s SET statement_timeout = 1;"
                                .formatted(tenant.login())
                        + "ALTER ROLE %1$s SET default_transaction_read_only = on; ALTER ROLE %1$s SET exit_on_error = on; ALTER ROLE %1$s SET search_path = public;"
                                .formatted(tenant.login())
                        + "ALTER ROLE %1$s SET standard_conforming_strings = off; ALTER ROLE %1$s SET lock_timeout = 1; ALTER ROLE %1$s SET datestyle = 'German'"
                                .formatted(tenant.login()));
        tenant.asSuperuser(
                tenant.database(),
                "CREATE TABLE public.\"日本 €\" AS SELECT '€ \\'::text AS a; ALTER TABLE public.\"日本 €\" OWNER TO "
                        + tenant.owner(),
                "CREATE FUNCTION public.count(anyelement) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'",
                "CREATE FUNCTION public.same(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'; CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = text, FUNCTION = public.same)");

        assertThat(assertSucceeds(dump())).returns(2L, BackedUp::tables).returns(1001L, BackedUp::rows);
    }

    @Test
    void seesOneMomentWhileOthersWrite() throws Exception {
        tenant.run(
                "CREATE TABLE pair AS SELECT g AS a FROM generate_series(1, 20000) AS g",
                "CREATE TABLE twin AS TABLE pair");
        var going = new AtomicBoolean(true);
        var writes = new AtomicInteger();
        var writer = Thread.ofVirtual().start(() -> write(going, writes));
        try {
            await("the writer writes").until(() -> writes.get() > 3);
            for (var i = 0; i < 3; i++) {
                backup = Backup.of(NEXT.incrementAndGet());
                volume = lab.volume();
                var before = writes.get();
                assertSucceeds(dump());
                assertThat(writes.get()).isGreaterThan(before);
                var manifest = Files.readString(volume.of(backup).resolve("manifest.json"));
                assertThat(rows(manifest, "pair")).isEqualTo(rows(manifest, "twin"));
            }
        } finally {
            going.set(false);
            writer.join();
        }
    }

    private void write(AtomicBoolean going, AtomicInteger writes) {
        try (var connection = tenant.connect(tenant.database());
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (going.get()) {
                statement.execute("INSERT INTO pair SELECT generate_series(1, 50)");
                statement.execute("INSERT INTO twin SELECT generate_series(1, 50)");
                connection.commit();
                writes.incrementAndGet();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String rows(String manifest, String table) {
        return manifest.lines()
                .filter(line -> line.startsWith("{\"name\": \"" + table + "\""))
                .map(line -> line.replaceAll(".*\"rows\": (\\d+).*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void takesManySmallTables() throws Exception {
        tenant.asSuperuser(
                tenant.database(),
                "DO $$ BEGIN FOR i IN 1..2000 LOOP EXECUTE format('CREATE TABLE public.small_%s (id integer PRIMARY KEY, b text)', i);"
                        + " EXECUTE format('INSERT INTO public.small_%1$s VALUES (%1$s, ''x'')', i); EXECUTE format('ALTER TABLE public.small_%s OWNER TO %I', i, '"
                        + tenant.owner() + "'); END LOOP; END $$");
        var begun = System.nanoTime();

        var result = assertSucceeds(dump());

        assertThat(result).returns(2001L, BackedUp::tables).returns(3000L, BackedUp::rows);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void reportsAServerThatDoesNotAnswer() throws Exception {
        assertFails(dump().with("PGPORT", Integer.toString(FreePort.pick())), ExitReason.INSTANCE_UNREACHABLE);
    }

    @Test
    void reportsAServerThatIsAnother() throws Exception {
        assertFails(dump().with("PGSSLROOTCERT", "/etc/hostname"), ExitReason.INSTANCE_UNREACHABLE);
    }

    @Test
    void reportsAWrongPassword() throws Exception {
        assertFails(dump().with("PGPASSWORD", "wrong"), ExitReason.AUTHENTICATION_FAILED);
    }

    @Test
    void reportsALockedLogin() throws Exception {
        tenant.asSuperuser("postgres", "ALTER ROLE " + tenant.login() + " NOLOGIN");

        assertFails(dump(), ExitReason.AUTHENTICATION_FAILED);
    }

    @Test
    void reportsAMissingDatabase() throws Exception {
        assertFails(dump().with("PGDATABASE", "host=nowhere dbname=x"), ExitReason.DATABASE_MISSING);
    }

    @ParameterizedTest
    @CsvSource({"pg_dump (PostgreSQL) 9.6.1", "pg_dump (PostgreSQL) 99.1 (Debian 99)", "hello"})
    void reportsAnotherMajor(String version) throws Exception {
        assertFails(withProgram("pg_dump", "echo '" + version + "'"), ExitReason.CLIENT_VERSION_MISMATCH);
    }

    @Test
    void reportsAMissingTool() throws Exception {
        assertFails(dump().withOnlyProgramsOf(lab.directory("empty")), ExitReason.TOOL_MISSING);
    }

    @Test
    void reportsAToolThatCannotRun() throws Exception {
        assertFails(withProgram("pg_dump", "exit 127"), ExitReason.TOOL_MISSING);
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void reportsThatConnectionsAreUsedUp(int limit) throws Exception {
        // With 1 the counts get in and pg_dump does not.
        tenant.asSuperuser("postgres", "ALTER ROLE " + tenant.login() + " CONNECTION LIMIT " + limit);

        assertFails(dump(), ExitReason.CONNECTION_LIMIT);
    }

    @Test
    void reportsAVolumeThatIsNotItsOwn() throws Exception {
        Files.setPosixFilePermissions(volume.root(), PosixFilePermissions.fromString("r-x------"));

        assertFails(dump(), ExitReason.STORAGE_NOT_WRITABLE);
    }

    @Test
    void reportsAVolumeThatIsNotThere() throws Exception {
        assertFails(dump().with("DATABASE_BACKUP_DIR", "/nowhere"), ExitReason.STORAGE_NOT_WRITABLE);
    }

    @Test
    void asksForSpaceBeforeItWrites() throws Exception {
        var outcome = assertFails(dump().with("PREVIOUS_BYTES", "4000000000000000000"), ExitReason.INSUFFICIENT_SPACE);

        assertThat(outcome.message()).contains("5000000000016777216");
    }

    @Test
    void leavesNothingOnAFullVolume() throws Exception {
        tenant.run(
                "CREATE TABLE big AS SELECT (SELECT string_agg(md5(g::text || i::text), '') FROM generate_series(1, 1000) AS i) AS b FROM generate_series(1, 1500) AS g");
        var mounted = mountSmall(volume.root());
        Assumptions.assumeTrue(mounted, "only root may mount a small file system");
        try {
            assertFails(dump().with("PREVIOUS_BYTES", "1"), ExitReason.STORAGE_FULL);
        } finally {
            new ProcessBuilder("umount", volume.root().toString()).start().waitFor();
        }
    }

    private static boolean mountSmall(Path root) throws IOException, InterruptedException {
        var owner = Files.getAttribute(root, "unix:uid");
        return new ProcessBuilder(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=20m,mode=0770,uid=" + owner,
                                "tmpfs",
                                root.toString())
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void reportsAToolThatFails() throws Exception {
        var outcome = assertFails(
                withProgram(
                        "pg_dump",
                        "[ \"$1\" != -Fc ] || { \"$REAL\" \"$@\"; echo 'pg_dump: error: bad luck' >&2; exit 1; }; exec \"$REAL\" \"$@\""),
                ExitReason.DUMP_FAILED);

        assertThat(outcome.message()).contains("bad luck");
    }

    @Test
    void reportsAToolThatIsKilled() throws Exception {
        assertFails(
                withProgram(
                        "pg_dump",
                        "[[ \"$*\" != *--snapshot* ]] || { \"$REAL\" \"$@\"; kill -9 $$; }; exec \"$REAL\" \"$@\""),
                ExitReason.DUMP_FAILED);
    }

    @Test
    void reportsACutConnection() throws Exception {
        assertFails(
                withProgram("pg_dump", "[[ \"$*\" != *--snapshot* ]] || kill -STOP $$; exec \"$REAL\" \"$@\"")
                        .with("LOCK_SECONDS", "60"),
                ExitReason.INSTANCE_UNREACHABLE,
                running -> {
                    await("pg_dump waits")
                            .until(() -> running.descendants().stream().anyMatch(process -> isStopped(process.pid())));
                    tenant.ask(
                            "postgres",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + tenant.login()
                                    + "'");
                    running.descendants().forEach(process -> resume(process.pid()));
                });
    }

    private interface Meddling {
        void in(Attempt.Running running) throws Exception;
    }

    private void assertFails(Attempt attempt, ExitReason reason, Meddling meddling) throws Exception {
        var running = attempt.start();
        meddling.in(running);
        var outcome = running.await(Duration.ofMinutes(1));
        assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(reason);
        assertThat(volume.names()).isEmpty();
    }

    private static boolean isStopped(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).matches("(?s).*\\) T .*");
        } catch (IOException e) {
            return false;
        }
    }

    private static void resume(long pid) {
        try {
            new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void saysWhoHoldsALockAndShowsNobodyThePassword() throws Exception {
        try (var holder = tenant.connect(tenant.database());
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            var running = dump().with("LOCK_SECONDS", "2").start();
            await("the counts wait").until(() -> !tenant.ask(
                            "postgres", "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                    .isEmpty());
            assertThat(running.descendants()).isNotEmpty().allSatisfy(process -> assertThat(
                            Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")))
                    .doesNotContain(tenant.password()));

            var outcome = running.await(Duration.ofMinutes(1));

            assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(ExitReason.LOCK_TIMEOUT);
            assertThat(outcome.message()).contains("public.t").contains(tenant.login());
            assertThat(volume.names()).isEmpty();
        }
    }

    @Test
    void reportsATableThatTheTenantMayNotRead() throws Exception {
        tenant.asSuperuser(tenant.database(), "CREATE TABLE public.\"fore\nign\" (a integer)");

        assertThat(assertFails(dump(), ExitReason.INSUFFICIENT_PRIVILEGE).message())
                .contains("fore?ign");
    }

    @Test
    void reportsASchemaThatTheTenantMayNotEnter() throws Exception {
        tenant.asSuperuser(
                tenant.database(),
                "CREATE SCHEMA locked; CREATE TABLE locked.t (a integer); GRANT SELECT ON locked.t TO PUBLIC");

        assertThat(assertFails(dump(), ExitReason.INSUFFICIENT_PRIVILEGE).message())
                .contains("locked.t");
    }

    @Test
    void reportsALargeObjectThatTheTenantMayNotRead() throws Exception {
        tenant.asSuperuser(tenant.database(), "SELECT lo_create(4711)");

        assertThat(assertFails(dump(), ExitReason.INSUFFICIENT_PRIVILEGE).message())
                .contains("4711");
    }

    @Test
    void reportsASequenceThatTheTenantMayNotRead() throws Exception {
        tenant.asSuperuser(tenant.database(), "CREATE SEQUENCE public.foreign_sequence");

        assertThat(assertFails(dump(), ExitReason.INSUFFICIENT_PRIVILEGE).message())
                .contains("foreign_sequence");
    }

    @Test
    void losesNoRowsToRowSecurity() throws Exception {
        tenant.run(
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE t FORCE ROW LEVEL SECURITY",
                "CREATE POLICY few ON t USING (a < 10)");

        assertThat(assertFails(dump(), ExitReason.ROW_SECURITY_BLOCKS).message())
                .contains("public.t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "truncate -s -100 \"$file\"",
                "truncate -s 100 \"$file\"",
                ": > \"$file\"",
                "rm \"$file\"",
                "printf '\\xff' | dd of=\"$file\" bs=1 seek=$(( $(stat -c %s \"$file\") / 2 )) conv=notrunc"
            })
    void reportsAnArchiveThatDoesNotDecode(String damage) throws Exception {
        assertFails(
                withProgram(
                        "pg_dump",
                        "\"$REAL\" \"$@\" || exit; [[ \"$*\" == *--snapshot* ]] || exit 0; file=${*: -1}; " + damage),
                ExitReason.ARCHIVE_UNREADABLE);
    }

    @Test
    void reportsATableWithoutItsData() throws Exception {
        assertThat(assertFails(
                                withProgram("pg_dump", "exec \"$REAL\" \"$@\" --exclude-table-data=public.t"),
                                ExitReason.VERIFICATION_FAILED)
                        .message())
                .contains("public.t is missing");
    }

    @Test
    void reportsRowsOfAnotherMoment() throws Exception {
        // A second snapshot instead of that of the counts.
        var outcome = assertFails(
                withProgram(
                        "pg_dump",
                        "arguments=(); for a in \"$@\"; do [[ $a == --snapshot=* ]] || arguments+=(\"$a\"); done\n"
                                + "[[ \"$*\" != *--snapshot* ]] || psql -Xqc 'INSERT INTO public.t VALUES (0)'\nexec \"$REAL\" \"${arguments[@]}\""),
                ExitReason.VERIFICATION_FAILED);

        assertThat(outcome.message()).contains("public.t has 1001 rows instead of 1000");
    }

    @Test
    void neverOverwritesADirectory() throws Exception {
        Files.createDirectories(volume.of(backup));
        lab.write(volume.of(backup).resolve("manifest.json"), "{\n\"backup\": {\"uid\": \"another\"}\n}\n");
        lab.owned(volume.root());

        var outcome = dump().run();

        assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(ExitReason.COMMIT_FAILED);
        assertThat(volume.of(backup).resolve("manifest.json")).content().contains("another");
        assertThat(volume.names()).isEqualTo(List.of(backup.location().directory()));
    }

    @Test
    void failsWhereTheCommitFails() throws Exception {
        assertFails(withProgram("mv", "echo 'mv: no' >&2; exit 1"), ExitReason.COMMIT_FAILED);
    }

    @Test
    void failsWhereTheDiskDoesNotConfirm() throws Exception {
        assertFails(withProgram("sync", "[[ \"$*\" != *data.dump* ]]"), ExitReason.COMMIT_FAILED);
    }
}
