package dev.ocean.operator.tenancy;

import java.time.Instant;
import java.util.Optional;

/**
 * What a mark says beside whose something is. {@code operation} is the UID of the restore, or of the backup that is verified, that a database comes from: after a crash it alone
 * tells how far that has come.
 */
public sealed interface MarkState {

    /** How it stands in the mark, with a leading space; empty for nothing. */
    String text();

    /** UID of the operation that a database comes from; empty where it comes from none. */
    default Optional<String> operation() {
        return Optional.empty();
    }

    /** When a database that an operation set aside may go; empty for all others. */
    default Optional<Instant> expires() {
        return Optional.empty();
    }

    /** Nothing special: a role, or a database as it was made. */
    record Plain() implements MarkState {
        @Override
        public String text() {
            return "";
        }
    }

    /** A live database that came from a restore. */
    record Restored(String restore) implements MarkState {
        @Override
        public String text() {
            return " op=" + restore;
        }

        @Override
        public Optional<String> operation() {
            return Optional.of(restore);
        }
    }

    /** A live database that an undone restore had set aside. */
    record Returned(String restore) implements MarkState {
        @Override
        public String text() {
            return " state=returned op=" + restore;
        }

        @Override
        public Optional<String> operation() {
            return Optional.of(restore);
        }
    }

    /** Kept closed after its object was deleted. */
    record Retained(Instant since) implements MarkState {
        @Override
        public String text() {
            return " state=retained since=" + since;
        }
    }

    /**
     * Closed to its applications for the last backup before it is dropped. While this stands nobody was let in but that backup's own login: so it proves, with the times of
     * that backup, that nothing was written behind it.
     *
     * @param backup UID of the DatabaseBackup
     * @param since when everybody was out
     * @param login the one that the backup uses; empty once that is locked too, and the database accepts nobody
     */
    record Final(String backup, Instant since, Optional<Slot> login) implements MarkState {
        @Override
        public String text() {
            return " state=final op=" + backup + " since=" + since
                    + login.map(slot -> " login=" + slot.suffix()).orElse("");
        }

        @Override
        public Optional<String> operation() {
            return Optional.of(backup);
        }

        /** The same with its own login locked. */
        public Final locked() {
            return new Final(backup, since, Optional.empty());
        }
    }

    /** Being filled; nobody's data yet. */
    record Scratch(String owner) implements MarkState {
        @Override
        public String text() {
            return " state=scratch op=" + owner;
        }

        @Override
        public Optional<String> operation() {
            return Optional.of(owner);
        }
    }

    /** What was live before a restore. */
    record Previous(String restore, Instant until) implements MarkState {
        @Override
        public String text() {
            return " state=previous op=" + restore + " until=" + until;
        }

        @Override
        public Optional<String> operation() {
            return Optional.of(restore);
        }

        @Override
        public Optional<Instant> expires() {
            return Optional.of(until);
        }
    }

    /** What a restore had brought, until it was undone. */
    record RolledBack(String restore, Instant until) implements MarkState {
        @Override
        public String text() {
            return " state=rolledback op=" + restore + " until=" + until;
        }

        @Override
        public Optional<String> operation() {
            return Optional.of(restore);
        }

        @Override
        public Optional<Instant> expires() {
            return Optional.of(until);
        }
    }
}
