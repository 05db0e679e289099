package dev.ocean.operator.pass;

/** Something that happened, in the past tense, for a Normal event. */
public record Notice(EventReason reason, String note) {}
