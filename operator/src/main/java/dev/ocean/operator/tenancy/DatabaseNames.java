package dev.ocean.operator.tenancy;

import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.postgres.SqlIdentifier;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which database name a ManagedDatabase gets by default, and which ones it may ask for. */
public final class DatabaseNames {

    private static final int MAX = 63;
    private static final int HASH = 9;
    private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern LIKE_A_HASH = Pattern.compile(".*_[0-9a-f]{8}");
    private static final Pattern TRAILING = Pattern.compile("_+$");
    private static final Set<String> RESERVED = Set.of(
            "postgres",
            "template0",
            "template1",
            "admin",
            "dbos",
            "dbosadmin",
            "public",
            "none",
            "user",
            "current_user",
            "session_user",
            "rds_superuser",
            "cloudsqladmin",
            "azuresu");

    private DatabaseNames() {}

    /**
     * {@code <namespace>_<name>} folded to {@code [a-z0-9_]}. Where folding could bring two objects to one name, or the result is reserved or longer than 63
     * bytes, it ends in a hash of {@code <namespace>/<name>}.
     */
    public static SqlIdentifier folded(String namespace, String name) {
        var plain = fold(namespace) + "_" + fold(name);
        var folded = !plain.equals(namespace + "_" + name);
        // What looks like a hash gets one of its own, or it could be the name of another object that is cut to the same
        // beginning.
        var hashed = folded
                || Character.isDigit(namespace.charAt(0))
                || isReserved(plain)
                || plain.length() > MAX
                || LIKE_A_HASH.matcher(plain).matches();
        if (!hashed) {
            return new SqlIdentifier(plain);
        }
        // A digit cannot start a name by our rule, pg_ cannot by PostgreSQL's.
        var prefixed = Character.isDigit(plain.charAt(0)) || plain.startsWith("pg_") ? "db_" + plain : plain;
        // Not cut behind a '_': with the next one it would separate, as only what we derive may.
        var cut = TRAILING.matcher(prefixed.substring(0, Math.min(prefixed.length(), MAX - HASH)))
                .replaceFirst("");
        return new SqlIdentifier(cut + "_" + ResourceNames.hash(namespace + "/" + name));
    }

    /** The beginning that a chosen name must have on an instance of another namespace; else a tenant could take a neighbour's name first. */
    public static String prefix(String namespace) {
        var folded = fold(namespace) + "_";
        return Character.isDigit(folded.charAt(0)) ? "db_" + folded : folded;
    }

    /**
     * Why {@code name} cannot be a tenant's database, as the end of a sentence that begins with the field's name; empty if it can.
     *
     * @param adminName the server's admin, whose name is reserved too
     * @param maintenance the database that the admin connects to
     */
    public static Optional<String> objection(String name, String adminName, String maintenance) {
        if (!ALLOWED.matcher(name).matches() || name.length() > MAX) {
            return Optional.of("must be 1 to 63 characters of 'a-z', '0-9', '_' and start with a letter");
        }
        if (name.contains("__")) {
            return Optional.of("must not contain '__', which separates the names that the operator derives");
        }
        if (isReserved(name) || name.equals(adminName) || name.equals(maintenance)) {
            return Optional.of("must not be '" + name + "', which is reserved");
        }
        return Optional.empty();
    }

    /** Why {@code name} cannot be chosen on an instance of another namespace; empty if it can. */
    public static Optional<String> foreignObjection(String name, String namespace) {
        if (!name.startsWith(prefix(namespace))) {
            return Optional.of("must start with '" + prefix(namespace) + "' on an instance of another namespace");
        }
        if (LIKE_A_HASH.matcher(name).matches()) {
            return Optional.of("must not end in '_' and 8 hexadecimal digits on an instance of another namespace");
        }
        return Optional.empty();
    }

    private static boolean isReserved(String name) {
        return RESERVED.contains(name) || name.startsWith("pg_");
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    }
}
