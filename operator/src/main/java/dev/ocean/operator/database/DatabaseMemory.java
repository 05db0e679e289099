package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * What the status remembers of earlier passes. It may withhold a creation or a login, never cause an effect: a status can be lost, and a user can forge it.
 *
 * @param firstReady when the database was first Ready; nothing is created over data that was
 * @param instanceUid of the instance on which it was last Ready
 * @param ready whether the last pass found this very generation Ready, with nothing under way
 * @param passwordTime whole seconds; when the password was made with which it was
 * @param restoreTold whether it says what the database was restored from: the Jobs that told may go
 */
record DatabaseMemory(
        Optional<Instant> firstReady,
        Optional<String> instanceUid,
        boolean ready,
        Optional<Instant> passwordTime,
        boolean restoreTold) {

    static DatabaseMemory of(ManagedDatabase cr) {
        var status = cr.getStatus();
        if (status == null) {
            return new DatabaseMemory(Optional.empty(), Optional.empty(), false, Optional.empty(), false);
        }
        var ready = Objects.equals(status.observedGeneration(), cr.getMetadata().getGeneration())
                && Conditions.isTrue(status.conditions(), ConditionType.READY)
                && !Conditions.isTrue(status.conditions(), ConditionType.RECONCILING);
        return new DatabaseMemory(
                Optional.ofNullable(status.firstReadyTime()),
                Optional.ofNullable(status.instance()).map(ManagedDatabaseStatus.Instance::uid),
                ready,
                Optional.ofNullable(status.credentials()).map(ManagedDatabaseStatus.Credentials::rotatedTime),
                status.restoredFrom() != null);
    }

    /** Whether the login with a password of that time was proved, as far as we remember. */
    boolean isProved(Instant passwordMade) {
        return ready
                && passwordTime
                        .filter(passwordMade.truncatedTo(ChronoUnit.SECONDS)::equals)
                        .isPresent();
    }
}
