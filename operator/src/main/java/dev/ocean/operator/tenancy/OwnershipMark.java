package dev.ocean.operator.tenancy;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.SqlLiteral;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The comment on a role or database that says whose it is; the only authority for touching it. Tenants cannot change it: {@code COMMENT} needs the owner of a
 * database, or CREATEROLE.
 *
 * <p>Text: {@code ocean/1 installation=… namespaceUid=… kind=… name=<namespace>/<name> uid=… [state=retained since=…]}.
 *
 * @param installation which operator made it: by default the UID of namespace {@code kube-system}
 * @param namespaceUid tells a namespace from its re-created successor
 * @param retainedSince set while the database is kept closed after its CR was deleted, else null
 */
public record OwnershipMark(
        String installation,
        String namespaceUid,
        ObjectId object,
        @Nullable Instant retainedSince) {

    /** What a mark found on the server means for an object. */
    public enum Relation {
        /** All fields equal. */
        OURS,
        /** The predecessor of this very object: one name holds one object at a time, so the old one is gone. */
        PREDECESSOR,
        /** Another tenant, a re-created namespace, another cluster, or no mark at all. */
        FOREIGN
    }

    /** How every mark begins; version 1. */
    static final String PREFIX = "ocean/1 ";

    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9:./-]+");
    private static final Set<String> FIELDS = Set.of("installation", "namespaceUid", "kind", "name", "uid");

    public OwnershipMark {
        for (var value : new String[] {installation, namespaceUid, object.kind(), object.path(), object.uid()}) {
            if (!VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("cannot write mark: a value has characters outside of " + VALUE);
            }
        }
    }

    public static OwnershipMark of(String installation, String namespaceUid, ObjectId object) {
        return new OwnershipMark(installation, namespaceUid, object, null);
    }

    public OwnershipMark retained(Instant since) {
        return new OwnershipMark(installation, namespaceUid, object, since);
    }

    public SqlLiteral literal() {
        return new SqlLiteral(text());
    }

    String text() {
        var text = PREFIX + "installation=" + installation + " namespaceUid=" + namespaceUid + " kind=" + object.kind()
                + " name=" + object.path() + " uid=" + object.uid();
        return retainedSince == null ? text : text + " state=retained since=" + retainedSince;
    }

    /** The mark in a comment; empty for no comment and for every text that is not exactly a mark of ours: what does not parse counts as foreign. */
    public static Optional<OwnershipMark> parse(@Nullable String comment) {
        if (comment == null || !comment.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return fields(comment.substring(PREFIX.length())).flatMap(OwnershipMark::of);
    }

    private static Optional<Map<String, String>> fields(String text) {
        var fields = new LinkedHashMap<String, String>();
        for (var field : text.split(" ", -1)) {
            var equals = field.indexOf('=');
            if (equals < 1 || !VALUE.matcher(field.substring(equals + 1)).matches()) {
                return Optional.empty();
            }
            if (fields.put(field.substring(0, equals), field.substring(equals + 1)) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(fields);
    }

    private static Optional<OwnershipMark> of(Map<String, String> fields) {
        var path = fields.getOrDefault("name", "").split("/", -1);
        if (!fields.keySet().containsAll(FIELDS) || path.length != 2 || path[0].isEmpty() || path[1].isEmpty()) {
            return Optional.empty();
        }
        var object = new ObjectId(field(fields, "kind"), path[0], path[1], field(fields, "uid"));
        var mark = of(field(fields, "installation"), field(fields, "namespaceUid"), object);
        if (fields.keySet().equals(FIELDS)) {
            return Optional.of(mark);
        }
        if (fields.size() != FIELDS.size() + 2 || !"retained".equals(fields.get("state"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(mark.retained(Instant.parse(fields.getOrDefault("since", ""))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String field(Map<String, String> fields, String name) {
        return fields.getOrDefault(name, "");
    }

    /**
     * Reads a mark as {@code adoption} would have it: one of a lost cluster or re-created namespace that counts as ours, for an object of our very name, reads as if our
     * own had made it; every other as it is.
     */
    OwnershipMark adopting(OwnershipMark found, Adoption adoption) {
        var sameObject =
                object.kind().equals(found.object.kind()) && object.path().equals(found.object.path());
        var counts = adoption.installations().contains(found.installation)
                || (installation.equals(found.installation)
                        && adoption.namespaces().contains(object.namespace()));
        return sameObject && counts
                ? new OwnershipMark(installation, namespaceUid, found.object, found.retainedSince)
                : found;
    }

    /** How what is on the server relates to this object's own mark; a state is no field. */
    public Relation to(Optional<OwnershipMark> found) {
        if (found.isEmpty()) {
            return Relation.FOREIGN;
        }
        var other = found.get();
        var sameName = installation.equals(other.installation)
                && namespaceUid.equals(other.namespaceUid)
                && object.kind().equals(other.object.kind())
                && object.path().equals(other.object.path());
        if (!sameName) {
            return Relation.FOREIGN;
        }
        return object.uid().equals(other.object.uid()) ? Relation.OURS : Relation.PREDECESSOR;
    }
}
