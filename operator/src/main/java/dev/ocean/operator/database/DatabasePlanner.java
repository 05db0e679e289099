package dev.ocean.operator.database;

import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.connection.DesiredSecret;
import dev.ocean.operator.connection.ObservedSecret;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.plan.Fresh;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.LoginProofs.Outcome;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.ScramVerifier;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.TenantLogin;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseDrift;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.Slot;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what to do for a database that is to be. The order is the decision: roles before the database that is granted to them, the Secret before the login whose
 * password it holds, the login before its proof.
 */
final class DatabasePlanner {

    private final DatabaseRequest request;
    private final ObservedDatabase seen;
    private final Fresh fresh;
    private final Instant now;
    private final Access access;
    private final Furnishing furnishing;
    private final List<Step> steps = new ArrayList<>();

    private DatabasePlanner(DatabaseRequest request, ObservedDatabase seen, Fresh fresh, Instant now) {
        this.request = request;
        this.seen = seen;
        this.fresh = fresh;
        this.now = now;
        this.access = Access.of(request, seen, fresh, now);
        this.furnishing = Furnishing.of(request, seen, proof().flatMap(LoginProof::sight));
    }

    /**
     * @param terms of the operator's configuration
     * @return the steps from what was seen to what is asked for; none if an objection stands
     */
    static Plan plan(DatabaseRequest request, ObservedDatabase seen, Fresh fresh, Instant now, Terms terms) {
        var planner = new DatabasePlanner(request, seen, fresh, now);
        return Ownership.objection(request, seen, planner.access.slots())
                .map(Plan::refused)
                .orElseGet(() ->
                        Birth.isDue(request, seen) ? planner.birth(terms.tools()) : planner.plan(terms.overlap()));
    }

    /** Roles, Secret and login in a turn of their own: the Job that fills the database logs in with what they are then. */
    private Plan birth(ToolSettings tools) {
        groups();
        secret();
        var login = seen.login(access.active());
        if (login.isEmpty()) {
            sql(new ServerStep.CreateLogin(request.names(), request.mark(), login()));
        } else if (differs(login.get()) || access.isNew()) {
            sql(alignment(Optional.of(verifier())));
        }
        formerSecret();
        return steps.isEmpty()
                ? Birth.of(request, seen, access.active())
                        .plan(tools, () -> new Step.Sql(alignment(Optional.of(verifier()))), now)
                : Plan.of(steps);
    }

    private Plan plan(Duration overlap) {
        groups();
        database();
        secret();
        activeLogin();
        nextLogin();
        formerSecret();
        if (!request.references().restoring()) {
            steps.addAll(Copies.left(request, seen, now));
        }
        steps.addAll(Retirement.of(request, seen, access, now, overlap));
        steps.addAll(Birth.leftovers(request, seen));
        return new Plan(
                steps,
                missingExtension().or(this::refusedLogin).or(this::fullDatabase).or(() -> Birth.untold(request, seen)));
    }

    /** Where nobody has looked inside, nothing is known to be missing. What a glance finds makes the pass look closely, with the server's offers. */
    private Optional<Problem> missingExtension() {
        return furnishing.problem().filter(problem -> proof().flatMap(LoginProof::sight)
                .isPresent());
    }

    /** Told where setting the password again does not help. */
    private Optional<Problem> refusedLogin() {
        var next = access.next()
                .flatMap(login -> Access.proof(request, seen, access.active().other(), login));
        return proof().filter(proof -> proof.outcome() == Outcome.REFUSED)
                .or(() -> next.filter(proof -> proof.outcome() == Outcome.REFUSED))
                .map(
                        proof -> Problem.of(
                                ProblemKind.TRANSIENT,
                                Reason.LOGIN_REFUSED,
                                "The server refuses the login of database '"
                                        + request.names().database().value()
                                        + "' although its password was set a moment ago. Check that the server's pg_hba.conf lets it in."));
    }

