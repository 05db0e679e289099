package dev.ocean.sandbox.fault;

import java.time.Duration;

/** What a {@link FaultProxy} does to connections. */
public sealed interface Fault {

    /** Hands everything on, both ways. */
    record Pass() implements Fault {}

    /** New connections are reset as soon as they are made; those that exist live on. */
    record Refuse() implements Fault {}

    /** New connections are accepted, what they send is swallowed, nothing ever comes back; those that exist fall silent. */
    record BlackHole() implements Fault {}

    /** Hands everything on, each portion this much later, in both directions. */
    record Delay(Duration by) implements Fault {}

    /** Hands one request on, and resets the connection when its reply comes back: the server did it, the client never knows. */
    record CutAfterRequest() implements Fault {}
}
