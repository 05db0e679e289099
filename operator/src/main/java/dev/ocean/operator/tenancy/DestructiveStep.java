package dev.ocean.operator.tenancy;

/** A step that destroys or closes something: the executor runs it only with a live proof, which it gets itself immediately before. */
public sealed interface DestructiveStep extends ServerStep
        permits ServerStep.DropTenant,
                ServerStep.DropRoles,
                ServerStep.RetainDatabase,
                ServerStep.CloseDatabase,
                ServerStep.ReleaseOwned,
                ServerStep.DropIdleLogin,
                RestoreStep.SwapIn,
                RestoreStep.SwapBack,
                RestoreStep.DropCopy {

    /** The mark on what is to be destroyed, as this very turn read it from the server; it must name what the ground is about. */
    OwnershipMark sighted();

    Ground ground();

    /** What the live object, and the mark, must say for the step to be allowed. */
    enum Ground {
        /** Deletion of the marked object was asked for. */
        DELETION,
        /** The marked object is there: only a login that its rotation retired goes, nothing that holds data. */
        ROTATION,
        /** The operation that the mark names is there and wanted: databases change places, nothing is lost. */
        OPERATION,
        /** The operation that the mark names, or the object that it was made for, is there, wanted or not: what was made to be filled goes. */
        SCRATCH,
        /** The time in the mark is past. */
        EXPIRY
    }
}
