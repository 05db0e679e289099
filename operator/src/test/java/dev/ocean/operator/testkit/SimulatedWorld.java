package dev.ocean.operator.testkit;

import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.postgres.Lane;
import dev.ocean.operator.postgres.LoginOutcome;
import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.Row;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlStatement;
import dev.ocean.operator.postgres.TenantLogin;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseParameter;
import dev.ocean.operator.tenancy.DestructiveStep;
import dev.ocean.operator.tenancy.Extension;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.tenancy.TenantNames;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server and an API server with state, on which steps take effect as on the real ones: each commits as a whole, but for CREATE and DROP DATABASE, which
 * commit before the rest of their round trip. The real executor and observers run on it by way of {@link #lane} and {@link #api}.
 */
public final class SimulatedWorld {

    private static final Pattern CREATE_SCHEMA = Pattern.compile("CREATE SCHEMA IF NOT EXISTS \"(.+)\"");
    private static final Pattern CREATE_EXTENSION =
            Pattern.compile("CREATE EXTENSION IF NOT EXISTS \"(.+?)\" SCHEMA \"(.+?)\"(?: VERSION \"(.+)\")?");
    private static final Pattern UPDATE_EXTENSION = Pattern.compile("ALTER EXTENSION \"(.+)\" UPDATE TO \"(.+)\"");

    /** How long every swap takes. */
    public static final Duration OUTAGE = Duration.ofMillis(110);

    public final Boundaries boundaries = new Boundaries();
    public final SimulatedServer server = new SimulatedServer();
    public final SimulatedApi api = new SimulatedApi(boundaries);
    private final Map<String, ServerStep> planned = new HashMap<>();
    private final Deque<Problem> failures = new ArrayDeque<>();
    private final List<Step> applied = new ArrayList<>();
    private int statements;
    private boolean refusing;

    /** The next statement that changes something fails with this and has no effect. */
    public void failNext(Problem problem) {
        failures.add(problem);
    }

    /** From now on no tenant gets in, as by {@code pg_hba.conf}. */
    public void refuseLogins() {
        refusing = true;
    }

    /** Becomes what {@code other} is; its boundaries and its script stay behind. */
    public void takeOver(SimulatedWorld other) {
        server.takeOver(other.server);
        api.takeOver(other.api);
    }

    /** Steps that took effect on the server, in order. */
    public List<Step> applied() {
        return List.copyOf(applied);
    }

    /** How many statements were sent, looks included. */
    public int statements() {
        return statements;
    }

    public ServerFacts facts() {
        return ServerPicture.read(server.everything()).server();
    }

    public ServerPicture picture() {
        return ServerPicture.read(server.everything());
    }

    /** Makes known what the texts mean that the executor will send; hands the plan on. */
    public Plan expect(Plan plan) {
        for (var step : plan.steps()) {
            if (step instanceof Step.Sql(ServerStep meant)) {
                planned.put(meant.sql(facts()).text(), meant);
            }
        }
        return plan;
    }

    // ---- steps

    /** Without an executor: no lane, no proof. */
    public void apply(Step step) {
        switch (step) {
            case Step.Sql(ServerStep meant) -> apply(meant);
            case Step.Create(var object) -> api.create(object);
            case Step.Discard(var job) -> api.create(job);
            case Step.Patch(var target, var patch) -> api.patch(target, patch);
            case Step.Delete(var target, var sighting) -> api.delete(target, sighting);
            case Step.Probe probe -> as(probe.login(), probe.furniture());
            case Step.Furnish furnish -> as(furnish.login(), furnish.furniture());
        }
    }

    private void apply(ServerStep step) {
        var what = step.getClass().getSimpleName();
        boundaries.pass("before " + what);
        var failure = failures.poll();
        if (failure != null) {
            throw new Blocked(failure);
        }
        for (var part : parts(step)) {
            server.transaction(part);
            boundaries.pass("after a commit of " + what);
        }
        applied.add(new Step.Sql(step));
    }

    /** What commits together; two parts where the first commits alone. */
    private List<Runnable> parts(ServerStep step) {
        return switch (step) {
            case ServerStep.CreateDatabase create -> List.of(() -> createClosed(create), () -> openCreated(create));
            case DestructiveStep destructive -> destruction(destructive);
            case RestoreStep restore -> restore(restore);
            case ServerStep.CreateGroups create -> List.of(() -> createGroups(create));
            case ServerStep.AlignGroups align -> List.of(() -> alignGroups(align));
            case ServerStep.AlignDatabase align -> List.of(() -> alignDatabase(align));
            case ServerStep.FurnishDatabase furnish -> List.of(() -> furnish(furnish));
            case ServerStep.CreateLogin create ->
                List.of(() -> createLogin(create.names(), create.mark(), create.login()));
            case ServerStep.AlignLogin align -> List.of(() -> alignLogin(align));
            case ServerStep.RevokeMembers revoke ->
                List.of(() -> revoke.members()
                        .forEach(member -> revoke(revoke.role().value(), server.role(SqlIdentifier.of(member)))));
            case ServerStep.ReassignStrays reassign ->
                List.of(() -> reassign(
                        reassign.names(), reassign.slot(), reassign.names().database()));
            case ServerStep.LockLogins lock -> List.of(() -> lock(lock.names(), lock.slots()));
            case ServerStep.EndSessions end ->
                List.of(() -> server.endSessions(end.slots().stream()
                        .map(slot -> end.names().login(slot).value())
                        .toList()));
        };
    }

    private List<Runnable> restore(RestoreStep step) {
        return switch (step) {
            case RestoreStep.CreateScratch create ->
                List.of(
                        () -> {
                            var scratch = server.created(create.scratch());
                            scratch.limit = create.connectionLimit();
                            scratch.encoding = create.locale().encoding();
                            scratch.collate = create.locale().collate();
                        },
                        () -> claim(create.scratch(), create.mark()));
            case RestoreStep.ClaimScratch claim -> List.of(() -> claim(claim.scratch(), claim.mark()));
            case RestoreStep.PrepareScratch prepare ->
                List.of(() -> {
                    var scratch = server.entered(prepare.scratch());
                    scratch.contents.put(
                            "schema public", prepare.names().owner().value());
                    prepare.adminExtensions().forEach(extension -> extension(scratch, extension));
                });
            case RestoreStep.OpenScratch open ->
                List.of(() -> {
                    var owner = open.names().owner();
                    server.role(owner);
                    server.altered(open.scratch())
                            .grants
                            .addAll(List.of("CONNECT " + owner, "CREATE " + owner, "TEMPORARY " + owner));
                });
            case RestoreStep.MarkCopy mark ->
                List.of(() -> server.altered(mark.copy()).comment =
                        mark.mark().literal().value());
            case RestoreStep.DressCopy dress ->
                List.of(() -> {
                    var copy = server.altered(dress.copy());
                    grants(copy, dress.names());
                    dress.resets().forEach(name -> copy.settings.keySet().removeIf(name::equalsIgnoreCase));
                    dress.parameters().forEach(parameter -> set(copy, parameter));
                    copy.limit = dress.connectionLimit();
                });
        };
    }

    private void claim(SqlIdentifier name, OwnershipMark mark) {
        var scratch = server.altered(name);
        scratch.comment = mark.literal().value();
        scratch.grants.removeIf(grant -> grant.endsWith(" "));
        scratch.accepting = true;
    }

    private void swapIn(RestoreStep.SwapIn swap) {
        swap.outgoing().ifPresent(outgoing -> server.rename(swap.names().database(), outgoing.aside(), swap.names()));
        server.rename(swap.incoming().name(), swap.names().database(), swap.names());
        swap.outgoing().ifPresent(this::setAside);
        server.altered(swap.names().database()).comment =
                swap.incoming().mark().literal().value();
    }

    private void swapBack(RestoreStep.SwapBack swap) {
        swap.outgoing().ifPresent(outgoing -> server.rename(swap.names().database(), swap.between(), swap.names()));
        server.rename(swap.incoming().name(), swap.names().database(), swap.names());
        swap.outgoing().ifPresent(outgoing -> {
            server.rename(swap.between(), outgoing.aside(), swap.names());
            setAside(outgoing);
        });
        var live = server.altered(swap.names().database());
        live.accepting = true;
        live.comment = swap.incoming().mark().literal().value();
    }

    private void setAside(RestoreStep.Outgoing outgoing) {
        var aside = server.altered(outgoing.aside());
        aside.accepting = false;
        aside.comment = outgoing.mark().literal().value();
    }

    private List<Runnable> destruction(DestructiveStep step) {
        return switch (step) {
            case RestoreStep.SwapIn swap -> List.of(() -> swapIn(swap));
            case RestoreStep.SwapBack swap -> List.of(() -> swapBack(swap));
            case RestoreStep.DropCopy drop ->
                List.of(() -> server.dropDatabase(drop.copy(), drop.sessions() == ServerStep.Sessions.END));
            case ServerStep.DropTenant drop ->
                List.of(
                        () -> server.dropDatabase(drop.names().database(), drop.sessions() == ServerStep.Sessions.END),
                        () -> drop.roles().forEach(server::dropRole));
            case ServerStep.DropRoles drop -> List.of(() -> drop.roles().forEach(server::dropRole));
            case ServerStep.RetainDatabase retain ->
                List.of(() -> {
                    lock(retain.names(), retain.slots());
                    var database = server.altered(retain.names().database());
                    database.accepting = false;
                    database.comment = retain.mark().literal().value();
                });
            case ServerStep.CloseDatabase close ->
                List.of(() -> {
                    lock(close.names(), close.slots());
                    var database = server.altered(close.names().database());
                    database.grants.removeIf(grant -> grant.endsWith(" "));
                    close.grantees()
                            .forEach(grantee -> database.grants.removeIf(grant -> grant.endsWith(" " + grantee)));
                    database.grants.add("CONNECT " + close.names().owner().value());
                    database.limit = close.limit();
                    database.accepting = true;
                    database.comment = close.mark().literal().value();
                });
            case ServerStep.ReleaseOwned release ->
                List.of(() -> {
                    reassign(release.names(), release.slot(), release.database());
                    var login = release.names().login(release.slot()).value();
                    server.altered(release.database()).contents.values().removeIf(login::equals);
                    server.altered(release.database()).grantedInside.remove(login);
                });
            case ServerStep.DropIdleLogin drop ->
                List.of(() -> server.dropRole(drop.names().login(drop.slot())));
        };
    }

    private void createGroups(ServerStep.CreateGroups step) {
        for (var role : step.missing()) {
            server.createRole(role, false);
            server.role(role).adminIsMember = true;
            server.commentOnRole(role, step.mark());
        }
    }

    private void alignGroups(ServerStep.AlignGroups step) {
        for (var role : step.roles()) {
            server.role(role).login = false;
            server.commentOnRole(role, step.mark());
        }
    }

    private static void revoke(String group, SimulatedServer.Role member) {
        if (!member.grantedByOthers.contains(group)) {
            member.memberOf.remove(group);
        }
    }

    private void createClosed(ServerStep.CreateDatabase step) {
        var database = server.created(step.names().database());
        database.limit = step.settings().loginLimit();
        database.encoding = step.settings().encoding();
        database.collate = step.settings().locale().orElse(database.collate);
    }

    private void openCreated(ServerStep.CreateDatabase step) {
        var database = server.altered(step.names().database());
        database.comment = step.mark().literal().value();
        grants(database, step.names());
        step.settings().parameters().forEach(parameter -> set(database, parameter));
        database.accepting = true;
    }

    private void grants(SimulatedServer.Database database, TenantNames names) {
        names.groups().forEach(server::role);
        database.grants.removeIf(grant -> grant.endsWith(" "));
        var owner = names.owner().value();
        database.grants.addAll(List.of("CONNECT " + owner, "CREATE " + owner, "TEMPORARY " + owner));
        database.grants.add("CONNECT " + names.readOnly().value());
        database.grants.addAll(List.of(
                "CONNECT " + names.readWrite().value(),
                "TEMPORARY " + names.readWrite().value()));
    }

    /** A list is stored with each element quoted where it must be. */
    private void set(SimulatedServer.Database database, DatabaseParameter parameter) {
        server.set(
                database,
                parameter.name(),
                parameter.name().equals("search_path") ? quoted(parameter.value()) : parameter.value());
    }

    private static String quoted(String list) {
        return String.join(
                ", ",
                Arrays.stream(list.split(",", -1))
                        .map(String::trim)
                        .map(element -> element.startsWith("\"") ? element : element.toLowerCase(Locale.ROOT))
                        .map(element -> element.replace("\"", ""))
                        .filter(element -> !element.isEmpty())
                        .map(element -> element.matches("[a-z_][a-z0-9_]*") ? element : '"' + element + '"')
                        .toList());
    }

    private void alignDatabase(ServerStep.AlignDatabase step) {
        var database = server.altered(step.names().database());
        if (!database.owner.equals(SimulatedServer.ADMIN)) {
            // What the old owner had as owner, the new one has now.
            database.grants.removeIf(grant -> grant.endsWith(" " + SimulatedServer.ADMIN));
            database.owner = SimulatedServer.ADMIN;
        }
        database.comment = step.mark().literal().value();
        step.strangers().forEach(stranger -> database.grants.removeIf(grant -> grant.endsWith(" " + stranger)));
        grants(database, step.names());
        step.resets().forEach(name -> database.settings.keySet().removeIf(name::equalsIgnoreCase));
        step.settings().parameters().forEach(parameter -> set(database, parameter));
        database.limit = step.settings().loginLimit() * step.logins();
        database.accepting = true;
    }

    private void furnish(ServerStep.FurnishDatabase step) {
        var names = step.names();
        var database = server.entered(names.database());
        names.groups().forEach(server::role);
        if (server.superuser || server.version >= 150_000) {
            database.contents.put("schema public", names.owner().value());
        }
        database.contents.put(
                "default privileges of " + names.owner(), names.owner().value());
        database.grantedInside.addAll(
                List.of(names.readOnly().value(), names.readWrite().value()));
        step.adminExtensions().forEach(extension -> extension(database, extension));
        step.login().ifPresent(login -> createLogin(names, step.mark(), login));
    }

    private void extension(SimulatedServer.Database database, Extension extension) {
        var version = extension.version().orElseGet(() -> server.offers.stream()
                .filter(offer -> offer.name().equals(extension.name()))
                .map(SimulatedServer.Offer::version)
                .findFirst()
                .orElse("?"));
        database.extensions.putIfAbsent(extension.name(), version);
    }

    private void createLogin(TenantNames names, OwnershipMark mark, ServerStep.Login login) {
        var name = names.login(login.slot());
        server.createRole(name, true);
        var role = server.role(name);
        role.verifier = login.verifier().literal().value();
        role.limit = login.limit();
        role.adminIsMember = true;
        server.commentOnRole(name, mark);
        server.grant(names.owner(), name);
        role.settings.put("role", names.owner().value());
    }

    private void alignLogin(ServerStep.AlignLogin step) {
        var name = step.names().login(step.slot());
        var role = server.role(name);
        role.login = true;
        role.limit = step.limit();
        step.verifier().ifPresent(verifier -> role.verifier = verifier.literal().value());
        role.adminIsMember = true;
        server.commentOnRole(name, step.mark());
        server.grant(step.names().owner(), name);
        role.settings.clear();
        role.inDatabase.clear();
        role.settings.put("role", step.names().owner().value());
    }

    /** Default privileges are not reassigned: only DROP OWNED takes them. */
    private void reassign(TenantNames names, Slot slot, SqlIdentifier where) {
        var login = names.login(slot).value();
        server.role(names.login(slot));
        server.entered(where)
                .contents
                .replaceAll((what, owner) -> owner.equals(login) && !what.startsWith("default privileges")
                        ? names.owner().value()
                        : owner);
    }

    private void lock(TenantNames names, List<Slot> slots) {
        slots.forEach(slot -> server.role(names.login(slot)).login = false);
    }

    // ---- tenants

    private LoginOutcome as(TenantLogin login, List<SqlStatement> statements) {
        boundaries.pass("before login of " + login.username());
        var failure = failures.poll();
        if (failure != null) {
            throw new Blocked(failure);
        }
        if (refusing) {
            return new LoginOutcome.Refused();
        }
        var refusal = server.login(
                login.username().value(), login.password(), login.database().value());
        if (refusal.isPresent()) {
            return switch (refusal.get()) {
                case PASSWORD -> new LoginOutcome.Refused();
                case FULL -> new LoginOutcome.AcceptedButFull();
                case DATABASE -> throw SimulatedServer.conflict("the database is not open");
                case PRIVILEGE -> throw Blocked.by(ProblemKind.REFUSED, Reason.INSUFFICIENT_PRIVILEGE, "no CONNECT");
            };
        }
        var role = server.role(login.username());
        var works = role.inDatabase.getOrDefault("role", role.settings.getOrDefault("role", "none"));
        works = works.equals("none") ? login.username().value() : works;
        var current = works;
        var database = server.altered(login.database());
        statements.forEach(statement -> furnished(database, current, statement.text()));
        boundaries.pass("after login of " + login.username());
        return new LoginOutcome.Accepted(
                sight(database, current, login.username().value()));
    }

    private void furnished(SimulatedServer.Database database, String owner, String text) {
        var schema = CREATE_SCHEMA.matcher(text);
        var extension = CREATE_EXTENSION.matcher(text);
        var update = UPDATE_EXTENSION.matcher(text);
        if (schema.matches()) {
            database.contents.putIfAbsent("schema " + schema.group(1), owner);
        } else if (extension.matches()) {
            extension(
                    database,
                    new Extension(extension.group(1), Optional.ofNullable(extension.group(3)), extension.group(2)));
        } else if (update.matches()) {
            database.extensions.put(update.group(1), update.group(2));
        }
    }

    private static List<Row> sight(SimulatedServer.Database database, String role, String login) {
        var rows = new ArrayList<Row>();
        var none = new LinkedHashMap<String, @Nullable Object>();
        none.put("role", role);
        none.put("login", login);
        none.put("name", null);
        none.put("version", null);
        database.extensions.forEach((name, version) -> {
            var columns = new LinkedHashMap<String, @Nullable Object>(none);
            columns.put("name", name);
            columns.put("version", version);
            rows.add(Row.of(columns));
        });
        return rows.isEmpty() ? List.of(Row.of(none)) : rows;
    }

    /** Whether a client gets in with nothing but what the Secret holds. */
    public boolean logsIn(Secret secret) {
        var values = decoded(secret);
        return server.login(
                        values.getOrDefault(ConnectionSecret.USERNAME, ""),
                        Password.of(values.getOrDefault(ConnectionSecret.PASSWORD, "")),
                        values.getOrDefault("database", ""))
                .filter(refusal -> refusal != SimulatedServer.Refusal.FULL)
                .isEmpty();
    }

    public static Map<String, String> decoded(Secret secret) {
        var values = new HashMap<String, String>();
        secret.getData()
                .forEach((key, value) ->
                        values.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return values;
    }

    // ---- the lane

    /** A lane of one tenant's pass: it reads that tenant's rows and runs what {@link #expect} was told of. */
    public Lane lane(TenantNames names) {
        return new SimulatedLane(names);
    }

    private final class SimulatedLane implements Lane {

        private final TenantNames names;
        private Duration outage = Duration.ZERO;

        private SimulatedLane(TenantNames names) {
            this.names = names;
        }

        @Override
        public List<Row> query(SqlStatement statement) {
            statements++;
            return switch (statement.id()) {
                case "look" -> server.tenant(names);
                case "picture" -> server.everything();
                case "database-locale" -> server.locale(names);
                case "database-activity" -> server.activity(names);
                // Settings in one database hang on roles here, so they are carried over by themselves.
                case "login-settings" -> List.of();
                case "available-extensions" ->
                    server.offers.stream()
                            .map(offer -> Row.of(Map.of(
                                    "name", offer.name(), "version", offer.version(), "trusted", offer.trusted())))
                            .toList();
                default -> throw new IllegalArgumentException("cannot answer " + statement);
            };
        }

        @Override
        public void execute(SqlStatement statement) {
            run(statement, Optional.empty());
        }

        @Override
        public void executeAmid(SqlStatement statement, SqlStatement meanwhile) {
            run(statement, Optional.empty());
            outage = outage.plus(OUTAGE);
        }

        @Override
        public Duration outage() {
            return outage;
        }

        @Override
        public List<Row> queryIn(SqlIdentifier database, SqlStatement statement) {
            throw new IllegalArgumentException("nothing is read inside of a tenant's database");
        }

        @Override
        public void executeIn(SqlIdentifier database, SqlStatement statement) {
            run(statement, Optional.of(database));
        }

        private void run(SqlStatement statement, Optional<SqlIdentifier> inside) {
            statements++;
            var step = planned.get(statement.text());
            if (step == null || !step.inside().equals(inside)) {
                throw new IllegalStateException("not planned: " + statement);
            }
            apply(step);
        }

        @Override
        public LoginOutcome as(TenantLogin login, SqlStatement... sent) {
            statements++;
            return SimulatedWorld.this.as(login, List.of(sent));
        }

        @Override
        public String serverVersion() {
            return Integer.toString(server.version);
        }

        @Override
        public int serverVersionNum() {
            return server.version;
        }

        @Override
        public void close() {}
    }
}
