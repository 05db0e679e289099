package dev.ocean.operator.api.v1beta1;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every status has. */
public interface ConditionedStatus {

    /** The generation that the status is about; null or -1 before the first pass. */
    @Nullable
    Long observedGeneration();

    /** Sorted by type; empty before the first pass. */
    List<Condition> conditions();
}
