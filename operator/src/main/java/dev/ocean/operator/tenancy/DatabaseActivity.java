package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.Row;
import java.util.List;

/**
 * Who is in a database.
 *
 * @param sessions how many
 * @param blocking those that stand in the way of a swap, because they are not our logins' and so not ours to end: {@code pid user application}, or a prepared transaction,
 *     with {@code in <database>} where that is not the live one; at most five
 * @param slots logical replication slots, sorted: they move with the old data
 */
public record DatabaseActivity(int sessions, List<String> blocking, List<String> slots) {

    public DatabaseActivity {
        blocking = List.copyOf(blocking);
        slots = List.copyOf(slots);
    }

    /** The row of {@link RestoreSql#activity}. */
    public static DatabaseActivity read(Row row) {
        return new DatabaseActivity(
                Math.toIntExact(row.number("sessions")),
                row.texts("blocking").stream().sorted().toList(),
                row.texts("slots").stream().sorted().toList());
    }
}
