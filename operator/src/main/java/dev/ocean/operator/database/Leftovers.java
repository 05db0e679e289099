package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.InstanceReference;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.pass.Leftover;
import dev.ocean.operator.reference.Lookup;
import dev.ocean.operator.reference.Membership;
import java.util.Objects;
import java.util.Optional;

/** What stays on a server when a database's cleaning is given up. */
final class Leftovers {

    private Leftovers() {}

    static Leftover of(ManagedDatabase cr, Lookup lookup) {
        var metadata = cr.getMetadata();
        var name = Optional.ofNullable(cr.getStatus())
                .map(ManagedDatabaseStatus::databaseName)
                .map(found -> "Database '" + found + "'")
                .orElse("What was made");
        return new Leftover(
                instance(cr, lookup),
                name + " for ManagedDatabase '" + metadata.getNamespace() + "/" + metadata.getName()
                        + "' stays on the server with its roles, as it is: its cleaning was given up.");
    }

    private static Optional<ObjectId> instance(ManagedDatabase cr, Lookup lookup) {
        var was = Optional.ofNullable(cr.getStatus())
                .map(ManagedDatabaseStatus::instance)
                .map(instance -> new InstanceReference(instance.name(), instance.namespace()));
        return was.or(() -> Membership.instanceOf(cr, lookup))
                .flatMap(reference -> lookup.find(
                        PostgresInstance.class,
                        Objects.requireNonNullElse(
                                reference.namespace(), cr.getMetadata().getNamespace()),
                        reference.name()))
                .map(instance -> new ObjectId(
                        "PostgresInstance",
                        instance.getMetadata().getNamespace(),
                        instance.getMetadata().getName(),
                        instance.getMetadata().getUid()));
    }
}
