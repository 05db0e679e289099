package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** One server: its lanes, its circuit, its idle connections. Whatever talks to the server does so outside of the lock. */
final class Server {

    private static final Duration IDLE_LIMIT = Duration.ofMinutes(2);

    /** Who is told of a free lane asks by itself only in case the word was lost. */
    private static final Duration UNTOLD = Duration.ofSeconds(5);

    private static final int OLDEST_VERSION = 140_000;

    private final ServerKey key;
    private final Servers.Options options;
    private final Dialer dialer;
    private final Circuit circuit;
    private final Map<LaneKind, Integer> entered = new EnumMap<>(LaneKind.class);
    private final Map<LaneKind, Deque<Idle>> idle = new EnumMap<>(LaneKind.class);
    private final Map<LaneKind, SequencedSet<Runnable>> waiting = new EnumMap<>(LaneKind.class);

    /** Null once the server is removed. */
    private @Nullable Endpoint endpoint;

    private record Idle(Session session, Instant since) {}

    /** A pooled session and whether it has been idle for so long that it may have died. */
    record Lent(Session session, Duration idleFor) {}

    Server(ServerKey key, Servers.Options options, Endpoint endpoint) {
        this.key = key;
        this.options = options;
        this.endpoint = endpoint;
        this.dialer = new Dialer(options.listener());
        this.circuit = new Circuit(options.clock(), options.jitter());
        for (var kind : LaneKind.values()) {
            entered.put(kind, 0);
            idle.put(kind, new ArrayDeque<>());
            waiting.put(kind, new LinkedHashSet<>());
        }
    }

    void moveTo(Endpoint next) {
        synchronized (this) {
            if (next.equals(endpoint)) {
                return;
            }
            endpoint = next;
            circuit.succeeded();
        }
        forgetIdle();
    }

    void close() {
        synchronized (this) {
            endpoint = null;
        }
        forgetIdle();
    }

    Lane enter(LaneKind kind, Optional<Runnable> wake) {
        closeAll(overdue());
        synchronized (this) {
            var current = endpoint;
            if (current == null) {
                throw Servers.unknown();
            }
            circuit.refusal().ifPresent(Server::refuse);
            var taken = entered.getOrDefault(kind, 0);
            if (taken >= kind.perServer()) {
                var problem = Problem.of(
                        ProblemKind.BUSY,
                        Reason.BUSY,
                        "Cannot talk to \"" + current.displayName() + "\": all lanes to it are in use. Wait.");
                wake.ifPresent(waiting(kind)::add);
                refuse(wake.isPresent() ? problem.after(UNTOLD) : problem);
            }
            wake.ifPresent(waiting(kind)::remove);
            circuit.admission().ifPresent(Server::refuse);
            entered.put(kind, taken + 1);
            return new ServerLane(this, current, kind);
        }
    }

    /** The session that was used last, as the others then may reach their idle limit; none while the circuit is open, as only a new connection can close it. */
    synchronized Optional<Lent> lend(Endpoint wanted, LaneKind kind) {
        var last = wanted.equals(endpoint) && !circuit.isOpen()
                ? idle.getOrDefault(kind, new ArrayDeque<>()).pollLast()
                : null;
        return last == null
                ? Optional.empty()
                : Optional.of(new Lent(
                        last.session(),
                        Duration.between(last.since(), options.clock().instant())));
    }

    private SequencedSet<Runnable> waiting(LaneKind kind) {
        return Objects.requireNonNull(waiting.get(kind));
    }

    /** Gives a lane back, and its session if it has a sound one. */
    void leave(Endpoint from, LaneKind kind, @Nullable Session session) {
        giveBack(from, kind, session);
        next(kind).ifPresent(Runnable::run);
    }

    private synchronized Optional<Runnable> next(LaneKind kind) {
        var queue = waiting(kind);
        return queue.isEmpty() ? Optional.empty() : Optional.of(queue.removeFirst());
    }

    private void giveBack(Endpoint from, LaneKind kind, @Nullable Session session) {
        synchronized (this) {
            entered.merge(kind, -1, Integer::sum);
            if (session == null) {
                return;
            }
            if (from.equals(endpoint)) {
                idle.getOrDefault(kind, new ArrayDeque<>())
                        .addLast(new Idle(session, options.clock().instant()));
                return;
            }
        }
        session.close();
    }

