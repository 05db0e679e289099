package dev.ocean.operator.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** One open connection and how statements go over it; used by one thread at a time. */
final class Session implements AutoCloseable {

    /** The driver sends {@code Sync}, and so commits, after 64,000 bytes of expected answers, of which it reckons 250 per statement. */
    private static final int MAX_PIPELINED = 200;

    private static final int MAX_ROWS = 500_000;
    private static final int LOST_RACES = 3;
    private static final int ALIVE_SECONDS = 5;

    /** A limit of ours, in the words of PostgreSQL's {@code program_limit_exceeded}. */
    private static final String LIMIT_EXCEEDED = "54000";

    private final Connection connection;
    private final PGConnection driver;
    private final SqlListener listener;
    private Pace pace = Pace.QUICK;

    Session(Connection connection, PGConnection driver, SqlListener listener) {
        this.connection = connection;
        this.driver = driver;
        this.listener = listener;
    }

    /** Reads with a prepared statement, so that the server keeps the plan where the connection is kept; rows of its last part. */
    List<Row> read(SqlStatement statement) throws SQLException {
        return repeated(statement, () -> prepared(statement));
    }

    /** Runs a statement as it stands, or prepared if it has parameters; rows of its last part, empty if that returns none. */
    List<Row> run(SqlStatement statement) throws SQLException {
        return repeated(
                statement, () -> statement.parts() > MAX_PIPELINED ? inTransaction(statement) : sent(statement));
    }

    /** Asks the server, at the price of a round trip. */
    boolean isAlive() {
        try {
            return connection.isValid(ALIVE_SECONDS);
        } catch (SQLException broken) {
            return false;
        }
    }

    /** A parameter that the server reports by itself, and again when it changes; empty if it does not. */
    String reported(String parameter) {
        var value = driver.getParameterStatus(parameter);
        return value == null ? "" : value;
    }

    /** {@code 150018}; told at login, costs nothing. */
    int serverVersionNum() throws SQLException {
        var metaData = connection.getMetaData();
        return metaData.getDatabaseMajorVersion() * 10_000 + metaData.getDatabaseMinorVersion();
    }

    /** A connection that cannot be closed is gone already. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException gone) {
            listener.onError("close", SqlErrors.stateClass(gone));
        }
    }

    /** What lost a race for a catalog row was undone as a whole, so it may be run again. */
    private List<Row> repeated(SqlStatement statement, Sending sending) throws SQLException {
        allow(statement.pace());
        for (var lost = 0; ; lost++) {
            try {
                return timed(statement.id(), sending);
            } catch (SQLException failure) {
                if (lost == LOST_RACES || !SqlErrors.isLostRace(failure)) {
                    throw failure;
                }
            }
        }
    }

    /** How long we wait is our side's affair alone: a limit on the server would be a round trip for each change of it. */
    private void allow(Pace next) throws SQLException {
        if (next != pace) {
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(next.onLine().toMillis()));
            pace = next;
        }
    }

    private List<Row> timed(String statementId, Sending sending) throws SQLException {
        var begin = System.nanoTime();
        try {
            return sending.send();
        } catch (SQLException failure) {
            listener.onError(statementId, SqlErrors.stateClass(failure));
            throw failure;
        } finally {
            listener.onRoundTrip(statementId, System.nanoTime() - begin);
        }
    }

    private List<Row> inTransaction(SqlStatement statement) throws SQLException {
        connection.setAutoCommit(false);
        try {
            var rows = sent(statement);
            connection.commit();
            return rows;
        } catch (SQLException failure) {
            if (!connection.isClosed()) {
                connection.rollback();
            }
            throw failure;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private List<Row> sent(SqlStatement statement) throws SQLException {
        if (!statement.parameters().isEmpty()) {
            return prepared(statement);
        }
        try (var plain = connection.createStatement()) {
            // JDBC's {escapes}: our text is SQL and nothing else.
            plain.setEscapeProcessing(false);
            plain.setMaxRows(MAX_ROWS);
            return lastRows(plain, plain.execute(statement.text()));
        }
    }

    private List<Row> prepared(SqlStatement statement) throws SQLException {
        try (var prepared = connection.prepareStatement(statement.text())) {
            bind(prepared, statement.parameters());
            prepared.setMaxRows(MAX_ROWS);
            return lastRows(prepared, prepared.execute());
        }
    }

    private void bind(PreparedStatement prepared, List<Object> parameters) throws SQLException {
        for (var i = 0; i < parameters.size(); i++) {
            switch (parameters.get(i)) {
                case String text -> prepared.setString(i + 1, text);
                case Long number -> prepared.setLong(i + 1, number);
                case String[] texts -> prepared.setArray(i + 1, connection.createArrayOf("text", texts));
                case Long[] numbers -> prepared.setArray(i + 1, connection.createArrayOf("int8", numbers));
                default -> throw new IllegalStateException("cannot bind a parameter that SqlStatement does not offer");
            }
        }
    }

    private static List<Row> lastRows(Statement statement, boolean firstHasRows) throws SQLException {
        List<Row> rows = List.of();
        var hasRows = firstHasRows;
        while (hasRows || statement.getUpdateCount() >= 0) {
            rows = hasRows ? rows(statement.getResultSet()) : List.of();
            hasRows = statement.getMoreResults();
        }
        return rows;
    }

    private static List<Row> rows(ResultSet result) throws SQLException {
        var metaData = result.getMetaData();
        var rows = new ArrayList<Row>();
        while (result.next()) {
            var columns = new LinkedHashMap<String, @Nullable String>();
            for (var column = 1; column <= metaData.getColumnCount(); column++) {
                columns.put(metaData.getColumnLabel(column), result.getString(column));
            }
            rows.add(Row.ofServerTexts(columns));
        }
        if (rows.size() >= MAX_ROWS) {
            throw new SQLException("cannot read more than " + MAX_ROWS + " rows", LIMIT_EXCEEDED);
        }
        return List.copyOf(rows);
    }

    @FunctionalInterface
    private interface Sending {
        List<Row> send() throws SQLException;
    }
}
