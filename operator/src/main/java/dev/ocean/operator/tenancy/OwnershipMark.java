package dev.ocean.operator.tenancy;

import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.SqlLiteral;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The comment on a role or database that says whose it is; the only authority for touching it. Tenants cannot change it: {@code COMMENT} needs the owner of a
 * database, or CREATEROLE.
 *
 * <p>Text: {@code ocean/1 installation=… namespaceUid=… kind=… name=<namespace>/<name> uid=… [op=… | state=retained since=… | state=returned|scratch op=… |
 * state=previous|rolledback op=… until=… | state=final op=… since=… [login=…]]}. What stands in brackets is no field: whose something is does not depend on it.
 *
 * @param installation which operator made it: by default the UID of namespace {@code kube-system}
 * @param namespaceUid tells a namespace from its re-created successor
 */
public record OwnershipMark(String installation, String namespaceUid, ObjectId object, MarkState state) {

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
        return new OwnershipMark(installation, namespaceUid, object, new MarkState.Plain());
    }

    public OwnershipMark with(MarkState next) {
        return new OwnershipMark(installation, namespaceUid, object, next);
    }

    public OwnershipMark retained(Instant since) {
        return with(new MarkState.Retained(since));
    }

    /** This mark, with the restore that {@code found} names: nothing else on a live database tells that it was committed, or undone. */
    public OwnershipMark keeping(Optional<OwnershipMark> found) {
        return switch (found.map(OwnershipMark::state).orElse(state)) {
            case MarkState.Restored restored -> with(restored);
            case MarkState.Returned returned -> with(returned);
            case MarkState.Plain plain -> this;
            case MarkState.Retained retained -> this;
            case MarkState.Scratch scratch -> this;
            case MarkState.Previous previous -> this;
            case MarkState.RolledBack rolledBack -> this;
            case MarkState.Final last -> this;
        };
    }

    public boolean isRetained() {
        return state instanceof MarkState.Retained;
    }

    /** Whether the marked database is what {@code operation} made or set aside, or the live one that came from it. */
    public boolean isOf(String operation) {
        return state.operation().filter(operation::equals).isPresent();
    }

    public SqlLiteral literal() {
        return new SqlLiteral(text());
    }

    String text() {
        return PREFIX + "installation=" + installation + " namespaceUid=" + namespaceUid + " kind=" + object.kind()
                + " name=" + object.path() + " uid=" + object.uid() + state.text();
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
        var rest = new LinkedHashMap<>(fields);
        rest.keySet().removeAll(FIELDS);
        return state(rest).map(mark::with);
    }

    /** The state that these fields, and no others, make; empty for none. */
    private static Optional<MarkState> state(Map<String, String> fields) {
        var operation = field(fields, "op");
        return switch (field(fields, "state") + new TreeSet<>(fields.keySet())) {
            case "[]" -> Optional.of(new MarkState.Plain());
            case "[op]" -> Optional.of(new MarkState.Restored(operation));
            case "returned[op, state]" -> Optional.of(new MarkState.Returned(operation));
            case "final[op, since, state]" ->
                time(fields, "since").map(since -> new MarkState.Final(operation, since, Optional.empty()));
            case "final[login, op, since, state]" ->
                time(fields, "since").flatMap(since -> Slot.of(field(fields, "login"))
                        .map(slot -> new MarkState.Final(operation, since, Optional.of(slot))));
            case "scratch[op, state]" -> Optional.of(new MarkState.Scratch(operation));
            case "retained[since, state]" -> time(fields, "since").map(MarkState.Retained::new);
            case "previous[op, state, until]" ->
                time(fields, "until").map(until -> new MarkState.Previous(operation, until));
            case "rolledback[op, state, until]" ->
                time(fields, "until").map(until -> new MarkState.RolledBack(operation, until));
            default -> Optional.empty();
        };
    }

    private static Optional<Instant> time(Map<String, String> fields, String name) {
        try {
            return Optional.of(Instant.parse(field(fields, name)));
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
        return sameObject && counts ? new OwnershipMark(installation, namespaceUid, found.object, found.state) : found;
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
