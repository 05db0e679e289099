package dev.ocean.operator.postgres;

/**
 * One server: its lanes, its circuit, its pool.
 *
 * @param value the UID of its PostgresInstance
 */
public record ServerKey(String value) {

    /** Of what is done on no server. */
    public static final ServerKey NONE = new ServerKey("");
}