    /** Closes what is pooled: the server, its address or its role has changed, or one of the connections was cut and the others hardly live. */
    void forgetIdle() {
        var forgotten = new ArrayList<Session>();
        synchronized (this) {
            for (var sessions : idle.values()) {
                sessions.forEach(one -> forgotten.add(one.session()));
                sessions.clear();
            }
        }
        closeAll(forgotten);
    }

    /** Opens a maintenance connection, and the circuit if that fails. */
    Session dial(Endpoint to) {
        try {
            return sound(to, dialer.toMaintenance(to));
        } catch (SQLException failure) {
            throw blocked(to, ConnectionKind.MAINTENANCE, failure);
        }
    }

    Session dialInto(Endpoint to, SqlIdentifier database) {
        try {
            return sound(to, dialer.toTenantDatabase(to, database));
        } catch (SQLException failure) {
            throw blocked(to, ConnectionKind.TENANT_DATABASE, failure);
        }
    }

    /**
     * Logs in as a tenant.
     *
     * @throws SQLException where the failure is an answer about the login
     */
    Session dialAs(Endpoint to, TenantLogin login) throws SQLException {
        try {
            return sound(to, dialer.asTenant(to, login));
        } catch (SQLException failure) {
            if (ConnectErrors.outcome(failure).isPresent()) {
                throw failure;
            }
            throw blocked(to, ConnectionKind.TENANT_LOGIN, failure);
        }
    }

    /** Opens the circuit, unless the endpoint has been changed meanwhile: then the failure is old news. */
    Problem lost(Endpoint from, Problem problem) {
        synchronized (this) {
            if (!from.equals(endpoint)) {
                return problem;
            }
        }
        var first = !circuit.isOpen();
        var told = circuit.failed(problem);
        if (first) {
            options.listener().onServerLost(key);
        }
        return told;
    }

    private Blocked blocked(Endpoint to, ConnectionKind kind, SQLException failure) {
        options.listener().onError("connect", SqlErrors.stateClass(failure));
        var problem = ConnectErrors.whileConnecting(to, kind, failure);
        return new Blocked(ConnectErrors.concernsServer(kind, failure) ? lost(to, problem) : problem, failure);
    }

    /**
     * Refuses servers that we cannot work with, by what they report at login: that saves a first statement on every connection.
     *
     * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-ASYNC">PostgreSQL: parameters that are reported</a>
     */
    private Session sound(Endpoint to, Session session) throws SQLException {
        var what = "Cannot use \"" + to.displayName() + "\": ";
        if (session.serverVersionNum() < OLDEST_VERSION) {
            throw unsound(
                    to,
                    session,
                    Problem.of(
                            ProblemKind.REFUSED,
                            Reason.INSTANCE_VERSION_UNSUPPORTED,
                            what + "its version is not supported. Use PostgreSQL 14 or newer."));
        }
        if (!"off".equals(session.reported("in_hot_standby"))) {
            throw unsound(
                    to,
                    session,
                    Problem.of(
                            ProblemKind.TRANSIENT,
                            Reason.INSTANCE_READ_ONLY,
                            what + "it is a standby. Point the instance at the primary."));
        }
        found(to);
        return session;
    }

    private void found(Endpoint at) {
        synchronized (this) {
            if (!circuit.isOpen() || !at.equals(endpoint)) {
                return;
            }
            circuit.succeeded();
        }
        options.listener().onServerBack(key);
    }

    private Blocked unsound(Endpoint to, Session session, Problem problem) {
        session.close();
        forgetIdle();
        return new Blocked(lost(to, problem));
    }

    private synchronized List<Session> overdue() {
        var limit = options.clock().instant().minus(IDLE_LIMIT);
        var overdue = new ArrayList<Session>();
        var sessions = idle.getOrDefault(LaneKind.WORK, new ArrayDeque<>());
        while (!sessions.isEmpty() && sessions.getFirst().since().isBefore(limit)) {
            overdue.add(sessions.removeFirst().session());
        }
        return overdue;
    }

    private static void refuse(Problem problem) {
        throw new Blocked(problem);
    }

    private static void closeAll(List<Session> sessions) {
        sessions.forEach(Session::close);
    }
}
