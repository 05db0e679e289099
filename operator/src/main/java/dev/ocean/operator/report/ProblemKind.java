package dev.ocean.operator.report;

/** What an expected failure means for what happens next; {@code Passes} turns each kind into a condition, a backoff and an event. */
public enum ProblemKind {
    /** The user must change the CR or what it names. */
    INVALID,
    /** Something that the CR names is not there yet; its appearance wakes us. */
    WAITING,
    /** No lane, a lock held, an operation in progress: again in a moment, and not worth telling. */
    BUSY,
    /** The server or the API said no: a privilege, a foreign object. A person must act. */
    REFUSED,
    /** Network, restart, 429, 5xx, full disk, cut connection. The outcome of what was under way is unknown: look before acting again. */
    TRANSIENT,
    /** A stale read or a lost race: again at once with a fresh look. */
    CONFLICT,
    /** A bounded run ended badly; a new object is a new try. */
    FAILED,
    /** An invariant of ours broke. */
    BUG
}
