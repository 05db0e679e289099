package dev.ocean.operator.dump;

import java.time.Duration;
import java.util.Map;

/**
 * What the operator's configuration says about Jobs.
 *
 * @param images by server major; a major that is not in it has PostgreSQL's official image of that major
 * @param backupDirectory absolute path at which the volume is mounted, {@code DATABASE_BACKUP_DIR} of the scripts
 * @param deadline after which a Job is ended
 */
public record ToolSettings(Map<Integer, String> images, String backupDirectory, Duration deadline, PodSettings pod) {

    public ToolSettings {
        images = Map.copyOf(images);
    }

    /** The client's major is the server's: a newer {@code pg_restore} fails on an older server, and an older {@code pg_dump} is refused. */
    String image(int major) {
        return images.getOrDefault(major, "docker.io/library/postgres:" + major);
    }
}
