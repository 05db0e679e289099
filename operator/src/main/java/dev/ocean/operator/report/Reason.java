package dev.ocean.operator.report;

/** Every reason that a condition or event can have, in every kind: one thing has one reason. The codes are API. */
public enum Reason {
    // ---- in order
    /** Everything is as specified, proved by a login and a look at the catalogs. Nothing to do. */
    READY("Ready"),
    /** The database is being made. Wait. */
    CREATING("Creating"),
    /** A change of the specification is being carried out. Wait. */
    UPDATING("Updating"),
    /** The object is being deleted and something holds it; {@code DeletionBlocked} says what. */
    DELETION_BLOCKED("DeletionBlocked"),
    /** The login in the Secret succeeded. Nothing to do. */
    LOGIN_PROVED("LoginProved"),
    /** The database is as specified. Nothing to do. */
    AS_SPECIFIED("AsSpecified"),
    /** The server's certificate and name are checked on every connection. Nothing to do. */
    VERIFIED("Verified"),

    // ---- the request
    /** A value in the specification cannot be used; the message names it. Change it. */
    INVALID_SPEC("InvalidSpec"),
    /** An object named in the specification does not exist. Create it or correct the name. */
    REFERENCE_NOT_FOUND("ReferenceNotFound"),
    /** The Project is being deleted and takes no new members. Use another Project. */
    PROJECT_DELETING("ProjectDeleting"),
    /** The Project has as many databases as its quota allows. Delete one or raise {@code spec.quota.databases}. */
    QUOTA_EXCEEDED("QuotaExceeded"),
    /** The instance has as many databases as {@code limits.databases} allows. Delete one or raise the limit. */
    INSTANCE_FULL("InstanceFull"),
    /** The instance does not exist or does not admit this namespace. Correct the reference or extend {@code spec.allowedNamespaces}. */
    INSTANCE_NOT_ALLOWED("InstanceNotAllowed"),
    /** The instance is not Ready yet. See its conditions. */
    INSTANCE_NOT_READY("InstanceNotReady"),
    /** An extension is not on the instance's list. Add it to {@code spec.allowedExtensions} of the instance. */
    EXTENSION_NOT_ALLOWED("ExtensionNotAllowed"),
    /** An extension can only be made by a superuser. Run the statement in the message. */
    EXTENSION_NEEDS_ADMIN("ExtensionNeedsAdmin"),
    /** The server does not offer this extension or version. Install its package on the server. */
    EXTENSION_UNAVAILABLE("ExtensionUnavailable"),

    // ---- names and ownership
    /** The name belongs to somebody else: another object, namespace or cluster, or a database made by hand. Choose another name. */
    NAME_CONFLICT("NameConflict"),
    /** A Secret of that name exists and is not ours. Rename it or set {@code spec.credentials.secretName}. */
    SECRET_CONFLICT("SecretConflict"),
    /** The Secret of a deleted predecessor has not been collected yet. Wait. */
    SECRET_RELEASING("SecretReleasing"),
    /** A database that was Ready is gone from the server; nothing is recreated over lost data. Restore it, or delete the ManagedDatabase and make it again. */
    DATABASE_MISSING("DatabaseMissing"),
    /** The database that a changed {@code instanceRef} points to does not carry our mark. Point it back, or bring the data there first. */
    DATABASE_MISSING_AT_TARGET("DatabaseMissingAtTarget"),
    /** Encoding or locale differ from the specification and cannot be changed. Make a new database with the wanted settings. */
    IMMUTABLE_ON_SERVER("ImmutableOnServer"),

    // ---- credentials
    /** The login in the Secret was refused and is being repaired. Wait. */
    LOGIN_REFUSED("LoginRefused"),

