package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.ServerKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last picture of each server: a pass that only wants to know whether all is well reads it and costs the server nothing. Whoever is about to act looks for
 * himself.
 */
public final class Pictures {

    /** Two looks of a minute, each with its jitter, may be missed; after that a picture is history. */
    private static final Duration HOLDS = Duration.ofMinutes(3);

    private record Kept(ServerPicture picture, Instant time) {}

    private final Map<ServerKey, Kept> pictures = new ConcurrentHashMap<>();

    /** The last picture; empty if there is none or it is too old to rely on. */
    public Optional<ServerPicture> recent(ServerKey key, Instant now) {
        return Optional.ofNullable(pictures.get(key))
                .filter(kept -> kept.time().plus(HOLDS).isAfter(now))
                .map(Kept::picture);
    }

    /**
     * Keeps a whole picture.
     *
     * @return names of the databases and roles that appeared, changed or went since the last one; sorted; empty for the first picture of a server
     */
    public Set<String> keep(ServerKey key, ServerPicture picture, Instant now) {
        var before = pictures.put(key, new Kept(picture, now));
        return before == null ? Set.of() : differing(before.picture(), picture);
    }

    /** Puts what a look at one tenant saw into the picture, so that the next pass does not have to look again. */
    public void merge(ServerKey key, TenantNames names, ServerPicture seen) {
        pictures.computeIfPresent(key, (same, kept) -> {
            var databases = new HashMap<>(kept.picture().databases());
            databases.keySet().removeIf(name -> name.equals(names.database().value()) || names.isCopy(name));
            seen.databases().forEach((name, facts) -> databases.put(name, plain(facts)));
            var roles = new HashMap<>(kept.picture().roles());
            names.roles().forEach(role -> roles.remove(role.value()));
            // A whole picture has marked roles only.
            seen.roles().values().stream()
                    .filter(facts -> facts.mark().isPresent())
                    .forEach(facts -> roles.put(facts.name(), plain(facts)));
            return new Kept(new ServerPicture(kept.picture().server(), databases, roles), kept.time());
        });
    }

    public void forget(ServerKey key) {
        pictures.remove(key);
    }

    private static Set<String> differing(ServerPicture before, ServerPicture after) {
        var names = new TreeSet<String>();
        collect(names, before.databases(), after.databases());
        collect(names, before.roles(), after.roles());
        return names;
    }

    private static <T> void collect(Set<String> names, Map<String, T> before, Map<String, T> after) {
        before.forEach((name, facts) -> {
            if (!Objects.equals(facts, after.get(name))) {
                names.add(name);
            }
        });
        after.keySet().stream().filter(name -> !before.containsKey(name)).forEach(names::add);
    }

    /** A whole picture does not look for these, so they must not make a difference. */
    private static DatabaseFacts plain(DatabaseFacts facts) {
        return facts.withoutSessions();
    }

    private static RoleFacts plain(RoleFacts facts) {
        return facts.withoutResidue();
    }
}
