package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus;
import dev.ocean.operator.api.v1beta1.PostgresInstanceStatus.Endpoint;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.ServerFacts;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Computes the whole status of a PostgresInstance; the only one that does. */
final class InstanceStatusMapper {

    private static final PostgresInstanceStatus NONE =
            new PostgresInstanceStatus(null, null, null, null, null, null, null, List.of(), List.of());

    /** Below these minors a database user can run code as the server's operating system user (CVE-2026-120141, CVE-2026-6460). */
    private static final Map<Integer, Integer> SAFE_MINOR = Map.of(18, 7, 17, 12, 16, 16, 15, 20);

    private static final int VERSION_UNIT = 10000;

    private InstanceStatusMapper() {}

    /** After a look at the server. */
    static PostgresInstanceStatus next(
            PostgresInstance cr,
            InstanceRequest request,
            ObservedInstance seen,
            Optional<Problem> problem,
            Instant now) {
        var old = old(cr);
        var address = request.secret().address();
        var server = seen.server();
        // What is known is the server that was good enough to work on: it stays known until a person accepts another,
        // and one that never was is not remembered.
        var keeps = problem.isPresent();
        return new PostgresInstanceStatus(
                request.generation(),
                new Endpoint(address.host(), address.port()),
                seen.version(),
                keeps ? old.systemIdentifier() : server.systemIdentifier(),
                keeps ? old.adminName() : server.admin(),
                seen.databases(),
                seen.orphans().size(),
                seen.orphans().stream()
                        .limit(PostgresInstanceStatus.MAX_ORPHANS)
                        .toList(),
                conditions(old, request, server, problem, now));
    }

    /** After a pass that could not even look. */
    static PostgresInstanceStatus blocked(PostgresInstance cr, Problem problem, Instant now) {
        var conditions = after(cr, now).ready(Optional.of(problem), Reason.READY, "");
        return with(cr, keepFindings(conditions));
    }

    /** While a deletion waits. */
    static PostgresInstanceStatus deleting(PostgresInstance cr, Problem problem, Instant now) {
        return with(cr, keepFindings(after(cr, now).deletionBlocked(problem)));
    }

    private static Conditions after(PostgresInstance cr, Instant now) {
        return Conditions.after(old(cr).conditions(), cr.getMetadata().getGeneration(), now);
    }

    private static List<Condition> keepFindings(Conditions conditions) {
        return conditions
                .keep(ConditionType.TLS_VERIFIED)
                .keep(ConditionType.SERVER_OUTDATED)
                .keep(ConditionType.SHARED_DATABASES_OPEN)
                .list();
    }

    private static PostgresInstanceStatus with(PostgresInstance cr, List<Condition> conditions) {
        var old = old(cr);
        return new PostgresInstanceStatus(
                cr.getMetadata().getGeneration(),
                old.endpoint(),
                old.serverVersion(),
                old.systemIdentifier(),
                old.adminName(),
                old.databaseCount(),
                old.orphanCount(),
                old.orphans(),
                conditions);
    }

    private static PostgresInstanceStatus old(PostgresInstance cr) {
        @Nullable PostgresInstanceStatus status = cr.getStatus();
        return status == null ? NONE : status;
    }

    private static List<Condition> conditions(
            PostgresInstanceStatus old,
            InstanceRequest request,
            ServerFacts server,
            Optional<Problem> problem,
            Instant now) {
        var conditions = Conditions.after(old.conditions(), request.generation(), now)
                .ready(problem, Reason.READY, "The server is reachable and meets every requirement.");
        if (request.secret().address().tls().isVerifying()) {
            conditions.holds(
                    ConditionType.TLS_VERIFIED,
                    Reason.VERIFIED,
                    "The server's certificate is checked on every connection.");
        } else {
            conditions.holdsNot(
                    ConditionType.TLS_VERIFIED,
                    Reason.TLS_NOT_VERIFIED,
                    "Key 'sslmode' of the connection Secret is '"
                            + request.secret().address().tls().sslmode()
                            + "', so nobody checks who answers. Set it to 'verify-full' and add 'ca.crt'.");
        }
        if (isOutdated(server)) {
            conditions.holds(
                    ConditionType.SERVER_OUTDATED,
                    Reason.SERVER_OUTDATED,
                    "This minor version of PostgreSQL lets a database user run code as the server's operating system user. Update it to "
                            + server.major() + "." + SAFE_MINOR.get(server.major()) + " or newer.");
        }
        if (!server.openShared().isEmpty()) {
            conditions.holds(ConditionType.SHARED_DATABASES_OPEN, Reason.SHARED_DATABASES_OPEN, openShared(server));
        }
        return conditions.list();
    }

    private static boolean isOutdated(ServerFacts server) {
        return server.version() % VERSION_UNIT < SAFE_MINOR.getOrDefault(server.major(), 0);
    }

    private static String openShared(ServerFacts server) {
        var statements = server.openShared().stream()
                .map(name ->
                        "REVOKE CONNECT ON DATABASE " + SqlIdentifier.of(name).rendered() + " FROM PUBLIC;")
                .collect(Collectors.joining(" "));
        return "Every login may connect to " + String.join(" and ", server.openShared())
                + " and see all names there. Run: " + statements;
    }
}
