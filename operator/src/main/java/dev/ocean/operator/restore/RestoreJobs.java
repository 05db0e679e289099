package dev.ocean.operator.restore;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.ToolJob;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ResourceNames;
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
        return job(
                request,
                new Task(JobScript.CHECK, Optional.empty(), Map.of("FULL_DECODE", "false")),
                attempt,
                settings);
    }

    /** Fills the scratch database and counts, logged in as the tenant. */
    static Job restore(RestoreRequest request, BackedUp backup, int attempt, ToolSettings settings) {
        var live = request.references().login();
        var scratch = new ToolLogin(
                live.endpoint(), live.major(), request.scratch().value(), live.username(), live.secretName());
        return job(
                request,
                new Task(JobScript.RESTORE, Optional.of(scratch), filling(request, backup)),
                attempt,
                settings);
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

    /** What is to run, and what it is told. */
    private record Task(JobScript script, Optional<ToolLogin> login, Map<String, String> environment) {}

    private static Job job(RestoreRequest request, Task task, int attempt, ToolSettings settings) {
        var source = Validation.source(request);
        var all = new LinkedHashMap<>(task.environment());
        all.put("BACKUP_PATH", source.path());
        all.put("BACKUP_UID", source.id().uid());
        all.put("EXPECTED_SHA256", source.sha256());
        var labels = Map.of(
                Labels.ATTEMPT,
                Integer.toString(attempt),
                Labels.DATABASE,
                request.references().database().name());
        return new ToolJob(
                        task.script(),
                        ResourceNames.job(request.id(), ToolJob.task(task.script()), attempt),
                        request.id(),
                        labels,
                        request.references().login().major(),
                        task.login(),
                        source.claimName(),
                        all)
                .toJob(settings);
    }
}
