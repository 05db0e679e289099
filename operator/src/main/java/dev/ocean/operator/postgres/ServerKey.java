package dev.ocean.operator.postgres;

/**
 * One server: its lanes, its circuit, its pool.
 *
 * @param value the UID of its DatabaseInstance
 */
public record ServerKey(String value) {}
