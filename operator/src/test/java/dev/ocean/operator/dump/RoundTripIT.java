package dev.ocean.operator.dump;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Restored;
import dev.ocean.operator.dump.Lab.Backup;
import dev.ocean.operator.dump.Lab.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Hard data comes back exactly as it was: its definitions as text, each table's rows, sequences, large objects. */
class RoundTripIT {

    private static final String EXTENSIONS =
            "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION pg_trgm SCHEMA public;"
                    + " CREATE EXTENSION btree_gist SCHEMA public";

    private static Lab lab;
    private static Tenant tenant;
    private static Volume volume;
    private static final Backup BACKUP = Backup.of(1);
    private static BackedUp dumped;

    @BeforeAll
    static void dump() throws Exception {
        lab = Lab.open();
        tenant = lab.tenant("hard");
        volume = lab.volume();
        try (var file = RoundTripIT.class.getResourceAsStream("/dump/hard-data.sql")) {
            fill(new String(file.readAllBytes(), UTF_8)
                    .replace("{ro}", tenant.names().readOnly().rendered())
                    .replace("{rw}", tenant.names().readWrite().rendered()));
        }
        var outcome = lab.attempt(JobScript.DUMP, tenant, volume, BACKUP).run();
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        dumped = (BackedUp) outcome.result();
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    /** By psql, which runs one statement after the other. */
    private static void fill(String sql) throws Exception {
        var psql =
                lab.tool("psql", tenant.login(), tenant.password(), tenant.database(), "-Xq", "-v", "ON_ERROR_STOP=1");
        psql.environment().put("PGOPTIONS", "-c client_min_messages=warning");
        psql.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        var process = psql.start();
        try (var input = process.getOutputStream()) {
            input.write(sql.getBytes(UTF_8));
        }
        var errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
    }

    private static SortedMap<String, String> contents(String database) throws SQLException {
        var contents = new TreeMap<String, String>();
        var relations = """
                SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN (KINDS) AND n.nspname !~ '^(pg_|information_schema)' AND (c.relkind <> 'm' OR c.relispopulated)
                """;
        for (var table : tenant.ask(database, relations.replace("KINDS", "'r', 'm', 'p'"))) {
            // Which hash partition a row is in depends on the enum's OID.
            if (!table.startsWith("public.by_mood_")) {
                contents.put(table, rows(database, table));
            }
        }
        for (var sequence : tenant.ask(database, relations.replace("KINDS", "'S'"))) {
            contents.put(sequence, rows(database, sequence));
        }
        for (var object : tenant.ask(database, "SELECT oid FROM pg_largeobject_metadata")) {
            contents.put(
                    "large object " + object,
                    String.valueOf(tenant.ask(database, "SELECT md5(lo_get(" + object + "))")));
        }
        return contents;
    }

    private static String rows(String database, String relation) throws SQLException {
        var log = relation.endsWith("_seq") || relation.contains("se.q") || relation.endsWith("unused");
        var columns = log ? "format('%s %s', last_value, is_called)" : "x::text";
        return String.valueOf(tenant.ask(
                database,
                "SELECT count(*) || ' ' || md5(coalesce(string_agg(" + columns + ", E'\\n' ORDER BY " + columns
                        + " COLLATE \"C\"), '')) FROM " + relation + " AS x"));
    }

    @Test
    void bringsBackExactlyWhatWasThere() throws Exception {
        var scratch = tenant.scratch("hard__r_00000001");
        tenant.extensionsIn(scratch, EXTENSIONS);
        var before = contents(tenant.database());
        assertThat(before).hasSize(33);

        var outcome = lab.attempt(JobScript.RESTORE, tenant, volume, BACKUP)
                .with("PGDATABASE", scratch)
                .with("EXTENSION_SCHEMAS", "ext")
                .with("EXPECTED_SHA256", dumped.sha256())
                .run();

        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(lab.definitions(scratch)).isEqualTo(lab.definitions(tenant.database()));
        assertThat(contents(scratch)).isEqualTo(before);
        var restored = (Restored) outcome.result();
        assertThat(restored.skippedGrants()).as(restored.toString()).isZero();
        assertThat(restored.tables()).isEqualTo(dumped.tables());
        assertThat(restored.rows()).isEqualTo(dumped.rows());
        assertThat(restored.leftOut()).isEqualTo(dumped.leftOut());
    }

    @Test
    void countsAllButNamesThatSpanLines() {
        assertThat(dumped.uncounted()).isEqualTo(2);
        assertThat(dumped.largeObjects()).isEqualTo(3);
        assertThat(dumped.extensions())
                .extracting(JobResult.DumpedExtension::name)
                .containsExactly("btree_gist", "citext", "pg_trgm");
        assertThat(dumped.leftOut()).containsEntry("EXTENSION", 3L);
    }

    @Test
    void proves() throws IOException {
        var outcome = lab.attempt(JobScript.CHECK, tenant, volume, BACKUP)
                .with("EXPECTED_SHA256", dumped.sha256())
                .with("FULL_DECODE", "true")
                .run();

        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(outcome.result()).isEqualTo(dumped);
        assertThat(Files.size(volume.of(BACKUP).resolve("data.dump"))).isEqualTo(dumped.sizeBytes());
    }
}
