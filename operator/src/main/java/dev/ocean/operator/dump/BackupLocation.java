package dev.ocean.operator.dump;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a backup lies, relative to the root of the volume: {@code <project>/<database>/<directory>}. No part of it is a tenant's choice of a path: names of
 * objects have no slash, and the directory has one form.
 *
 * @param project {@code metadata.name} of the Project
 * @param database {@code metadata.name} of the ManagedDatabase
 * @param directory {@code yyyyMMddTHHmmssZ-<uid8>}: creation time and first 8 digits of the UID of the DatabaseBackup that made it
 */
public record BackupLocation(String project, String database, String directory) {

    /** The form of {@code spec.importFrom}, and of every directory. */
    public static final String DIRECTORY_PATTERN = "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$";

    private static final Pattern DIRECTORY = Pattern.compile(DIRECTORY_PATTERN);
    // An object's name: it neither begins nor ends with a dot, so it is never "." or "..".
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    public BackupLocation {
        if (!NAME.matcher(project).matches()
                || !NAME.matcher(database).matches()
                || !DIRECTORY.matcher(directory).matches()) {
            throw new IllegalArgumentException("cannot locate a backup: a part of its path has another form");
        }
    }

    /**
     * @param created {@code metadata.creationTimestamp} of the DatabaseBackup
     * @param uid its UID
     */
    public static BackupLocation of(String project, String database, Instant created, String uid) {
        return new BackupLocation(project, database, directory(created, uid));
    }

    /** The last part of the path, which tells apart what is in all projects. */
    public static String directory(Instant created, String uid) {
        return TIME.format(created) + "-" + shortened(uid);
    }

    /**
     * Reads a path back from a status, which somebody may have forged: it is accepted only if its last part is what this very DatabaseBackup has, so it
     * reaches no other backup's files.
     *
     * @param created {@code metadata.creationTimestamp} of the DatabaseBackup whose status it is
     * @param uid its UID
     * @param importFrom of its specification
     * @return empty if it is not such a path
     */
    public static Optional<BackupLocation> fromStatus(
            String path, Instant created, String uid, Optional<String> importFrom) {
        var parts = path.split("/", -1);
        if (parts.length != 3
                || !NAME.matcher(parts[0]).matches()
                || !NAME.matcher(parts[1]).matches()
                || !DIRECTORY.matcher(parts[2]).matches()) {
            return Optional.empty();
        }
        return importFrom.orElseGet(() -> directory(created, uid)).equals(parts[2])
                ? Optional.of(new BackupLocation(parts[0], parts[1], parts[2]))
                : Optional.empty();
    }

    /** What the scripts get, and what stands in {@code status.location.path}. */
    public String path() {
        return project + "/" + database + "/" + directory;
    }

    private static String shortened(String uid) {
        if (!UID.matcher(uid).matches()) {
            throw new IllegalArgumentException("cannot locate a backup: its UID has another form");
        }
        return uid.substring(0, 8);
    }
}
