package dev.ocean.operator.scratch;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.Extension;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the checked backup fits on the server.
 *
 * @param byAdmin extensions that only a superuser may make, which the admin is
 * @param byTenant extensions that the tenant's login makes
 * @param missing extensions that the server does not offer, or that only a superuser may make, which the admin is not; by name
 * @param requiredBytes room on the server's disk
 * @param leftOut what of the backup is not restored: how many, and their kind; by kind
 */
public record Preflight(
        List<Extension> byAdmin,
        List<Extension> byTenant,
        List<String> missing,
        long requiredBytes,
        List<String> leftOut) {

    /** A restored database is a little larger than the dumped one, and the WAL of its making is 0.8 times as much: together, on one disk, 1.1 × 1.8. */
    private static final double SPACE_FACTOR = 1.1 * 1.8;

    /** More kinds than a restore leaves out. */
    private static final int KINDS = 16;

    public Preflight {
        byAdmin = List.copyOf(byAdmin);
        byTenant = List.copyOf(byTenant);
        missing = List.copyOf(missing);
        leftOut = List.copyOf(leftOut);
    }

    public static Preflight of(BackedUp backup, ObservedFilling seen) {
        var trusted = backup.extensions().stream()
                .filter(extension -> offers(extension, seen).stream().anyMatch(Offer::trusted))
                .toList();
        var untrusted = backup.extensions().stream()
                .filter(extension -> !trusted.contains(extension))
                .filter(extension ->
                        !offers(extension, seen).isEmpty() && seen.server().superuser())
                .toList();
        var missing = backup.extensions().stream()
                .filter(extension -> !trusted.contains(extension) && !untrusted.contains(extension))
                .map(DumpedExtension::name)
                .sorted()
                .toList();
        return new Preflight(
                untrusted.stream().map(extension -> wanted(extension, seen)).toList(),
                trusted.stream().map(extension -> wanted(extension, seen)).toList(),
                missing,
                Math.round(backup.databaseSizeBytes() * SPACE_FACTOR),
                backup.leftOut().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(left -> left.getValue() + " " + left.getKey())
                        .limit(KINDS)
                        .toList());
    }

    private static List<Offer> offers(DumpedExtension extension, ObservedFilling seen) {
        return seen.offers().stream()
                .filter(offer -> offer.name().equals(extension.name()))
                .toList();
    }

    /** In the version of the backup where there is one, else in the server's own: data of an extension is in tables of its own or in types that its versions share. */
    private static Extension wanted(DumpedExtension extension, ObservedFilling seen) {
        var same = offers(extension, seen).stream()
                .map(Offer::version)
                .filter(extension.version()::equals)
                .findFirst();
        return new Extension(extension.name(), same, extension.schema());
    }

    /**
     * Why this backup cannot be restored here; empty if it can.
     *
     * @param allowed extensions that the instance allows; empty for PostgreSQL's trusted ones
     */
    static Optional<Problem> objection(BackedUp backup, ObservedFilling seen, Optional<List<String>> allowed) {
        if (backup.clientMajor() > seen.server().major()) {
            return failed(
                    Reason.ARCHIVE_TOO_NEW,
                    "The backup was made on PostgreSQL " + backup.clientMajor() + ", the server is PostgreSQL "
                            + seen.server().major() + ". Restore it on a server that is at least as new.");
        }
        if (backup.extensionsLeftOff() > 0) {
            return failed(
                    Reason.EXTENSION_UNAVAILABLE,
                    "The backup has more extensions than can be looked up. Restore it by hand; the files have a manifest.");
        }
        var preflight = of(backup, seen);
        var missing = preflight.missing();
        return missing.isEmpty()
                ? preflight.forbidden(allowed.orElse(List.of()))
                : failed(
                        Reason.EXTENSION_UNAVAILABLE,
                        "The backup needs extensions that the server does not offer or that only a superuser may make: "
                                + missing
                                + ". Install their packages on the server, or give the instance a superuser; then try again with a new object.");
    }

    /**
     * What a tenant may not have made for it, it must not get by way of a dump: the manifest lies where tenants can write. Trusted extensions it makes itself, whatever the
     * list says.
     */
    private Optional<Problem> forbidden(List<String> allowed) {
        var forbidden = byAdmin.stream()
                .map(Extension::name)
                .filter(name -> !allowed.contains(name))
                .sorted()
                .toList();
        return forbidden.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemKind.INVALID,
                        Reason.EXTENSION_NOT_ALLOWED,
                        "The backup has extensions that only a superuser may make and that the instance does not allow: "
                                + forbidden + ". Ask its owner to list them in `spec.allowedExtensions`."));
    }

    private static Optional<Problem> failed(Reason reason, String message) {
        return Optional.of(Problem.of(ProblemKind.FAILED, reason, message));
    }
}
