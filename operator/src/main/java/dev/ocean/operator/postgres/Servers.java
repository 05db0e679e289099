package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * All servers that the operator knows, each with its lanes, its circuit and its idle connections. Safe for many threads.
 *
 * <p>No server is talked to but through a {@link Lane}: at most {@link LaneKind#WORK} + {@link LaneKind#LOOK} maintenance connections per server, and each lane opens at
 * most one more, which it closes again at once. The first failed connection opens the server's circuit: from then on everybody is answered without I/O, and one caller
 * per back-off (5 s doubling to 60 s, with jitter) is let through to try.
 */
public final class Servers implements AutoCloseable {

    private final Options options;
    private final Map<ServerKey, Server> servers = new ConcurrentHashMap<>();

    public Servers(Options options) {
        this.options = options;
    }

    /**
     * What comes from outside.
     *
     * @param clock for back-off and idle times
     * @param jitter spreads the back-off; safe for many threads
     * @param applicationName beginning of {@code application_name}, before a slash and the server's display name
     */
    public record Options(InstantSource clock, RandomGenerator jitter, SqlListener listener, String applicationName) {}

    /**
     * Registers a server, or changes it: another address or login closes its idle connections and forgets its back-off. Cheap if nothing changed; no I/O but for closing.
     *
     * @param displayName {@code namespace/name} of the instance, for messages and {@code application_name}
     */
    public void put(ServerKey key, String displayName, ServerAddress address, AdminLogin login) {
        var endpoint = new Endpoint(displayName, address, login, options.applicationName() + "/" + displayName);
        servers.computeIfAbsent(key, unknown -> new Server(key, options, endpoint))
                .moveTo(endpoint);
    }

    /** Forgets a server and closes its idle connections; lanes in use keep theirs until they are given back. */
    public void remove(ServerKey key) {
        var server = servers.remove(key);
        if (server != null) {
            server.close();
        }
    }

    /**
     * Takes a lane; tried, never waited for, and without I/O: the connection is opened by the first statement.
     *
     * @return to be closed by the caller
     * @throws Blocked {@code BUSY Busy} if all lanes of the kind are taken; the problem of the last failed connection, with the rest of its back-off, while the server's
     *     circuit is open; {@code WAITING InstanceNotReady} if nobody has put the server
     */
    public Lane enter(ServerKey key, LaneKind kind) {
        return server(key).enter(kind, Optional.empty());
    }

    /**
     * As {@link #enter}; who is refused because all lanes are taken is told when one becomes free, in the order in which they came. That is no promise: somebody else may be
     * quicker.
     *
     * @param wake called at most once for each refusal, and perhaps when who asked has got in meanwhile; equal for the same who; must return at once
     */
    public Lane enterOrQueue(ServerKey key, LaneKind kind, Runnable wake) {
        return server(key).enter(kind, Optional.of(wake));
    }

    private Server server(ServerKey key) {
        var server = servers.get(key);
        if (server == null) {
            throw unknown();
        }
        return server;
    }

    /** Closes all idle connections and forgets all servers. */
    @Override
    public void close() {
        servers.keySet().forEach(this::remove);
    }

    static Blocked unknown() {
        return Blocked.by(
                ProblemKind.WAITING,
                Reason.INSTANCE_NOT_READY,
                "Cannot talk to the server: its instance was not checked yet. Wait.");
    }
}
