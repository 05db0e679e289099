package dev.ocean.operator.database;

import dev.ocean.operator.plan.Step;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides when the login that a rotation replaced goes, and how. */
final class Retirement {

    private Retirement() {}

    /**
     * @return empty while the overlap lasts, and where the login still owns something in another database: then it stays locked until that goes
     */
    static List<Step> of(DatabaseRequest request, ObservedDatabase seen, Access access, Instant now, Duration overlap) {
        var old = access.active().other();
        var role = Optional.ofNullable(seen.logins(request.mark()).get(old));
        var activeIsThere = seen.login(access.active()).filter(RoleFacts::login).isPresent();
        if (role.isEmpty()
                || !activeIsThere
                || access.next().isPresent()
                || now.isBefore(access.passwordTime().plus(overlap))) {
            return List.of();
        }
        var database = request.names().database();
        var elsewhere = role.get().residue().stream().anyMatch(name -> !name.equals(database.value()));
        var steps = new ArrayList<Step>();
        if (role.get().login()) {
            steps.add(new Step.Sql(new ServerStep.LockLogins(request.names(), List.of(old))));
        }
        if (!elsewhere) {
            var sighted = role.get().mark().orElseThrow();
            steps.addAll(removal(request, sighted, new ServerStep.EndSessions(request.names(), List.of(old)), access));
        }
        return steps;
    }

    /** Sessions end before the role goes: one without a role can no longer be ended by a non-superuser, and would hold a later DROP DATABASE. */
    private static List<Step> removal(
            DatabaseRequest request, OwnershipMark sighted, ServerStep.EndSessions end, Access access) {
        var old = access.active().other();
        var database = request.names().database();
        return List.of(
                new Step.Sql(end),
                new Step.Sql(new ServerStep.ReleaseOwned(request.names(), sighted, old, database)),
                new Step.Sql(new ServerStep.DropIdleLogin(request.names(), sighted, old)));
    }
}