    /** The login is proved, but it could not make or see what is to be inside. */
    private Optional<Problem> fullDatabase() {
        return proof().filter(proof -> proof.outcome() == Outcome.ACCEPTED_BUT_FULL && isInsideAskedFor())
                .map(
                        proof -> Problem.of(
                                ProblemKind.TRANSIENT,
                                Reason.CONNECTION_LIMIT,
                                "Database '" + request.names().database().value()
                                        + "' has no free connection to make its schemas and extensions. Close some or raise `spec.connectionLimit`."));
    }

    private boolean isInsideAskedFor() {
        return !request.schemas().isEmpty() || !request.extensions().isEmpty();
    }

    private void groups() {
        var names = request.names();
        var missing = names.groups().stream()
                .filter(role -> seen.picture().role(role).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            sql(new ServerStep.CreateGroups(names, missing, request.mark()));
        }
        // A predecessor's roles become ours all at once, logins too: none must be left behind under a mark of which
        // nobody is in charge any more.
        var differing = names.roles().stream().filter(this::differs).toList();
        if (!differing.isEmpty()) {
            sql(new ServerStep.AlignGroups(names, differing, request.mark()));
        }
        steps.addAll(Copies.inherited(request, seen));
        seen.strangers(request).forEach((role, members) -> sql(new ServerStep.RevokeMembers(names, role, members)));
    }

    private boolean differs(SqlIdentifier name) {
        var group = request.names().groups().contains(name);
        return seen.picture()
                .role(name)
                .filter(role -> isPredecessors(role) || (group && role.login()))
                .isPresent();
    }

    private boolean isPredecessors(RoleFacts role) {
        return request.mark().to(role.mark()) == Relation.PREDECESSOR;
    }

    /** While its data is replaced, what stands under its name is another database from one moment to the next. */
    private void database() {
        if (Copies.isFilled(request, seen)) {
            return;
        }
        if (seen.database().isEmpty()) {
            sql(new ServerStep.CreateDatabase(request.names(), request.mark(), request.settings()));
            return;
        }
        var drift =
                DatabaseDrift.of(seen.database().get(), seen.server(), request.mark(), request.settings(), logins());
        if (!drift.isEmpty()) {
            sql(new ServerStep.AlignDatabase(
                    request.names(),
                    request.mark().keeping(seen.database().get().mark()),
                    request.settings(),
                    logins(),
                    drift.strangers(),
                    drift.resets()));
        }
        for (var slot : seen.logins(request.mark()).keySet()) {
            if (seen.database()
                    .get()
                    .owners()
                    .contains(request.names().login(slot).value())) {
                sql(new ServerStep.ReassignStrays(request.names(), slot));
            }
        }
    }

    /** How many logins share the database's limit: the active one, one that comes, one that has not gone yet. */
    private int logins() {
        Set<Slot> slots = new TreeSet<>();
        slots.add(access.active());
        access.next().ifPresent(next -> slots.add(access.active().other()));
        seen.logins(request.mark()).forEach((slot, login) -> {
            if (login.login()) {
                slots.add(slot);
            }
        });
        return slots.size();
    }

    private void secret() {
        var values = ConnectionSecret.values(
                request.references().server().endpoint(),
                request.names().database().value(),
                access.credentials(),
                access.next());
        var desired = new DesiredSecret(
                request.secretName(),
                request.id(),
                request.project(),
                values,
                request.template(),
                access.passwordTime());
        switch (seen.secret()) {
            case ObservedSecret.Ours ours ->
                desired.patch(ours)
                        .ifPresent(patch -> steps.add(new Step.Patch(secretNamed(request.secretName()), patch)));
            case ObservedSecret.Absent absent -> steps.add(new Step.Create(desired.object()));
            // Ownership.objection has refused these two.
            case ObservedSecret.Foreign foreign -> {}
            case ObservedSecret.Releasing releasing -> {}
        }
    }

    private ObjectName secretNamed(String name) {
        return new ObjectName(Secret.class, request.id().namespace(), name);
    }

    private void activeLogin() {
        var existing = seen.login(access.active());
        var refused =
                proof().filter(proof -> proof.outcome() == Outcome.REFUSED).isPresent();
        if (existing.isEmpty()) {
            newLogin();
        } else if (differs(existing.get()) || access.isNew() || refused || isUnfurnished() || isStray()) {
            furnish();
            // A login that is let in again gets the password too: nobody knows which one it had when it was locked.
            var renewed = access.isNew()
                    || refused
                    || isPredecessors(existing.get())
                    || !existing.get().login();
            var password = renewed ? Optional.of(verifier()) : Optional.<ScramVerifier>empty();
            sql(alignment(password));
        } else if (isProved()) {
            return;
        }
        probe(access.active(), access.credentials());
    }

