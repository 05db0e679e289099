package dev.ocean.operator.tenancy;

/** A step that destroys or closes something: the executor runs it only with a live proof, which it gets itself immediately before. */
public sealed interface DestructiveStep extends ServerStep
        permits ServerStep.DropTenant,
                ServerStep.DropRoles,
                ServerStep.RetainDatabase,
                ServerStep.ReleaseOwned,
                ServerStep.DropIdleLogin {

    /** The mark on what is to be destroyed, as this very turn read it from the server; it must name the object that the live read returns. */
    OwnershipMark sighted();

    Ground ground();

    /** What the live object must say for the step to be allowed. */
    enum Ground {
        /** Its deletion was asked for. */
        DELETION,
        /** It is there: only a login that its rotation retired goes, nothing that holds data. */
        ROTATION
    }
}
