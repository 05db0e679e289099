package dev.ocean.operator.pass;

import dev.ocean.operator.kube.EventPublisher.Severity;

/** Reasons of events; a warning that goes with a condition carries its reason. API. */
public enum EventReason {
    RESTORE_COMPLETED("RestoreCompleted"),
    RESTORE_ROLLED_BACK("RestoreRolledBack"),
    /** Privileges of a backup were not given again. */
    GRANTS_SKIPPED("GrantsSkipped", Severity.WARNING),
    /** What a restore set aside does not go at its time. */
    PREVIOUS_NOT_DROPPED("PreviousNotDropped", Severity.WARNING),
    DATABASE_CREATED("DatabaseCreated"),
    DATABASE_ADOPTED("DatabaseAdopted"),
    DATABASE_DROPPED("DatabaseDropped"),
    DATABASE_RETAINED("DatabaseRetained"),
    /** On the instance: a database or role stays on the server, and no object speaks for it any more. */
    DATABASE_ORPHANED("DatabaseOrphaned", Severity.WARNING),
    /** A database was dropped without its last backup, which could not be made and was not required. */
    FINAL_BACKUP_SKIPPED("FinalBackupSkipped", Severity.WARNING),
    CREDENTIALS_ROTATED("CredentialsRotated"),
    CREDENTIALS_REPAIRED("CredentialsRepaired"),
    DRIFT_CORRECTED("DriftCorrected"),
    BACKUP_COMPLETED("BackupCompleted"),
    BACKUP_VERIFIED("BackupVerified"),
    BACKUP_EXPIRED("BackupExpired");

    private final String code;
    private final Severity severity;

    EventReason(String code) {
        this(code, Severity.NORMAL);
    }

    EventReason(String code, Severity severity) {
        this.code = code;
        this.severity = severity;
    }

    public String code() {
        return code;
    }

    Severity severity() {
        return severity;
    }
}
