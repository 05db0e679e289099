package dev.ocean.operator.naming;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Annotations that we read from or write on objects; all are API. */
public final class Annotations {

    /** {@code paused}: touch nothing, also not on deletion. */
    public static final String RECONCILE = "ocean.dev/reconcile";

    public static final String PAUSED = "paused";

    /** Any new value: look now. */
    public static final String REQUESTED_AT = "ocean.dev/reconcile-requested-at";

    /** {@code "true"} on an object that is being deleted: give up cleaning, record what is left, let it go. */
    public static final String ABANDON = "ocean.dev/abandon";

    /** On a PostgresInstance: the system identifier to go on with after {@code InstanceIdentityChanged}. */
    public static final String ACCEPT_IDENTITY = "ocean.dev/accept-identity";

    /** On our Secret: when its password was made, RFC 3339. A rotation is due when {@code rotateAfterTime} is later. */
    public static final String PASSWORD_TIME = "ocean.dev/password-time";

    /** {@code "true"} on the Secret of a last backup: the server lets in who knows its password. */
    public static final String LOGIN_OPEN = "ocean.dev/login-open";

    private Annotations() {}

    /** @param annotations of an object; null for none */
    public static boolean isPaused(@Nullable Map<String, String> annotations) {
        return annotations != null && PAUSED.equals(annotations.get(RECONCILE));
    }

    /** @param annotations of an object; null for none */
    public static boolean isAbandoned(@Nullable Map<String, String> annotations) {
        return annotations != null && "true".equals(annotations.get(ABANDON));
    }
}
