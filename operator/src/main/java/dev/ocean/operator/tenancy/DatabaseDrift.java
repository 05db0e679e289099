package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a database differs from what is specified, where that can be corrected.
 *
 * @param findings one sentence each; empty if nothing differs
 * @param strangers grantees that nobody asked for, without PUBLIC
 * @param resets parameters that nobody asked for
 */
public record DatabaseDrift(List<String> findings, List<String> strangers, List<String> resets) {

    public DatabaseDrift {
        findings = List.copyOf(findings);
        strangers = List.copyOf(strangers);
        resets = List.copyOf(resets);
    }

    public boolean isEmpty() {
        return findings.isEmpty();
    }

    /** @param logins how many logins share the database */
    public static DatabaseDrift of(
            DatabaseFacts database, ServerFacts server, OwnershipMark mark, DatabaseSettings settings, int logins) {
        var names = new TenantNames(SqlIdentifier.of(database.name()));
        var findings = new ArrayList<String>();
        if (mark.to(database.mark()) != Relation.OURS
                || !mark.keeping(database.mark()).equals(database.mark().orElseThrow())) {
            findings.add("its mark is not this object's");
        }
        if (!database.owner().equals(server.admin())) {
            findings.add("it is owned by " + database.owner());
        }
        if (!database.accepting()) {
            findings.add("it accepts no connections");
        }
        if (database.connectionLimit() != settings.loginLimit() * logins) {
            findings.add("its connection limit is " + database.connectionLimit());
        }
        if (!new HashSet<>(database.grants()).equals(grants(names))) {
            findings.add("its grants are " + database.grants());
        }
        var strangers = strangers(database, names);
        var resets = resets(database, settings);
        resets.forEach(name -> findings.add("parameter " + name + " is set"));
        settings.parameters().stream()
                .filter(parameter -> database.settings().stream().noneMatch(parameter::isSetBy))
                .forEach(parameter -> findings.add("parameter " + parameter.name() + " is not set as specified"));
        return new DatabaseDrift(findings, strangers, resets);
    }

    private static Set<String> grants(TenantNames names) {
        var owner = names.owner().value();
        var readWrite = names.readWrite().value();
        return Set.of(
                "CONNECT " + owner,
                "CREATE " + owner,
                "TEMPORARY " + owner,
                "CONNECT " + names.readOnly().value(),
                "CONNECT " + readWrite,
                "TEMPORARY " + readWrite);
    }

    private static List<String> strangers(DatabaseFacts database, TenantNames names) {
        var known = names.groups().stream().map(group -> group.value()).toList();
        return database.grantees().stream()
                .filter(grantee -> !known.contains(grantee))
                .toList();
    }

    private static List<String> resets(DatabaseFacts database, DatabaseSettings settings) {
        return database.settings().stream()
                .map(DatabaseParameter::nameOf)
                .filter(name -> settings.parameters().stream()
                        .noneMatch(parameter -> parameter.name().equals(name)))
                .toList();
    }
}
