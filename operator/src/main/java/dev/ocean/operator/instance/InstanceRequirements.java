package dev.ocean.operator.instance;

import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.ServerFacts;
import java.util.List;
import java.util.Optional;

/** What a server must be like: the list is the meaning of Ready, and its order decides which violation is told first. */
final class InstanceRequirements {

    private static final int OLDEST_MAJOR = 14;

    /** A named check: a violation, or empty. */
    private interface Requirement {
        Optional<Problem> violation(InstanceRequest request, ServerFacts server);
    }

    private static final List<Requirement> ALL = List.of(
            InstanceRequirements::isTheSameServer,
            InstanceRequirements::isSupported,
            InstanceRequirements::isTheSameAdmin,
            InstanceRequirements::mayCreateDatabases,
            InstanceRequirements::mayCreateRoles);

    private InstanceRequirements() {}

    static Optional<Problem> firstViolation(InstanceRequest request, ServerFacts server) {
        return ALL.stream()
                .flatMap(requirement -> requirement.violation(request, server).stream())
                .findFirst();
    }

    /** Another data directory behind the same address: its databases of the same names are not the ones that we made. */
    private static Optional<Problem> isTheSameServer(InstanceRequest request, ServerFacts server) {
        var known = request.knownIdentifier().filter(identifier -> !identifier.equals(server.systemIdentifier()));
        var accepted = request.acceptedIdentifier()
                .filter(server.systemIdentifier()::equals)
                .isPresent();
        return known.filter(identifier -> !accepted)
                .map(identifier -> Problem.of(
                        ProblemKind.INVALID,
                        Reason.INSTANCE_IDENTITY_CHANGED,
                        "Another server answers: its system identifier is " + server.systemIdentifier() + ", not "
                                + identifier
                                + ". Nothing is done on it. If it is right, annotate this object with ocean.dev/accept-identity: \""
                                + server.systemIdentifier()
                                + "\"."));
    }

    private static Optional<Problem> isSupported(InstanceRequest request, ServerFacts server) {
        return server.major() >= OLDEST_MAJOR
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemKind.INVALID,
                        Reason.INSTANCE_VERSION_UNSUPPORTED,
                        "The server is PostgreSQL " + server.major() + ". Use " + OLDEST_MAJOR + " or newer."));
    }

    /** Another role neither owns the databases nor may alter the roles; a superuser may. */
    private static Optional<Problem> isTheSameAdmin(InstanceRequest request, ServerFacts server) {
        return request.knownAdmin()
                .filter(admin -> !admin.equals(server.admin()) && !server.superuser())
                .map(admin -> Problem.of(
                        ProblemKind.INVALID,
                        Reason.ADMIN_NAME_CHANGED,
                        "The connection Secret names '" + server.admin() + "', but '" + admin
                                + "' owns the databases. Put the old name back; rotate its password instead."));
    }

    private static Optional<Problem> mayCreateDatabases(InstanceRequest request, ServerFacts server) {
        return server.createDatabase() || server.superuser() ? Optional.empty() : lacks(request, "CREATEDB");
    }

    private static Optional<Problem> mayCreateRoles(InstanceRequest request, ServerFacts server) {
        return server.createRole() || server.superuser() ? Optional.empty() : lacks(request, "CREATEROLE");
    }

    private static Optional<Problem> lacks(InstanceRequest request, String attribute) {
        var admin = request.secret().login().username();
        return Optional.of(Problem.of(
                ProblemKind.REFUSED,
                Reason.INSUFFICIENT_PRIVILEGE,
                "The admin lacks " + attribute + ". Run: ALTER ROLE " + admin.rendered() + " " + attribute + ";"));
    }
}
