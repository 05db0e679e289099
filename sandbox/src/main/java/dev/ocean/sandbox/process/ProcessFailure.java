package dev.ocean.sandbox.process;

import java.io.Serial;

/** A process did not do what it was started for; the message names it, the cause and the end of its log. */
public final class ProcessFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    public ProcessFailure(String message) {
        super(message);
    }

    public ProcessFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
