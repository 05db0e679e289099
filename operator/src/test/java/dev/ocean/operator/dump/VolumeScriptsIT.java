package dev.ocean.operator.dump;

import dev.ocean.operator.dump.Attempt.Outcome;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Deleted;
import dev.ocean.operator.dump.Lab.Backup;
import dev.ocean.operator.dump.Lab.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Whatever somebody planted on the volume: no script follows it, and nothing outside of the backup's own directories changes. */
class VolumeScriptsIT {

    private static final AtomicInteger NEXT = new AtomicInteger(900);
    private static Lab lab;
    private static Tenant tenant;

    private Volume volume;
    private Backup backup;
    private Path elsewhere;

    @BeforeAll
    static void open() throws Exception {
        lab = Lab.open();
        tenant = lab.tenant("d");
        tenant.run("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 10) AS g");
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @BeforeEach
    void make() {
        volume = lab.volume();
        backup = Backup.of(NEXT.incrementAndGet());
        elsewhere = lab.directory("elsewhere");
        lab.write(elsewhere.resolve("precious"), "precious");
    }

    @AfterEach
    void nothingElseChanged() throws IOException {
        try (var files = Files.list(elsewhere)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("precious");
        }
    }

    private Outcome run(JobScript script) {
        return lab.attempt(script, tenant, volume, backup).run();
    }

    private void dump() {
        var outcome = run(JobScript.DUMP);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
    }

    private void link(Path link) throws IOException {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, elsewhere);
        own();
    }

