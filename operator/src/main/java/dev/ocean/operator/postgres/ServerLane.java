package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lane to a real server. Its maintenance connection comes from the pool or is opened by the first statement that needs it. */
final class ServerLane implements Lane {

    /** What was used a moment ago is trusted; before a change goes over an older one, the server is asked whether it still lives. */
    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private final Server server;
    private final Endpoint endpoint;
    private final LaneKind kind;
    private @Nullable Session maintenance;

    /** Whether the maintenance connection came out of the pool and has not answered yet, and how old it is; null once it has. */
    private @Nullable Duration unproved;

    private Duration outage = Duration.ZERO;
    private boolean closed;

    ServerLane(Server server, Endpoint endpoint, LaneKind kind) {
        this.server = server;
        this.endpoint = endpoint;
        this.kind = kind;
    }

    @Override
    public List<Row> query(SqlStatement statement) {
        var session = maintenance();
        try {
            return proved(session.read(statement));
        } catch (SQLException failure) {
            var diedWhileIdle = unproved != null && SqlErrors.isCut(failure) && !SqlErrors.isSilence(failure);
            dropIfCut(failure);
            if (!diedWhileIdle) {
                throw readFailed(statement, failure);
            }
        }
        return queryAfresh(statement);
    }

    @Override
    public void execute(SqlStatement statement) {
        var session = livingMaintenance();
        try {
            proved(session.run(statement));
        } catch (SQLException failure) {
            dropIfCut(failure);
            throw changeFailed(statement, failure);
        }
    }

    @Override
    public void executeAmid(SqlStatement statement, SqlStatement meanwhile) {
        var session = livingMaintenance();
        var repetition = Repetition.start(server.dial(endpoint), meanwhile);
        var begin = System.nanoTime();
        try {
            proved(session.run(statement));
        } catch (SQLException failure) {
            dropIfCut(failure);
            throw changeFailed(statement, failure);
        } finally {
            outage = outage.plusNanos(System.nanoTime() - begin);
            repetition.end();
        }
    }

    @Override
    public List<Row> queryIn(SqlIdentifier database, SqlStatement statement) {
        requireOpen();
        try (var session = server.dialInto(endpoint, database)) {
            return session.read(statement);
        } catch (SQLException failure) {
            throw readFailed(statement, failure);
        }
    }

    @Override
    public void executeIn(SqlIdentifier database, SqlStatement statement) {
        requireOpen();
        try (var session = server.dialInto(endpoint, database)) {
            session.run(statement);
        } catch (SQLException failure) {
            throw changeFailed(statement, failure);
        }
    }

    @Override
    public LoginOutcome as(TenantLogin login, SqlStatement... statements) {
        requireOpen();
        Session opened;
        try {
            opened = server.dialAs(endpoint, login);
        } catch (SQLException failure) {
            return ConnectErrors.outcome(failure).orElseThrow();
        }
        try (var session = opened) {
            return new LoginOutcome.Accepted(runAll(session, statements));
        }
    }

    @Override
    public Duration outage() {
        return outage;
    }

    @Override
    public String serverVersion() {
        return maintenance().reported("server_version");
    }

    @Override
    public int serverVersionNum() {
        try {
            return maintenance().serverVersionNum();
        } catch (SQLException failure) {
            throw new Blocked(SqlErrors.whileRunning("server-version", endpoint.displayName(), failure), failure);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.leave(endpoint, kind, maintenance);
        maintenance = null;
    }

    private List<Row> runAll(Session session, SqlStatement... statements) {
        List<Row> rows = List.of();
        for (var statement : statements) {
            try {
                rows = session.run(statement);
            } catch (SQLException failure) {
                throw changeFailed(statement, failure);
            }
        }
        return rows;
    }

    /** Once more over a new connection: reading twice does no harm. */
    private List<Row> queryAfresh(SqlStatement statement) {
        try {
            return proved(maintenance().read(statement));
        } catch (SQLException failure) {
            dropIfCut(failure);
            throw readFailed(statement, failure);
        }
    }

    private Session maintenance() {
        requireOpen();
        var session = maintenance;
        if (session != null) {
            return session;
        }
        var lent = server.lend(endpoint, kind);
        unproved = lent.map(Server.Lent::idleFor).orElse(null);
        session = lent.map(Server.Lent::session).orElseGet(() -> server.dial(endpoint));
        maintenance = session;
        return session;
    }

    private Session livingMaintenance() {
        var session = maintenance();
        if (unproved == null || unproved.compareTo(TRUSTED) < 0 || session.isAlive()) {
            return session;
        }
        dropMaintenance();
        return maintenance();
    }

    private List<Row> proved(List<Row> answer) {
        unproved = null;
        return answer;
    }

    /** A read has no outcome to look up: what failed is the way to the server. */
    private Blocked readFailed(SqlStatement statement, SQLException failure) {
        if (!SqlErrors.isCut(failure)) {
            return refused(statement, failure);
        }
        var why = SqlErrors.isSilence(failure) ? "no answer in time" : "the connection was cut";
        var problem = unreachable(statement, why);
        return new Blocked(SqlErrors.isSilence(failure) ? server.lost(endpoint, problem) : problem, failure);
    }

    private Blocked changeFailed(SqlStatement statement, SQLException failure) {
        if (!SqlErrors.isCut(failure)) {
            return refused(statement, failure);
        }
        if (SqlErrors.isSilence(failure)) {
            server.lost(endpoint, unreachable(statement, "no answer in time"));
        }
        return new Blocked(SqlErrors.whileRunning(statement.id(), endpoint.displayName(), failure), failure);
    }

    private Blocked refused(SqlStatement statement, SQLException failure) {
        var problem = SqlErrors.whileRunning(statement.id(), endpoint.displayName(), failure);
        if (problem.reason() == Reason.INSTANCE_READ_ONLY) {
            // The name may have moved to another server meanwhile; only a new connection finds it.
            dropMaintenance();
        }
        return new Blocked(problem, failure);
    }

    private Problem unreachable(SqlStatement statement, String why) {
        return Problem.of(
                ProblemKind.TRANSIENT,
                Reason.INSTANCE_UNREACHABLE,
                "Cannot run \"" + statement.id() + "\" on \"" + endpoint.displayName() + "\": " + why
                        + ". Check that the server runs and that the network lets the operator reach it.");
    }

    private void dropIfCut(SQLException failure) {
        if (SqlErrors.isCut(failure)) {
            dropMaintenance();
        }
    }

    /** The idle ones go with it: what cut this one has mostly cut them all. */
    private void dropMaintenance() {
        var dropped = maintenance;
        maintenance = null;
        unproved = null;
        if (dropped != null) {
            dropped.close();
        }
        server.forgetIdle();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("cannot use a lane that was closed");
        }
    }
}
