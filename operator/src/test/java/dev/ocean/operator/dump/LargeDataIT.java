package dev.ocean.operator.dump;

import dev.ocean.operator.dump.Attempt.Outcome;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Restored;
import dev.ocean.operator.dump.Lab.Backup;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import static org.assertj.core.api.Assertions.assertThat;

/** What takes minutes and gigabytes, for who asks for it: {@code -Dlarge=true}. */
@Tag("large")
@EnabledIfSystemProperty(named = "large", matches = "true")
class LargeDataIT {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static Lab lab;

    @BeforeAll
    static void open() {
        lab = Lab.open();
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    /** Rows and a sum of their hashes, of each table; one string of all would be longer than a string may be. */
    private static final String CONTENTS = """
            SELECT n.nspname || '.' || c.relname || ' ' || (xpath('/row/h/text()', query_to_xml(format(
              'SELECT count(*) || '' '' || sum(hashtextextended(x::text, 0)) AS h FROM %I.%I AS x', n.nspname, c.relname), false, true, '')))[1]::text
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1""";

    private static void comesBack(Tenant tenant, int number) throws Exception {
        var volume = lab.volume();
        var backup = Backup.of(number);
        var begun = System.nanoTime();
        var dumped = succeeded(lab.attempt(JobScript.DUMP, tenant, volume, backup));
        var dumping = Duration.ofNanos(System.nanoTime() - begun);
        var scratch = tenant.scratch(tenant.database() + "__r_00000001");
        begun = System.nanoTime();
        var restored = succeeded(lab.attempt(JobScript.RESTORE, tenant, volume, backup)
                .with("PGDATABASE", scratch)
                .with("EXPECTED_SHA256", ((BackedUp) dumped.result()).sha256()));
        var restoring = Duration.ofNanos(System.nanoTime() - begun);

        System.out.printf(
                "%s: %s in %s tables, dumped in %.1f s to %d bytes, restored in %.1f s%n",
                tenant.database(),
                tenant.ask("postgres", "SELECT pg_size_pretty(pg_database_size('" + tenant.database() + "'))"),
                ((BackedUp) dumped.result()).tables(),
                dumping.toMillis() / 1e3,
                Files.size(volume.of(backup).resolve("data.dump")),
                restoring.toMillis() / 1e3);
        assertThat(((Restored) restored.result()).rows()).isEqualTo(((BackedUp) dumped.result()).rows());
        assertThat(tenant.ask(scratch, CONTENTS)).isEqualTo(tenant.ask(tenant.database(), CONTENTS));
        assertThat(lab.definitions(scratch)).isEqualTo(lab.definitions(tenant.database()));
    }

    private static Outcome succeeded(Attempt attempt) {
        var outcome = attempt.start().await(LIMIT);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        return outcome;
    }

    @Test
    void tenThousandTablesComeBack() throws Exception {
        var tenant = lab.tenant("many");
        tenant.run("""
                DO $$ BEGIN
                  FOR i IN 1..10000 LOOP
                    EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, v text DEFAULT ''x'')', i);
                    EXECUTE format('INSERT INTO t%s SELECT g, md5(g::text) FROM generate_series(1, %s) AS g', i, i % 7);
                    IF i % 500 = 0 THEN COMMIT; END IF;
                  END LOOP;
                END $$""");

        comesBack(tenant, 1);
    }

    @Test
    void aTableOfMoreThanOneGigabyteComesBack() throws Exception {
        var tenant = lab.tenant("wide");
        tenant.run(
                "CREATE TABLE t AS SELECT g AS id, repeat(md5(g::text), 32) AS v FROM generate_series(1, 1100000) AS g",
                "ALTER TABLE t ADD PRIMARY KEY (id)");
        assertThat(size(tenant)).isGreaterThan(1L << 30);

        comesBack(tenant, 2);
    }

    private static long size(Tenant tenant) throws SQLException {
        return Long.parseLong(tenant.ask(tenant.database(), "SELECT pg_relation_size('public.t')")
                .getFirst());
    }
}
