package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.Orphan;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.OrphanState;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerPicture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The ledger of what stands on a server with our mark and without an object. Nothing here is ever dropped: a person decides. */
final class Orphans {

    private static final int NAMED = 5;

    /** What the last look at each instance could not find an object for, by its UID. */
    private final Map<String, Set<String>> doubted = new ConcurrentHashMap<>();

    /**
     * What is without an object now.
     *
     * @param exists whether the object of a mark is there, or is none of our business
     * @return databases, and roles whose database is not among them; sorted by name
     */
    static List<Orphan> of(ServerPicture picture, String installation, Predicate<ObjectId> exists) {
        var orphans = new ArrayList<Orphan>();
        var names = new HashSet<String>();
        for (var database : picture.databases().values()) {
            stray(database.mark(), installation, exists).ifPresent(mark -> {
                names.add(database.name());
                orphans.add(orphan(database, mark));
            });
        }
        for (var role : picture.roles().values()) {
            stray(role.mark(), installation, exists)
                    .filter(mark -> !names.contains(role.name()) && !names.contains(databaseOf(role)))
                    .ifPresent(mark ->
                            orphans.add(new Orphan(role.name(), mark.object().path(), OrphanState.LEFT)));
        }
        return orphans.stream().sorted(Comparator.comparing(Orphan::name)).toList();
    }

    private static Optional<OwnershipMark> stray(
            Optional<OwnershipMark> mark, String installation, Predicate<ObjectId> exists) {
        return mark.filter(found -> found.installation().equals(installation))
                .filter(found -> !exists.test(found.object()));
    }

    private static Orphan orphan(DatabaseFacts database, OwnershipMark mark) {
        return new Orphan(
                database.name(),
                mark.object().path(),
                mark.isRetained() ? OrphanState.RETAINED : OrphanState.LEFT);
    }

    /** No tenant can have two underscores in the name of a database. */
    private static String databaseOf(RoleFacts role) {
        var end = role.name().lastIndexOf("__");
        return end < 0 ? role.name() : role.name().substring(0, end);
    }

    /**
     * Those of {@code found} that are told: an object that was just made, or whose database was just dropped, is not in our cache as the picture has it, so one look alone
     * proves nothing.
     *
     * @param told names that the status has already
     */
    List<Orphan> confirmed(String instanceUid, List<Orphan> found, Collection<String> told) {
        var names = found.stream().map(Orphan::name).collect(Collectors.toUnmodifiableSet());
        var before = Optional.ofNullable(doubted.put(instanceUid, names)).orElse(Set.of());
        return found.stream()
                .filter(orphan -> before.contains(orphan.name()) || told.contains(orphan.name()))
                .toList();
    }

    void forget(String instanceUid) {
        doubted.remove(instanceUid);
    }

    /** One sentence on those that went without being cleaned up after and were not told before; empty for none. */
    static Optional<String> news(List<Orphan> confirmed, Collection<String> told) {
        var fresh = confirmed.stream()
                .filter(orphan -> orphan.state() == OrphanState.LEFT)
                .map(Orphan::name)
                .filter(name -> !told.contains(name))
                .toList();
        if (fresh.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("Nobody speaks any more for what stands on the server as "
                + fresh.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (fresh.size() > NAMED ? " and " + (fresh.size() - NAMED) + " more" : "")
                + "; it stays. Make its object again to take it back, or drop it by hand.");
    }
}
