package dev.ocean.operator.naming;

/** Annotations that we read from or write on objects; all are API. */
public final class Annotations {

    /** {@code paused}: touch nothing, also not on deletion. */
    public static final String RECONCILE = "ocean.dev/reconcile";

    public static final String PAUSED = "paused";

    /** Any new value: look now. */
    public static final String REQUESTED_AT = "ocean.dev/reconcile-requested-at";

    /** On a PostgresInstance: the system identifier to go on with after {@code InstanceIdentityChanged}. */
    public static final String ACCEPT_IDENTITY = "ocean.dev/accept-identity";

    /** On our Secret: when its password was made, RFC 3339. A rotation is due when {@code rotateAfterTime} is later. */
    public static final String PASSWORD_TIME = "ocean.dev/password-time";

    private Annotations() {}
}
