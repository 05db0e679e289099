package dev.ocean.operator.pass;

/** Reasons of Normal events; warnings carry the reason of the condition that they go with. API. */
public enum EventReason {
    DATABASE_CREATED("DatabaseCreated"),
    DATABASE_ADOPTED("DatabaseAdopted"),
    DATABASE_DROPPED("DatabaseDropped"),
    DATABASE_RETAINED("DatabaseRetained"),
    CREDENTIALS_ROTATED("CredentialsRotated"),
    CREDENTIALS_REPAIRED("CredentialsRepaired"),
    DRIFT_CORRECTED("DriftCorrected"),
    BACKUP_COMPLETED("BackupCompleted"),
    BACKUP_EXPIRED("BackupExpired");

    private final String code;

    EventReason(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
