package dev.ocean.operator.report;

/** Every condition type of every kind; the names are API. */
public enum ConditionType {
    READY("Ready"),
    /** Present only while we work; kstatus reads it as "in progress". */
    RECONCILING("Reconciling"),
    /** Present only while a person must act; kstatus reads it as "failed". */
    STALLED("Stalled"),
    DELETION_BLOCKED("DeletionBlocked"),
    DATABASE_READY("DatabaseReady"),
    CREDENTIALS_READY("CredentialsReady"),
    DRIFT_DETECTED("DriftDetected"),
    TLS_VERIFIED("TLSVerified"),
    SERVER_OUTDATED("ServerOutdated"),
    SHARED_DATABASES_OPEN("SharedDatabasesOpen"),
    /** A bounded run ended well; a fact from then on. */
    COMPLETE("Complete"),
    /** A bounded run ended badly, for good. */
    FAILED("Failed"),
    /** A backup was restored somewhere and compared: nothing less. */
    VERIFIED("Verified"),
    /** A restore was undone. */
    ROLLED_BACK("RolledBack"),
    /** What a restore set aside is still there after its time. */
    PREVIOUS_NOT_DROPPED("PreviousNotDropped");

    private final String code;

    ConditionType(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
