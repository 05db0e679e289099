package dev.ocean.operator.database;

import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.pass.EventReason;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.ServerStep;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The most important thing that some steps did.
 *
 * @param reason its name as an event
 */
record Done(EventReason reason) {

    /** Most important first. */
    private static final List<EventReason> ORDER = List.of(
            EventReason.DATABASE_DROPPED,
            EventReason.DATABASE_RETAINED,
            EventReason.RESTORE_COMPLETED,
            EventReason.DATABASE_CREATED,
            EventReason.DATABASE_ADOPTED,
            EventReason.CREDENTIALS_ROTATED,
            EventReason.CREDENTIALS_REPAIRED,
            EventReason.DRIFT_CORRECTED);

    /** Empty if nothing happened that is worth telling. */
    static Optional<Done> of(List<Step> steps) {
        return steps.stream()
                .flatMap(step -> reason(step).stream())
                .min(Comparator.comparingInt(ORDER::indexOf))
                .map(Done::new);
    }

    private static Optional<EventReason> reason(Step step) {
        return switch (step) {
            case Step.Sql(ServerStep.CreateDatabase create) -> Optional.of(EventReason.DATABASE_CREATED);
            case Step.Sql(RestoreStep.SwapIn born) -> Optional.of(EventReason.RESTORE_COMPLETED);
            case Step.Sql(ServerStep.AlignGroups align) -> Optional.of(EventReason.DATABASE_ADOPTED);
            case Step.Sql(ServerStep.DropTenant drop) -> Optional.of(EventReason.DATABASE_DROPPED);
            case Step.Sql(ServerStep.RetainDatabase retain)
            when retain.mark().isRetained() -> Optional.of(EventReason.DATABASE_RETAINED);
            case Step.Sql(ServerStep.AlignLogin align)
            when align.verifier().isPresent() -> Optional.of(EventReason.CREDENTIALS_REPAIRED);
            case Step.Sql(ServerStep.AlignDatabase align) -> Optional.of(EventReason.DRIFT_CORRECTED);
            case Step.Patch(var target, Map<String, Object> patch)
            when endsRotation(patch) -> Optional.of(EventReason.CREDENTIALS_ROTATED);
            default -> Optional.empty();
        };
    }

    /** The patch that switches the main keys takes the others out. */
    private static boolean endsRotation(Map<String, Object> patch) {
        return patch.get("data") instanceof Map<?, ?> data
                && data.containsKey(ConnectionSecret.NEXT_USERNAME)
                && data.get(ConnectionSecret.NEXT_USERNAME) == null;
    }
}
