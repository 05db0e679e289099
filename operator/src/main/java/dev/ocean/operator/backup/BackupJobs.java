package dev.ocean.operator.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ocean.operator.api.v1beta1.DatabaseBackupSpec.Verification;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.dump.ToolJob;
import dev.ocean.operator.dump.ToolJob.Task;
import dev.ocean.operator.dump.ToolLogin;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.reference.BackupReferences;
import dev.ocean.operator.reference.DatabaseReferences;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The Jobs of one backup as values. */
final class BackupJobs {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MANIFEST_FORMAT = 1;

    private static final Map<String, String> CHECKING = Map.of("EXPECTED_SHA256", "", "FULL_DECODE", "true");

    /** The scripts that talk to no server run with any major's tools. */
    private static final int ANY_MAJOR = 17;

    private BackupJobs() {}

    /** Makes the backup: dumps it, or checks the one that is taken over. */
    static Job making(BackupRequest request, BackupReferences references, int attempt, ToolSettings settings) {
        var task = request.imported()
                ? new Task(JobScript.CHECK, major(references), Optional.empty(), CHECKING)
                : new Task(JobScript.DUMP, major(references), references.login(), dumping(request, references));
        return job(request, task, attempt, settings);
    }

    /** Removes its files. */
    static Job removing(BackupRequest request, int attempt, ToolSettings settings) {
        var major = request.memory().serverVersion().map(BackupJobs::major).orElse(ANY_MAJOR);
        return job(request, new Task(JobScript.DELETE, major, Optional.empty(), Map.of()), attempt, settings);
    }

    private static Job job(BackupRequest request, Task task, int attempt, ToolSettings settings) {
        var all = new LinkedHashMap<>(task.environment());
        all.put("BACKUP_PATH", request.location().path());
        all.put("BACKUP_UID", request.id().uid());
        var labels = Map.of(
                Labels.PROJECT,
                request.location().project(),
                Labels.DATABASE,
                request.location().database());
        var placed = new Task(task.script(), task.major(), task.login(), all);
        return new ToolJob(placed, request.id(), attempt, labels, request.claimName()).toJob(settings);
    }

    private static int major(BackupReferences references) {
        return references.serverVersion().map(BackupJobs::major).orElse(ANY_MAJOR);
    }

    private static int major(String version) {
        return Integer.parseInt(version.split("\\D", 2)[0]);
    }

    private static Map<String, String> dumping(BackupRequest request, BackupReferences references) {
        return Map.of(
                "MANIFEST",
                manifest(request, references),
                "VERIFICATION",
                request.verification() == Verification.ARCHIVE ? "Archive" : "RowCounts",
                "PREVIOUS_BYTES",
                Long.toString(references.previousBytes()));
    }

    /** The part of {@code manifest.json} that only we know; the script adds what it finds. */
    private static String manifest(BackupRequest request, BackupReferences references) {
        var id = request.id();
        var database = references.database();
        var manifest = new LinkedHashMap<String, Object>();
        manifest.put("format", MANIFEST_FORMAT);
        manifest.put("backup", Map.of("name", id.name(), "namespace", id.namespace(), "uid", id.uid()));
        manifest.put("project", references.project());
        manifest.put(
                "database",
                Map.of(
                        "name",
                        database.name(),
                        "uid",
                        database.uid(),
                        "databaseName",
                        references.login().map(ToolLogin::database).orElse("")));
        references.server().ifPresent(server -> manifest.put("instance", instance(server)));
        try {
            return JSON.writeValueAsString(manifest);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can be written", e);
        }
    }

    private static Map<String, String> instance(DatabaseReferences server) {
        return Map.of(
                "namespace", server.instance().namespace(),
                "name", server.instance().name(),
                "systemIdentifier", server.server().systemIdentifier());
    }
}
