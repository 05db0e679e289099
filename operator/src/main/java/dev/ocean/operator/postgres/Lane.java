package dev.ocean.operator.postgres;

import java.time.Duration;
import java.util.List;

/**
 * The right of one pass to talk to one server: one connection to the maintenance database and one into a tenant's database or as a tenant at a time. Used by one
 * thread, closed by the one who entered it.
 *
 * <p>Every method throws {@code Blocked} where the server is out of reach ({@code InstanceUnreachable}, {@code TLSVerificationFailed}, {@code AdminAuthFailed},
 * {@code InstanceReadOnly}, {@code ConnectionLimit}), where a statement was refused (by SQLSTATE, see {@link SqlErrors}) and where the line was cut while it ran
 * ({@code OutcomeUnknown}, {@code TRANSIENT}: look again before anything is repeated).
 */
public interface Lane extends AutoCloseable {

    /**
     * Reads in the maintenance database. A pooled connection that died while idle is replaced without anybody noticing.
     *
     * @return in the server's order; empty if there are none
     */
    List<Row> query(SqlStatement statement);

    /** Changes something by way of the maintenance database; all of the statement takes effect or nothing, as {@link SqlStatement#all} says. */
    void execute(SqlStatement statement);

    /**
     * As {@link #execute}, while {@code meanwhile} is run every 20 ms over a second connection: for a change that waits for sessions to leave, whose clients come back as fast
     * as they can.
     */
    void executeAmid(SqlStatement statement, SqlStatement meanwhile);

    /**
     * Reads in a tenant's database as the admin, over a connection of its own (12 to 16 ms). {@code pg_catalog} only, nothing of the tenant's.
     *
     * @return in the server's order; empty if there are none
     */
    List<Row> queryIn(SqlIdentifier database, SqlStatement statement);

    /** Changes something in a tenant's database as the admin, over a connection of its own. */
    void executeIn(SqlIdentifier database, SqlStatement statement);

    /** Logs in as a tenant, runs the statements one after the other, each in a transaction of its own, and logs out. Without statements it only proves the login. */
    LoginOutcome as(TenantLogin login, SqlStatement... statements);

    /** How long {@link #executeAmid} has kept a database's clients out over this lane; zero if it was not called. */
    Duration outage();

    /** As the server tells it: {@code 15.18 (Debian 15.18-0+deb12u1)}. */
    String serverVersion();

    /** Major × 10,000 + minor: {@code 150018}. */
    int serverVersionNum();

    /** Gives the lane back. */
    @Override
    void close();
}
