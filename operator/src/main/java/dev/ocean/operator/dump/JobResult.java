package dev.ocean.operator.dump;

import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a script says in its termination message: one JSON line of at most 4 KiB. The manifest on the volume and the names in it are other people's input, and
 * so is this text: what does not fit is no result at all.
 */
public sealed interface JobResult {

    /**
     * A complete backup: of {@link JobScript#DUMP}, or as {@link JobScript#CHECK} found it.
     *
     * @param sha256 of {@code data.dump}, 64 hex digits
     * @param serverVersionNum {@code server_version_num} of the server that was dumped
     * @param tables whose rows were counted; 0 at level {@code Archive}
     * @param uncounted tables that were not, for their names or by the level
     * @param leftOut entries of the archive that a restore leaves out, by kind
     * @param databaseName on the server
     * @param extensions to be made before a restore, by name; at most what fits into the message
     * @param extensionsLeftOff further ones, which only the manifest names
     */
    record BackedUp(
            Instant startTime,
            Instant completionTime,
            long sizeBytes,
            long databaseSizeBytes,
            String sha256,
            int serverVersionNum,
            int clientMajor,
            long tables,
            long rows,
            long uncounted,
            long largeObjects,
            Map<String, Long> leftOut,
            String verification,
            String databaseName,
            Locality locality,
            List<DumpedExtension> extensions,
            long extensionsLeftOff)
            implements JobResult {
        public BackedUp {
            leftOut = Map.copyOf(leftOut);
            extensions = List.copyOf(extensions);
        }
    }

    /**
     * What cannot be changed once a database is made.
     *
     * @param provider {@code libc}, {@code icu} or {@code builtin}
     * @param locale of the provider; empty with libc
     */
    record Locality(String encoding, String collate, String ctype, String provider, Optional<String> locale) {}

    /** @param trusted whether the tenant's login may make it */
    record DumpedExtension(String name, String version, String schema, boolean trusted) {}

    /**
     * A restored and counted database.
     *
     * @param skippedGrants entries of the second pass that could not be replayed, as a role is gone
     * @param skippedNames the first of them, as the archive lists them
     * @param closedRoutines SECURITY DEFINER routines that nobody but their owner may execute any more, as their grants were lost
     */
    record Restored(
            long tables,
            long rows,
            long skippedGrants,
            List<String> skippedNames,
            long closedRoutines,
            Map<String, Long> leftOut,
            Duration duration)
            implements JobResult {
        public Restored {
            skippedNames = List.copyOf(skippedNames);
            leftOut = Map.copyOf(leftOut);
        }
    }

    /** The backup's files are gone. */
    record Deleted() implements JobResult {}

    /**
     * The script's own account of its end. The exit code decides what happens next ({@link ExitReason}); this explains it.
     *
     * @param message one sentence for the user and one with the fix; names in it are the tenant's
     */
    record Failed(Reason reason, String message) implements JobResult {}

    /**
     * @param script that wrote it
     * @return empty if the message is lost, cut or not of this script: then the volume, or another run, tells
     */
    static Optional<JobResult> parse(JobScript script, String message) {
        return ResultLine.of(message).flatMap(line -> line.result(script));
    }
}
