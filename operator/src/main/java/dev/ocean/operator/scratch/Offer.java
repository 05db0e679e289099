package dev.ocean.operator.scratch;

/** A version of an extension that the server has files for; {@code trusted} ones a database owner may make. */
public record Offer(String name, String version, boolean trusted) {}
