package dev.ocean.operator.postgres;

/** Told what happens on the lines to the servers: for metrics, and for tests that count. Called on the working thread; must be quick and must not throw. */
public interface SqlListener {

    SqlListener NONE = new SqlListener() {};

    /** One statement was sent and answered, well or not. */
    default void onRoundTrip(String statementId, long nanos) {}

    default void onConnectionOpened(ConnectionKind kind) {}

    /**
     * A statement failed, or a connection ({@code connect}).
     *
     * @param sqlStateClass the first two characters of the SQLSTATE, {@code 08} where there is none
     */
    default void onError(String statementId, String sqlStateClass) {}

    /** The first failed connection to a server that was well before. */
    default void onServerLost(ServerKey key) {}

    /** The first connection that succeeded again: its CRs are worth a pass. */
    default void onServerBack(ServerKey key) {}
}
