package dev.ocean.sandbox.process;

/** A POSIX signal by its name without {@code SIG}. */
public enum Signal {
    TERM,
    INT,
    QUIT,
    KILL,
    STOP,
    CONT
}
