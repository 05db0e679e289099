package dev.ocean.operator.restore;

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

/** The Jobs of one restore as values. */
final class RestoreJobs {

    private RestoreJobs() {}

    /** Compares the backup's files with what its status says of them. */
    static Job check(RestoreRequest request, int attempt, ToolSettings settings) {
        return job(request, JobScript.CHECK, Optional.empty(), Map.of("FULL_DECODE", "false"), attempt)
                .toJob(settings);
    }

    /** Fills the scratch database and counts, logged in as the tenant. */
    static Job restore(RestoreRequest request, BackedUp backup, int attempt, ToolSettings settings) {
        var live = request.references().login();
        var scratch = new ToolLogin(
                live.endpoint(), live.major(), request.scratch().value(), live.username(), live.secretName());
        return job(request, JobScript.RESTORE, Optional.of(scratch), filling(request, backup), attempt)
                .toJob(settings);
    }

    private static Map<String, String> filling(RestoreRequest request, BackedUp backup) {
        var schemas = backup.extensions().stream()
                .map(DumpedExtension::schema)
                .distinct()
                .collect(Collectors.joining("\n"));
        return Map.of(
                "EXTENSION_SCHEMAS",
                schemas,
                // Grants of another database name its roles, which are not this one's.
                "PRIVILEGES",
                isOfThisName(request, backup) ? "replay" : "skip");
    }

    static boolean isOfThisName(RestoreRequest request, BackedUp backup) {
        return backup.databaseName().equals(request.names().database().value());
    }

    private static ToolJob job(
            RestoreRequest request,
            JobScript script,
            Optional<ToolLogin> login,
            Map<String, String> environment,
            int attempt) {
        var source = Validation.source(request);
        var all = new LinkedHashMap<>(environment);
        all.put("BACKUP_PATH", source.path());
        all.put("BACKUP_UID", source.id().uid());
        all.put("EXPECTED_SHA256", source.sha256());
        return new ToolJob(
                new Task(script, request.references().login().major(), login, all),
                request.id(),
                attempt,
                Map.of(Labels.DATABASE, request.references().database().name()),
                source.claimName());
    }
}
