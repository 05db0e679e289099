package dev.ocean.operator.reference;

import dev.ocean.operator.connection.Endpoint;
import dev.ocean.operator.postgres.ServerKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The servers that may be worked on now. The instance capability enters a server here when its checks have passed and takes it out when a person must act first; the
 * others only read.
 */
public final class ServerDirectory {

    /**
     * @param admin name of the login that the operator uses: reserved for it
     * @param maintenance database that the operator connects to: reserved too
     * @param systemIdentifier which server it is, wherever the address leads
     */
    public record Entry(Endpoint endpoint, String admin, String maintenance, String version, String systemIdentifier) {

        /** The major of a version such as {@code 17.5}. */
        public int major() {
            return Integer.parseInt(version.split("\\D", 2)[0]);
        }
    }

    private final Map<ServerKey, Entry> entries = new ConcurrentHashMap<>();

    /** @return whether it replaced a different entry */
    public boolean enter(ServerKey key, Entry entry) {
        var before = entries.put(key, entry);
        return before != null && !before.equals(entry);
    }

    public void remove(ServerKey key) {
        entries.remove(key);
    }

    public Optional<Entry> find(ServerKey key) {
        return Optional.ofNullable(entries.get(key));
    }
}
