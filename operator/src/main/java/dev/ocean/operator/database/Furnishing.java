package dev.ocean.operator.database;

import dev.ocean.operator.database.ObservedDatabase.ExtensionOffer;
import dev.ocean.operator.postgres.SqlStatement;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.Extension;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.TenantFurniture;
import dev.ocean.operator.tenancy.TenantFurniture.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which extensions and schemas can be made, and by whom.
 *
 * @param byTenant trusted extensions, made by the tenant's login
 * @param byAdmin others, made by a superuser admin while the database is still empty
 * @param problem the first extension that cannot be made
 */
record Furnishing(List<Extension> byTenant, List<Extension> byAdmin, Optional<Problem> problem) {

    static Furnishing of(DatabaseRequest request, ObservedDatabase seen, Optional<Sight> sight) {
        var byTenant = new ArrayList<Extension>();
        var byAdmin = new ArrayList<Extension>();
        var problems = new ArrayList<Problem>();
        // A superuser runs a script only where no tenant can have planted anything: no login of it was ever made.
        var isNew = seen.logins().isEmpty()
                && request.memory().firstReady().isEmpty()
                && seen.database()
                        .map(database ->
                                database.mark().isEmpty() || request.mark().to(database.mark()) == Relation.OURS)
                        .orElse(true);
        for (var extension : request.extensions()) {
            var offers = seen.offers().orElse(List.of()).stream()
                    .filter(offer -> offer.name().equals(extension.name()))
                    .toList();
            var trusted = offers.stream().anyMatch(offer -> isVersion(offer, extension) && offer.trusted());
            if (isThere(extension, sight)) {
                continue;
            }
            if (sight.isEmpty() && !isNew && !trusted) {
                // Nobody has looked inside yet; it may be there, made when the database was new.
                continue;
            }
            var objection = objection(
                    extension, request, offers, trusted, isNew && seen.server().superuser());
            if (objection.isPresent()) {
                problems.add(objection.get());
            } else if (trusted) {
                byTenant.add(extension);
            } else {
                byAdmin.add(extension);
            }
        }
        return new Furnishing(
                List.copyOf(byTenant), List.copyOf(byAdmin), problems.stream().findFirst());
    }

    List<SqlStatement> statements(DatabaseRequest request) {
        return TenantFurniture.create(request.schemas(), byTenant);
    }

    private static boolean isThere(Extension extension, Optional<Sight> sight) {
        var installed = sight.map(Sight::extensions).orElse(Map.of()).get(extension.name());
        return installed != null && extension.version().map(installed::equals).orElse(true);
    }

    private static boolean isVersion(ExtensionOffer offer, Extension extension) {
        return extension.version().map(offer.version()::equals).orElse(true);
    }

    private static Optional<Problem> objection(
            Extension extension,
            DatabaseRequest request,
            List<ExtensionOffer> offers,
            boolean trusted,
            boolean adminMay) {
        var name = extension.name();
        var allowed = request.references().allowedExtensions();
        if (allowed.isPresent() && !allowed.get().contains(name)) {
            return invalid(
                    Reason.EXTENSION_NOT_ALLOWED,
                    "Extension '" + name
                            + "' is not in `spec.allowedExtensions` of the instance. Ask its owner to add it, or take it out of `spec.extensions`.");
        }
        if (offers.stream().noneMatch(offer -> isVersion(offer, extension))) {
            return invalid(
                    Reason.EXTENSION_UNAVAILABLE,
                    "The server does not offer extension '" + name + "'"
                            + extension
                                    .version()
                                    .map(version -> " in version '" + version + "'")
                                    .orElse("") + ". Install its package on the server or correct `spec.extensions`.");
        }
        if (allowed.isEmpty() && !trusted) {
            return invalid(
                    Reason.EXTENSION_NOT_ALLOWED,
                    "Extension '" + name
                            + "' is not one that PostgreSQL trusts database owners with. Ask the instance's owner to list it in `spec.allowedExtensions`.");
        }
        if (!trusted && !adminMay) {
            return invalid(
                    Reason.EXTENSION_NEEDS_ADMIN,
                    "Extension '" + name + "' can only be made by a superuser. Run in database '"
                            + request.names().database().value() + "': CREATE EXTENSION \"" + name + "\" SCHEMA \""
                            + extension.schema() + "\";");
        }
        return Optional.empty();
    }

    private static Optional<Problem> invalid(Reason reason, String message) {
        return Optional.of(Problem.of(ProblemKind.INVALID, reason, message));
    }
}
