package dev.ocean.operator.postgres;

import java.util.List;

/** What a tenant's login came to, where the server itself is well. */
public sealed interface LoginOutcome {

    /**
     * The login was proved and all statements ran.
     *
     * @param rows of the last statement; empty if it returned none
     */
    record Accepted(List<Row> rows) implements LoginOutcome {
        public Accepted {
            rows = List.copyOf(rows);
        }
    }

    /**
     * The login was proved, but it or its database has no free connection; no statement ran. PostgreSQL checks these two limits after authentication.
     */
    record AcceptedButFull() implements LoginOutcome {}

    /** The server does not accept user and password (28P01, 28000): to be repaired from the Secret. */
    record Refused() implements LoginOutcome {}
}
