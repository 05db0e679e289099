package dev.ocean.operator.tenancy;

import java.util.Optional;
import java.util.stream.Stream;

/** One of a database's two logins; one is active, the other idle until a rotation. */
public enum Slot {
    A("a"),
    B("b");

    private final String suffix;

    Slot(String suffix) {
        this.suffix = suffix;
    }

    public Slot other() {
        return this == A ? B : A;
    }

    static Optional<Slot> of(String suffix) {
        return Stream.of(values()).filter(slot -> slot.suffix.equals(suffix)).findFirst();
    }

    String suffix() {
        return suffix;
    }
}