    // ---- the server
    /** The server refuses or swallows connections. Check that it runs and that the network lets the operator reach it. */
    INSTANCE_UNREACHABLE("InstanceUnreachable"),
    /** The server is a standby or read-only. Point the instance at the primary. */
    INSTANCE_READ_ONLY("InstanceReadOnly"),
    /** Another server answers at this address than before. Check the address; if it is right, set the annotation {@code ocean.dev/accept-identity}. */
    INSTANCE_IDENTITY_CHANGED("InstanceIdentityChanged"),
    /** The server's disk or memory is exhausted. Free some. */
    INSTANCE_OUT_OF_SPACE("InstanceOutOfSpace"),
    /** The server's version is not supported. Use PostgreSQL 14 or newer. */
    INSTANCE_VERSION_UNSUPPORTED("InstanceVersionUnsupported"),
    /** The connection Secret is missing, unlabelled or lacks a key. The message names it. */
    ADMIN_SECRET_INVALID("AdminSecretInvalid"),
    /** The server refuses the admin's login. Correct user name and password in the connection Secret. */
    ADMIN_AUTH_FAILED("AdminAuthFailed"),
    /** The connection Secret names another admin than before, who does not own the databases. Put the old name back. */
    ADMIN_NAME_CHANGED("AdminNameChanged"),
    /** TLS with the server could not be verified. Correct {@code ca.crt}, {@code host} or the server's certificate. */
    TLS_VERIFICATION_FAILED("TLSVerificationFailed"),
    /** TLS is not verified because the connection Secret's {@code sslmode} does not ask for it. Set {@code verify-full}. */
    TLS_NOT_VERIFIED("TLSNotVerified"),
    /** A right is missing on the server. Run the GRANT in the message. */
    INSUFFICIENT_PRIVILEGE("InsufficientPrivilege"),
    /** The server has no free connection slot. Raise {@code max_connections} or free some. */
    CONNECTION_LIMIT("ConnectionLimit"),
    /** A session that we may not end, or a lock, is in the way. Wait or end it. */
    WAITING_FOR_SESSIONS("WaitingForSessions"),
    /** All lanes to this server are in use, or another operation holds the database. Wait. */
    BUSY("Busy"),
    /** The connection was cut while a statement ran; its effect is looked up again. Wait. */
    OUTCOME_UNKNOWN("OutcomeUnknown"),
    /** A statement was refused for a reason that has no entry of its own; the message has its SQLSTATE. See the server's log. */
    STATEMENT_FAILED("StatementFailed"),
    /** Everybody may connect to the server's shared databases. Run the REVOKE in the message. */
    SHARED_DATABASES_OPEN("SharedDatabasesOpen"),
    /** The server's minor version has a known hole that its database users can use. Update it. */
    SERVER_OUTDATED("ServerOutdated"),

    // ---- restores
    /** The backup's files are being compared with what was written. Wait. */
    PREFLIGHT("Preflight"),
    /** The backup is being restored into a database beside the live one, which is untouched. Wait. */
    RESTORING("Restoring"),
    /** The restored data is in place, and its login is being proved. Wait. */
    FINISHING("Finishing"),
    /** The checks of a dry run found nothing that would stop the restore; nothing was changed. Nothing to do. */
    DRY_RUN("DryRun"),
    /** {@code spec.confirmDatabaseName} is not the name of the database that would be overwritten. Make another DatabaseRestore with the right one. */
    CONFIRMATION_MISMATCH("ConfirmationMismatch"),
    /** The backup is not Complete. See its conditions. */
    BACKUP_NOT_READY("BackupNotReady"),
    /** The backup belongs to another project. Use one of the same project. */
    BACKUP_NOT_ALLOWED("BackupNotAllowed"),
    /** The backup was made on a newer major version than the server's. Restore it on a server that is at least as new. */
    ARCHIVE_TOO_NEW("ArchiveTooNew"),
    /** The restore was undone. Nothing to do. */
    ROLLED_BACK("RolledBack"),
    /** There is no previous database any more that a rollback could bring back. Restore a backup. */
    PREVIOUS_GONE("PreviousGone"),
    /** What the restore is about was deleted and made again under the same name, or the backup is gone. Make another restore, if that is meant. */
    REFERENCE_REPLACED("ReferenceReplaced"),
    /** Something that may not be ended holds the database, so the restored data cannot take its place; nothing was changed. End what the message names. */
    SWAP_BLOCKED("SwapBlocked"),

    // ---- drift
    /** A correction had no lasting effect: somebody changes it back. Find out who. */
    DRIFT_NOT_CORRECTABLE("DriftNotCorrectable"),

    // ---- deletion
    /** {@code spec.deletionProtection} is true. Set it to false to let the deletion go on. */
    PROTECTION_ENABLED("ProtectionEnabled"),
    /** Databases still belong to the object or are on it; the message names them and what each waits for. Wait, or follow the message. */
    DATABASES_REMAINING("DatabasesRemaining"),
    /**
     * The last backup of a database that is to be dropped could not be made, or does not prove that it is the last one; nothing is dropped without. Mend the cause, or set
     * {@code spec.onDelete.finalBackup: None} of the Project.
     */
    FINAL_BACKUP_FAILED("FinalBackupFailed"),
    /** Backups that go with their Project are not gone yet; the message names them. Wait, or see their conditions. */
    BACKUPS_REMAINING("BackupsRemaining"),
    /** The annotation {@code ocean.dev/reconcile: paused} holds the object. Take it off. */
    PAUSED("Paused"),

    /** Roles of a dropped database still own or may use something in another one. Run the statements in the message there. */
    ROLES_IN_USE("RolesInUse"),

    /** The CustomResourceDefinition is being deleted, not this object alone; nothing is dropped. Take the finalizer off and install the CRDs again. */
    DEFINITION_BEING_DELETED("DefinitionBeingDeleted"),