    /** Without following what was planted. */
    private void own() {
        dev.ocean.sandbox.process.ServiceUser.instead().ifPresent(user -> {
            try {
                new ProcessBuilder("chown", "-hR", user, volume.root().toString())
                        .start()
                        .waitFor();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(JobScript.class)
    void goesThroughNoLink(JobScript script) throws IOException {
        link(volume.root().resolve(Lab.PROJECT));
        assertThat(run(script).reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);

        Files.delete(volume.root().resolve(Lab.PROJECT));
        link(volume.database());
        assertThat(run(script).reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);
    }

    @ParameterizedTest
    @EnumSource(JobScript.class)
    void goesThroughNoFile(JobScript script) throws IOException {
        Files.createDirectories(volume.database().getParent());
        Files.writeString(volume.database(), "file");
        own();

        assertThat(run(script).reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);
        assertThat(volume.database()).hasContent("file");
    }

    @Test
    void takesNoLinkForABackup() throws IOException {
        link(volume.of(backup));

        assertThat(run(JobScript.CHECK).reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);
        assertThat(run(JobScript.RESTORE).reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);
        assertThat(run(JobScript.DUMP).reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);
        assertThat(volume.of(backup)).isSymbolicLink();
    }

    @Test
    void dumpsIntoNoLink() throws IOException {
        link(volume.partial(backup));

        dump();

        assertThat(volume.names()).containsExactly(backup.location().directory());
        assertThat(volume.of(backup)).isDirectory().isNotEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.dump", "toc.txt", "manifest.json", "SHA256SUMS"})
    void readsNoLinkAndNoPipe(String name) throws Exception {
        dump();
        var file = volume.of(backup).resolve(name);
        Files.move(file, volume.of(backup).resolve("moved"));
        Files.createSymbolicLink(file, Path.of("moved"));
        assertThat(run(JobScript.CHECK).reason()).isEqualTo(ExitReason.ARCHIVE_UNREADABLE);
        assertThat(run(JobScript.RESTORE).reason()).isEqualTo(ExitReason.ARCHIVE_UNREADABLE);

        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertThat(run(JobScript.CHECK).reason()).isEqualTo(ExitReason.ARCHIVE_UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../../../etc/20261122T030000Z-00000001",
                "shop/../20261122T030000Z-00000001",
                "/shop/orders/20261122T030000Z-00000001",
                "shop/orders/.partial-x",
                "shop/orders/20261122T030000Z-00000001/..",
                "-rf/orders/20261122T030000Z-00000001",
                "shop/orders",
                ""
            })
    void takesNoOtherPath(String path) throws IOException {
        for (var script : JobScript.values()) {
            var outcome = lab.attempt(script, tenant, volume, backup)
                    .with("BACKUP_PATH", path)
                    .run();
            assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(ExitReason.UNEXPECTED);
        }
        assertThat(volume.root()).isEmptyDirectory();
    }

    // ---- removal

    private void assertDeleted() throws IOException {
        var outcome = run(JobScript.DELETE);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(outcome.result()).isEqualTo(new Deleted());
        assertThat(volume.names())
                .noneMatch(name -> name.contains(backup.uid())
                        || name.equals(backup.location().directory()));
    }

    @Test
    void removesABackupAndNoOther() throws IOException {
        var other = backup;
        dump();
        backup = Backup.of(NEXT.incrementAndGet());
        dump();

        assertDeleted();

        assertThat(volume.names()).containsExactly(other.location().directory());
        backup = other;
        assertThat(run(JobScript.CHECK).result()).isInstanceOf(BackedUp.class);
    }

    @Test
    void removesWhatIsGoneAlready() throws IOException {
        assertDeleted();
        assertThat(volume.root()).isEmptyDirectory();

        dump();
        assertDeleted();
        assertDeleted();
    }

    @Test
    void removesWhatKilledRunsLeft() throws IOException {
        Files.createDirectories(volume.partial(backup).resolve("deep/er"));
        Files.createDirectories(volume.database().resolve(".deleted-" + backup.uid()));
        Files.writeString(volume.database().resolve(".deleted-" + backup.uid()).resolve("data.dump"), "half");
        own();
        dump();
        Files.createDirectories(volume.partial(backup).resolve("deep/er"));
        own();

        assertDeleted();
    }

    @Test
    void removesLinksAndNotWhatTheyPointTo() throws IOException {
        link(volume.of(backup));
        link(volume.partial(backup));
        link(volume.database().resolve(".deleted-" + backup.uid()));

        assertDeleted();
    }

    @Test
    void keepsItsNameOnlyUntilTheFirstRename() throws Exception {
        dump();
        var outcome = lab.attempt(JobScript.DELETE, tenant, volume, backup)
                .withProgramsOf(programThatFails("rm", "[[ \"$*\" != *.partial-* ]] || exit 1; exec /bin/rm \"$@\""))
                .run();

        assertThat(outcome.reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);
        assertThat(volume.names()).containsExactly(".deleted-" + backup.uid());
        assertDeleted();
    }

    private static Path programThatFails(String name, String script) throws IOException {
        var programs = lab.directory("programs");
        var program = lab.write(programs.resolve(name), "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs;
    }

    @Test
    void reportsThatItMayNotRemove() throws IOException {
        dump();
        Files.setPosixFilePermissions(volume.database(), PosixFilePermissions.fromString("r-x------"));

        assertThat(run(JobScript.DELETE).reason()).isEqualTo(ExitReason.STORAGE_NOT_WRITABLE);
        Files.setPosixFilePermissions(volume.database(), PosixFilePermissions.fromString("rwx------"));
        assertThat(run(JobScript.CHECK).result()).isInstanceOf(BackedUp.class);
    }

    // ---- the text itself

    @ParameterizedTest
    @EnumSource(JobScript.class)
    void hasNothingThatAKubeletExpands(JobScript script) {
        var variables = List.of(
                "PATH",
                "WORK",
                "MANIFEST",
                "BACKUP_PATH",
                "BACKUP_UID",
                "RESULT_FILE",
                "PGDATABASE",
                "PGPASSWORD",
                "EXPECTED_SHA256");

        assertThat(script.text()).doesNotContain("$$");
        assertThat(variables).allSatisfy(variable -> assertThat(script.text()).doesNotContain("$(" + variable + ")"));
        assertThat(script.text().length()).isLessThan(100_000);
    }

    @ParameterizedTest
    @EnumSource(JobScript.class)
    void passesTheShellsLinter(JobScript script) throws Exception {
        var here = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "shellcheck")));
        Assumptions.assumeTrue(here || "required".equals(System.getProperty("tools")), "shellcheck is not installed");
        var file = lab.write(lab.directory("lint").resolve("script"), script.text());
        var linter = new ProcessBuilder("shellcheck", "-s", "bash", file.toString())
                .redirectErrorStream(true)
                .start();
        var findings = new String(linter.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.joining("\n"));

        assertThat(linter.waitFor()).as(findings).isZero();
    }
}
