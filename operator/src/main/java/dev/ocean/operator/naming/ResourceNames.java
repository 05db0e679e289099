package dev.ocean.operator.naming;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Names of the objects that we make: stable, and cut with a hash where they get too long for a label. */
public final class ResourceNames {

    private static final int MAX = 63;
    private static final int HASH_DIGITS = 8;

    private ResourceNames() {}

    /** The Secret of a ManagedDatabase that names none. */
    public static String credentials(String database) {
        return fitted(database, "-credentials");
    }

    /** The claim of a Project whose {@code backups.storage} describes one. */
    public static String backupClaim(String project) {
        return fitted(project, "-backups");
    }

    /** The last backup of a ManagedDatabase: no predecessor or successor of that name has the same one. */
    public static String finalBackup(String database, String uid) {
        return fitted(database, "-final-" + uid8(uid));
    }

    /** The Secret with the login of a last backup; no ManagedDatabase has one of that name by default. */
    public static String finalLogin(String backup) {
        return fitted(backup, "-login");
    }

    /** A Job: the object that it works for by name and UID, so that none meets a predecessor's, the task, and which attempt it is. */
    public static String job(ObjectId owner, String task, int attempt) {
        return fitted(owner.name(), "-" + uid8(owner.uid()) + "-" + task + "-" + attempt);
    }

    /** The NetworkPolicy of Jobs on one claim that talk to one port. */
    public static String jobNetwork(String claim, String port) {
        return fitted(claim, "-jobs-" + port);
    }

    /** The first 8 digits of a UID. */
    public static String uid8(String uid) {
        return uid.substring(0, Math.min(HASH_DIGITS, uid.length()));
    }

    private static String fitted(String name, String suffix) {
        if (name.length() + suffix.length() <= MAX) {
            return name + suffix;
        }
        return name.substring(0, MAX - suffix.length() - HASH_DIGITS - 1) + "-" + hash(name) + suffix;
    }

    /** The first 8 hex digits of SHA-256, wherever a name is cut or folded: two different texts keep two different names. */
    public static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_DIGITS / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