    private ServerStep alignment(Optional<ScramVerifier> password) {
        return new ServerStep.AlignLogin(
                request.names(),
                request.mark(),
                access.active(),
                request.settings().loginLimit(),
                password,
                seen.database().isPresent());
    }

    private ServerStep.Login login() {
        return new ServerStep.Login(
                access.active(), verifier(), request.settings().loginLimit());
    }

    private void newLogin() {
        var login = login();
        // In one transaction where both are missing: there is no moment in which a login finds an empty shell.
        sql(
                isUnfurnished()
                        ? new ServerStep.FurnishDatabase(
                                request.names(), request.mark(), Optional.of(login), furnishing.byAdmin())
                        : new ServerStep.CreateLogin(request.names(), request.mark(), login));
    }

    /** Logins can outlive their database: a drop that was cut off and given up, a database dropped by hand. What was Ready has been furnished, whatever its tenant made of it. */
    private boolean isUnfurnished() {
        return !seen.isFurnished() && request.memory().firstReady().isEmpty();
    }

    private void furnish() {
        if (isUnfurnished()) {
            sql(new ServerStep.FurnishDatabase(
                    request.names(), request.mark(), Optional.empty(), furnishing.byAdmin()));
        }
    }

    private boolean differs(RoleFacts login) {
        var owner = request.names().owner().value();
        return !login.login()
                || login.connectionLimit() != request.settings().loginLimit()
                || !login.settings().equals(List.of("role=" + owner))
                || !login.memberOf().contains(owner)
                || isPredecessors(login);
    }

    private ScramVerifier verifier() {
        return fresh.verifier(access.credentials().password());
    }

    private Optional<LoginProof> proof() {
        return Access.proof(request, seen, access.active(), access.credentials());
    }

    private boolean isStray() {
        return proof().filter(proof -> Access.isStray(request, proof)).isPresent();
    }

    private boolean isProved() {
        if (proof().filter(proof -> proof.outcome() == Outcome.ACCEPTED_BUT_FULL && isInsideAskedFor())
                .isPresent()) {
            // Once in a pass is enough: the next one finds out whether there is room.
            return proof().filter(proof -> !proof.time().isBefore(now)).isPresent();
        }
        if (Access.proves(request, seen, access.active(), access.credentials(), now)) {
            return furnishing.byTenant().isEmpty();
        }
        return seen.proofs().get(access.active()) == null
                && request.memory().isProved(access.passwordTime())
                && now.isBefore(seen.inheritedUntil());
    }

    private void nextLogin() {
        access.next().ifPresent(next -> {
            var slot = access.active().other();
            var verifier = fresh.verifier(next.password());
            var limit = request.settings().loginLimit();
            sql(
                    seen.login(slot).isEmpty()
                            ? new ServerStep.CreateLogin(
                                    request.names(), request.mark(), new ServerStep.Login(slot, verifier, limit))
                            : new ServerStep.AlignLogin(
                                    request.names(),
                                    request.mark(),
                                    slot,
                                    limit,
                                    Optional.of(verifier),
                                    seen.database().isPresent()));
            probe(slot, next);
        });
    }

    private void probe(Slot slot, Credentials credentials) {
        var login = new TenantLogin(
                request.names().login(slot),
                credentials.password(),
                request.names().database());
        steps.add(new Step.Probe(login, Fingerprint.of(request, credentials), furnishing.statements(request)));
    }

    /** After the Secret of the new name: its values are there before the old ones go. */
    private void formerSecret() {
        seen.formerSecret()
                .filter(former -> seen.ours().isPresent())
                .ifPresent(former -> steps.add(new Step.Delete(
                        secretNamed(former.name()), former.secret().uid())));
    }

    private void sql(ServerStep step) {
        steps.add(new Step.Sql(step));
    }
}
