package dev.ocean.operator.scratch;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.ToolJob;
import dev.ocean.operator.dump.ToolJob.Task;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.naming.Labels;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The Jobs that check a backup and restore it, as values. */
final class FillingJobs {

    private FillingJobs() {}

    /** Compares the backup's files with what its status says of them. */
    static Job check(Filling filling, int attempt, ToolSettings settings) {
        return job(filling, JobScript.CHECK, Optional.empty(), Map.of("FULL_DECODE", "false"), attempt)
                .toJob(settings);
    }

    /** Fills the scratch database and counts, logged in as the tenant. */
    static Job restore(Filling filling, BackedUp backup, int attempt, ToolSettings settings) {
        var login = filling.login();
        var scratch = new ToolLogin(
                login.endpoint(), login.major(), filling.scratch().value(), login.username(), login.secretName());
        return job(filling, JobScript.RESTORE, Optional.of(scratch), inputs(filling, backup), attempt)
                .toJob(settings);
    }

    private static Map<String, String> inputs(Filling filling, BackedUp backup) {
        var schemas = backup.extensions().stream()
                .map(DumpedExtension::schema)
                .distinct()
                .collect(Collectors.joining("\n"));
        return Map.of("EXTENSION_SCHEMAS", schemas, "PRIVILEGES", filling.isOfThisName(backup) ? "replay" : "skip");
    }

    private static ToolJob job(
            Filling filling,
            JobScript script,
            Optional<ToolLogin> login,
            Map<String, String> environment,
            int attempt) {
        var source = filling.backup();
        var all = new LinkedHashMap<>(environment);
        all.put("BACKUP_PATH", source.path());
        all.put("BACKUP_UID", source.id().uid());
        all.put("EXPECTED_SHA256", source.sha256());
        return new ToolJob(
                new Task(script, filling.login().major(), login, all),
                filling.operation(),
                attempt,
                Map.of(Labels.DATABASE, filling.database().name()),
                source.claimName());
    }
}
