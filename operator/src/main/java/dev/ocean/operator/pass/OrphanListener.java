package dev.ocean.operator.pass;

import dev.ocean.operator.naming.ObjectId;

/** Told after each look at a server how much on it no object speaks for any more; for metrics. Must be quick and must not throw. */
public interface OrphanListener {

    /**
     * @param retained kept by policy
     * @param left of objects that went without cleaning up
     */
    void onOrphans(ObjectId instance, int retained, int left);

    /** The instance is gone. */
    void onInstanceGone(ObjectId instance);
}
