package dev.ocean.operator.database;

import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.Seen;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.RestoreReferences.Source;
import dev.ocean.operator.scratch.ObservedFilling;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.tenancy.TenantNames;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The facts that matter to one ManagedDatabase, as server and API tell them.
 *
 * @param picture of this tenant alone
 * @param secret under the name that the specification gives
 * @param formerSecret ours under another name, if the name was changed
 * @param proofs what the last login of each slot came to
 * @param inheritedUntil until when what an earlier process proved is taken for good
 * @param restores UIDs of the restores that there are, where there is something that one may be in charge of; none in a glance, which so finds more to do and never less
 * @param offers extensions that the server offers, of those asked for; empty where none is asked for or in a glance
 * @param birth what is known of the backup that it is born from; empty where it is not, and in a glance
 * @param finalBackup only looked for where one is to be made
 */
record ObservedDatabase(
        TenantNames names,
        ServerPicture picture,
        ObservedSecret secret,
        Optional<FormerSecret> formerSecret,
        Map<Slot, LoginProof> proofs,
        Instant inheritedUntil,
        Set<String> restores,
        Optional<List<ExtensionOffer>> offers,
        Optional<ObservedBirth> birth,
        Optional<ObservedFinalBackup> finalBackup)
        implements Seen {

    ObservedDatabase {
        proofs = Map.copyOf(proofs);
        restores = Set.copyOf(restores);
        offers = offers.map(List::copyOf);
    }

    /** A version of an extension that the server has files for; {@code trusted} ones a database owner may make. */
    record ExtensionOffer(String name, String version, boolean trusted) {}

    /**
     * @param source the DatabaseBackup; empty if there is none
     * @param filling of the scratch database that is to become this one
     */
    record ObservedBirth(Optional<Source> source, ObservedFilling filling) {}

    record FormerSecret(String name, ObservedSecret.Ours secret) {}

    @Override
    public ServerFacts server() {
        return picture.server();
    }

    Optional<DatabaseFacts> database() {
        return picture.database(names.database());
    }

    /** Whether what is inside was made: default privileges, at the least, are the owner's. */
    boolean isFurnished() {
        return database()
                .filter(found -> found.owners().contains(names.owner().value()))
                .isPresent();
    }

    Optional<RoleFacts> login(Slot slot) {
        return picture.role(names.login(slot));
    }

    /** The logins that exist. */
    Map<Slot, RoleFacts> logins() {
        var logins = new EnumMap<Slot, RoleFacts>(Slot.class);
        Stream.of(Slot.values()).forEach(slot -> login(slot).ifPresent(facts -> logins.put(slot, facts)));
        return logins;
    }

    /** The logins that exist and are not somebody else's. */
    Map<Slot, RoleFacts> logins(OwnershipMark mark) {
        var logins = logins();
        logins.values().removeIf(login -> mark.to(login.mark()) == Relation.FOREIGN);
        return logins;
    }

    /** Members that nobody asked for, of the owner role and of the logins, by the role; never of a role that is somebody else's. */
    Map<SqlIdentifier, List<String>> strangers(DatabaseRequest request) {
        var names = request.names();
        var logins = logins(request.mark());
        var known = logins.values().stream().map(RoleFacts::name).toList();
        var strangers = new LinkedHashMap<SqlIdentifier, List<String>>();
        strangers.put(
                names.owner(),
                picture
                        .role(names.owner())
                        .filter(role -> request.mark().to(role.mark()) != Relation.FOREIGN)
                        .map(RoleFacts::members)
                        .orElse(List.of())
                        .stream()
                        .filter(member -> !known.contains(member))
                        .toList());
        logins.forEach((slot, login) -> strangers.put(names.login(slot), login.members()));
        strangers.values().removeIf(List::isEmpty);
        return strangers;
    }

    Optional<ObservedSecret.Ours> ours() {
        return secret instanceof ObservedSecret.Ours ours ? Optional.of(ours) : Optional.empty();
    }
}
