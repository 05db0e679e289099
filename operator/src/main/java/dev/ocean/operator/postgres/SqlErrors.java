package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import java.sql.SQLException;
import java.util.Optional;

/** What a SQLSTATE means, in one place. */
public final class SqlErrors {

    private SqlErrors() {}

    /** The SQLSTATE behind what a {@link Lane} threw, where the server gave one; for the few decisions that a {@code Problem} is too coarse for. */
    public static Optional<String> sqlState(Blocked blocked) {
        return blocked.getCause() instanceof SQLException failure ? Optional.ofNullable(failure.getSQLState()) : Optional.empty();
    }
}
