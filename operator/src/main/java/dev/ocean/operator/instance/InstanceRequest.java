package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/**
 * What a PostgresInstance asks for.
 *
 * @param secret what its connection Secret says
 * @param knownIdentifier the system identifier that answered before
 * @param acceptedIdentifier the one that a person accepted instead
 * @param knownAdmin the admin's name before
 */
record InstanceRequest(
        ObjectId id,
        long generation,
        AdminSecret secret,
        Optional<String> knownIdentifier,
        Optional<String> acceptedIdentifier,
        Optional<String> knownAdmin) {

    ServerKey key() {
        return new ServerKey(id.uid());
    }

    static InstanceRequest parse(PostgresInstance cr, ObjectId id, Optional<Secret> secret) {
        var status = Optional.ofNullable(cr.getStatus());
        var annotations = Optional.ofNullable(cr.getMetadata().getAnnotations());
        return new InstanceRequest(
                id,
                cr.getMetadata().getGeneration(),
                AdminSecret.parse(cr.getSpec().external().connectionSecretRef().name(), secret),
                status.map(PostgresInstanceStatus::systemIdentifier),
                annotations.map(all -> all.get(Annotations.ACCEPT_IDENTITY)),
                status.map(PostgresInstanceStatus::adminName));
    }
}
