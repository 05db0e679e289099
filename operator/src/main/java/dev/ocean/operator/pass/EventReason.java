package dev.ocean.operator.pass;

/** Reasons of events; a warning that goes with a condition carries its reason. API. */
public enum EventReason {
    DATABASE_CREATED("DatabaseCreated"),
    DATABASE_ADOPTED("DatabaseAdopted"),
    DATABASE_DROPPED("DatabaseDropped"),
    DATABASE_RETAINED("DatabaseRetained"),
    /** On the instance: a database or role stays on the server, and no object speaks for it any more. */
    DATABASE_ORPHANED("DatabaseOrphaned"),
    CREDENTIALS_ROTATED("CredentialsRotated"),
    CREDENTIALS_REPAIRED("CredentialsRepaired"),
    DRIFT_CORRECTED("DriftCorrected");

    private final String code;

    EventReason(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
