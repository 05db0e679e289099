package dev.ocean.operator;

import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.postgres.ConnectionKind;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.postgres.SqlListener;
import java.time.InstantSource;

/** Hands on what happens on the lines to the servers: all of it to the metrics, and a server's return to what was proved on it. */
record ServerNews(SqlListener metrics, LoginProofs proofs, InstantSource clock) implements SqlListener {

    @Override
    public void onRoundTrip(String statementId, long nanos) {
        metrics.onRoundTrip(statementId, nanos);
    }

    @Override
    public void onConnectionOpened(ConnectionKind kind) {
        metrics.onConnectionOpened(kind);
    }

    @Override
    public void onError(String statementId, String sqlStateClass) {
        metrics.onError(statementId, sqlStateClass);
    }

    @Override
    public void onServerLost(ServerKey key) {
        metrics.onServerLost(key);
    }

    @Override
    public void onServerBack(ServerKey key) {
        metrics.onServerBack(key);
        proofs.age(key, clock.instant());
    }
}