    // ---- jobs that carry data
    /** The server refuses the login of the database in a Job. It is repaired and tried once more; then see {@code LoginRefused} on the ManagedDatabase. */
    AUTHENTICATION_FAILED("AuthenticationFailed"),
    /** The image's tools are of another major version than the server. Set {@code images.postgres.<major>} to one of the server's. */
    CLIENT_VERSION_MISMATCH("ClientVersionMismatch"),
    /** The image lacks a tool. Set {@code images.postgres.<major>} to a {@code postgres} image of the Debian flavour. */
    TOOL_MISSING("ToolMissing"),
    /** The backup volume cannot be written or entered. Give its root to uid or gid 999, mode 0770. */
    STORAGE_NOT_WRITABLE("StorageNotWritable"),
    /** There is less free space than the operation needs; the message has both. Enlarge the volume or delete backups. */
    INSUFFICIENT_SPACE("InsufficientSpace"),
    /** The backup volume became full in the middle; what was written of this backup is removed. Enlarge it or delete backups. */
    STORAGE_FULL("StorageFull"),
    /** The backup volume refused to rename or to confirm what was written. See the volume; a directory of that name may lie there. */
    COMMIT_FAILED("CommitFailed"),
    /** {@code pg_dump} failed; the message has its last line. */
    DUMP_FAILED("DumpFailed"),
    /** A table stayed locked for 60 s; the message names the session. Wait for it or end it. */
    LOCK_TIMEOUT("LockTimeout"),
    /** Row security hides rows from the table's owner, so a dump would lose them. {@code ALTER TABLE … NO FORCE ROW LEVEL SECURITY}. */
    ROW_SECURITY_BLOCKS("RowSecurityBlocks"),
    /** The backup's files are missing or cannot be decoded. Use another backup. */
    ARCHIVE_UNREADABLE("ArchiveUnreadable"),
    /** The backup's files are not the ones that were written: they rotted or were changed. Use another backup. */
    CHECKSUM_MISMATCH("ChecksumMismatch"),
    /** A table has another number of rows than it should; the message has both. Make another backup, or look at the scratch database. */
    VERIFICATION_FAILED("VerificationFailed"),
    /** The archive could not be restored; the message has the first error and its entry. The live database is untouched. */
    RESTORE_FAILED("RestoreFailed"),
    /** A Job ran longer than it may. See its log; a lock or a slow volume is often behind it. */
    DEADLINE_EXCEEDED("DeadlineExceeded"),
    /** A Job's pod was evicted, preempted, or its node is gone. Wait. */
    JOB_LOST("JobLost"),
    /** A Job needed more memory than its limit. Raise {@code jobs.resources}. */
    OUT_OF_MEMORY("OutOfMemory"),
    /** The image of a Job cannot be pulled. Correct {@code images.postgres.<major>} or {@code jobs.imagePullSecrets}. */
    IMAGE_PULL_FAILED("ImagePullFailed"),
    /** A volume of a Job cannot be mounted or is not bound. See the claim and the pod's events. */
    VOLUME_PENDING("VolumePending"),

    // ---- backups
    /** The backup is complete. Nothing to do. */
    COMPLETE("Complete"),
    /** The backup was read and compared, but not restored yet. Restore it somewhere to be sure. */
    NOT_RESTORED("NotRestored"),
    /** The backup was restored into a scratch database, counted, and the scratch database dropped. Nothing to do. */
    RESTORED_TO_SCRATCH("RestoredToScratch"),
    /** A restore of the backup was completed. Nothing to do. */
    RESTORED_IN_PLACE("RestoredInPlace"),
    /** A restore that is not over reads the backup. Wait until it is, or delete it. */
    IN_USE("InUse"),
    /** The database is being dumped. Wait. */
    DUMPING("Dumping"),
    /** The files of a backup are being read. Wait. */
    CHECKING("Checking"),
    /** The Project has no volume for backups. Set {@code spec.backups} of the Project. */
    STORAGE_NOT_CONFIGURED("StorageNotConfigured"),
    /** The PersistentVolumeClaim is not marked for backups. Its owner can label it {@code ocean.dev/backup-storage: "true"}. */
    VOLUME_NOT_ALLOWED("VolumeNotAllowed"),
    /** The PersistentVolumeClaim was deleted and made again since the backup was written to it. Take over what is on it by {@code importFrom}, or back up anew. */
    VOLUME_REPLACED("VolumeReplaced"),
    /** The database cannot be used yet; its own conditions say why. */
    DATABASE_NOT_READY("DatabaseNotReady"),
    /** Another operation on the same database or volume is under way. Wait. */
    OPERATION_IN_PROGRESS("OperationInProgress"),
    /** No node takes the Job's pod. See the pod's events. */
    UNSCHEDULABLE("Unschedulable"),

    // ---- the operator
    /** The operator lacks a right on the API server; the message names verb and resource. Check the chart's roles. */
    OPERATOR_FORBIDDEN("OperatorForbidden"),
    /** The API server could not be reached or failed. Wait. */
    API_UNAVAILABLE("APIUnavailable"),
    /** The API server refused an object of ours. See the message. */
    API_REFUSED("APIRefused"),
    /** Somebody else changed an object at the same moment; it is read again. Wait. */
    STALE_READ("StaleRead"),
    /** The namespace is being deleted; nothing can be made in it. Wait. */
    NAMESPACE_TERMINATING("NamespaceTerminating"),
    /** A defect of the operator; its log has the details. Report it. */
    INTERNAL_ERROR("InternalError");

    private final String code;

    Reason(String code) {
        this.code = code;
    }

    /** The text in conditions and events; API. */
    public String code() {
        return code;
    }
}
