package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DestructiveStep;
import dev.ocean.operator.tenancy.MarkState;
import java.time.Instant;

/** The right to run one destructive step now: the CR read live, of the UID that the mark on the server names. Caches, statuses and labels prove nothing. */
record LiveProof(DestructiveStep step) {

    /** @throws Blocked {@code CONFLICT} if the object or the mark is another one than we acted for: look again */
    static LiveProof obtain(DestructiveStep step, Subject subject, ObjectStore objects, Instant now) {
        var live = objects.read(subject.name()).filter(subject::isThis);
        var deleted =
                live.map(object -> object.getMetadata().getDeletionTimestamp()).isPresent();
        var mark = step.sighted();
        var allowed = live.isPresent()
                && switch (step.ground()) {
                    // Also of the specification: what says by now that it is kept, or protected, is not dropped.
                    case DELETION ->
                        deleted
                                && mark.object().equals(subject.id())
                                && live.filter(subject::isAs).isPresent();
                    case ROTATION -> !deleted && mark.object().equals(subject.id());
                    case OPERATION -> !deleted && mark.isOf(subject.id().uid());
                    // Only what says of itself that it was made to be filled: a live database names its restore too.
                    case SCRATCH ->
                        mark.state() instanceof MarkState.Scratch
                                && (mark.isOf(subject.id().uid())
                                        || mark.object().equals(subject.id()));
                    case EXPIRY ->
                        (mark.isOf(subject.id().uid()) || mark.object().equals(subject.id()))
                                && mark.state()
                                        .expires()
                                        .filter(until -> !until.isAfter(now))
                                        .isPresent();
                };
        if (!allowed) {
            throw Blocked.by(
                    ProblemKind.CONFLICT,
                    Reason.STALE_READ,
                    "The object changed while it was worked on; it is read again.");
        }
        return new LiveProof(step);
    }

    /**
     * For what is removed on the API server or on a volume, where no mark stands.
     *
     * @throws Blocked {@code CONFLICT} if this very object is not being deleted, or asks for something else by now
     */
    static void requireDeleted(Subject subject, ObjectStore objects) {
        var deleted = objects.read(subject.name()).filter(subject::isAs).map(object -> object.getMetadata()
                .getDeletionTimestamp());
        if (deleted.isEmpty()) {
            throw Blocked.by(
                    ProblemKind.CONFLICT,
                    Reason.STALE_READ,
                    "The object changed while it was worked on; it is read again.");
        }
    }
}
