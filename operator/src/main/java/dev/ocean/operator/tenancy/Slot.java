package dev.ocean.operator.tenancy;

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

    String suffix() {
        return suffix;
    }
}
