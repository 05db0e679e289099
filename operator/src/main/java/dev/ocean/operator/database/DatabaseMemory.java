package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What the status remembers of earlier passes. It may withhold a creation or a login, never cause an effect: a status can be lost, and a user can forge it.
 *
 * @param firstReady when the database was first Ready; nothing is created over data that was
 * @param instanceUid of the instance on which it was last Ready
 * @param ready whether the last pass found this very generation Ready
 */
record DatabaseMemory(Optional<Instant> firstReady, Optional<String> instanceUid, boolean ready) {

    static DatabaseMemory of(ManagedDatabase cr) {
        var status = cr.getStatus();
        if (status == null) {
            return new DatabaseMemory(Optional.empty(), Optional.empty(), false);
        }
        var ready = Objects.equals(status.observedGeneration(), cr.getMetadata().getGeneration())
                && Conditions.isTrue(status.conditions(), ConditionType.READY);
        return new DatabaseMemory(
                Optional.ofNullable(status.firstReadyTime()),
                Optional.ofNullable(status.instance()).map(ManagedDatabaseStatus.Instance::uid),
                ready);
    }
}
