package dev.ocean.operator.it;

import dev.ocean.sandbox.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that commit one numbered row after the other, come back at once when their session is ended, and note which commits the server confirmed. A number is used once: of
 * one whose commit was not confirmed nobody knows whether it is there.
 */
final class Writers implements AutoCloseable {

    static final int CLIENTS = 8;

    private final SecretLogin login;
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Commit> confirmed = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();

    record Row(int client, long number) {}

    /** @param database OID of the one that it was written to: names change places */
    record Commit(Row row, long database) {}

    /** @param state of SQL, with which a session ended or a login was refused */
    record Ended(int client, String state) {}

    private Writers(SecretLogin login) {
        this.login = login;
    }

    /** Makes the table {@code written}; they write until they are stopped. */
    static Writers start(SecretLogin login) throws SQLException {
        login.run("CREATE TABLE written (client int, number bigint, PRIMARY KEY (client, number))");
        var writers = new Writers(login);
        for (var client = 0; client < CLIENTS; client++) {
            var own = client;
            writers.clients.execute(() -> writers.write(own));
        }
        return writers;
    }

    private void write(int client) {
        var number = 0L;
        while (!over.get()) {
            try (var connection = login.open()) {
                var database = database(connection);
                while (!over.get()) {
                    // Before the attempt: what fails is not tried again under the same number.
                    number++;
                    insert(connection, new Row(client, number));
                    confirmed.add(new Commit(new Row(client, number), database));
                }
            } catch (SQLException e) {
                ended.add(new Ended(client, Optional.ofNullable(e.getSQLState()).orElse("none")));
            }
        }
    }

    private static long database(Connection connection) throws SQLException {
        // The directory has the OID of the session's own database, whatever it is called by now.
        return Long.parseLong(Sql.ask(connection, "SELECT split_part(pg_relation_filepath('pg_class'), '/', 2)")
                .getFirst());
    }

    private static void insert(Connection connection, Row row) throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO written VALUES (?, ?)")) {
            statement.setInt(1, row.client());
            statement.setLong(2, row.number());
            statement.execute();
        }
    }

    /** All that were confirmed so far. */
    List<Commit> confirmed() {
        return List.copyOf(confirmed);
    }

    /** Those written to this database. */
    Set<Row> confirmedIn(long database) {
        var rows = new HashSet<Row>();
        confirmed.stream().filter(commit -> commit.database() == database).forEach(commit -> rows.add(commit.row()));
        return rows;
    }

    List<Ended> ended() {
        return List.copyOf(ended);
    }

    /** Every client has written on. */
    void awaitProgress() {
        var before = confirmed.size();
        Space.awaiting("all clients have written on").untilAsserted(() -> assertThat(confirmed.stream()
                        .skip(before)
                        .map(commit -> commit.row().client())
                        .distinct())
                .hasSize(CLIENTS));
    }

    /** Those of {@code rows} that {@code database} lacks. */
    static Set<Row> missing(Set<Row> rows, Set<Row> database) {
        var missing = new HashSet<>(rows);
        missing.removeAll(database);
        return missing;
    }

    /** What a superuser finds in a database. */
    static Set<Row> rows(PostgresServer server, String database) {
        var rows = new HashSet<Row>();
        for (var line : Sql.askIn(server, database, "SELECT client || ' ' || number FROM written")) {
            var space = line.indexOf(' ');
            rows.add(new Row(Integer.parseInt(line.substring(0, space)), Long.parseLong(line.substring(space + 1))));
        }
        return rows;
    }

    /** Returns when the last of them has its answer. */
    void stop() {
        over.set(true);
        clients.close();
    }

    @Override
    public void close() {
        stop();
    }
}
