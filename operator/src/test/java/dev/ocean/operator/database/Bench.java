package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseStatus;
import dev.ocean.operator.dump.PodSettings;
import dev.ocean.operator.dump.ToolSettings;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.Fresh;
import dev.ocean.operator.plan.LoginProofs;
import dev.ocean.operator.plan.Plan;
import dev.ocean.operator.plan.ProofCopies;
import dev.ocean.operator.plan.Settled;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.DatabaseReferences;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.tenancy.Pictures;
import dev.ocean.operator.tenancy.TenantNames;
import dev.ocean.operator.testkit.Seeds;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Passes over one ManagedDatabase in a simulated world, as the reconciler walks them but without the framework: look, plan, execute, report. */
final class Bench {

    static final Duration OVERLAP = Duration.ofHours(24);

    private static final Terms TERMS = new Terms(
            OVERLAP, new ToolSettings(Map.of(), "/var/backups/ocean", Duration.ofHours(6), PodSettings.DEFAULTS));

    private static final ObjectName CR = new ObjectName(ManagedDatabase.class, "shop", "orders");
    private static final int PASSES = 12;

    final SimulatedWorld world = new SimulatedWorld();
    final Fresh fresh;
    DatabaseReferences references = Fixtures.references();
    Instant now = Fixtures.NOW;
    Instant started = now;
    LoginProofs proofs = new LoginProofs(started);
    Pictures pictures = new Pictures();
    Optional<Problem> lastProblem = Optional.empty();

    Bench() {
        this(1);
    }

    private Bench(long seed) {
        this.fresh = new Fresh(Seeds.generator(seed));
        world.api.store(Fixtures.namespace());
        world.api.store(Fixtures.project(null, null));
    }

    /** The same world again, which goes its own way from here. */
    Bench copy() {
        var copy = new Bench(2);
        copy.goOnFrom(this);
        return copy;
    }

    void goOnFrom(Bench other) {
        world.takeOver(other.world);
        references = other.references;
        now = other.now;
        started = other.started;
        proofs = ProofCopies.copy(other.proofs, started, references.key(), logins());
    }

    private static List<String> logins() {
        return new TenantNames(SqlIdentifier.of("shop_orders"))
                .logins().stream().map(SqlIdentifier::value).toList();
    }

    /** As if a login with what the Secret holds had succeeded a moment ago, at this generation. */
    void pretendProved(String login) {
        var request = request();
        var credentials = look().ours().flatMap(secret -> secret.credentials()).orElseThrow();
        ProofCopies.keep(proofs, references.key(), login, Fingerprint.of(request, credentials), now);
    }

    // ---- what users do

    void create(ManagedDatabaseSpec spec) {
        world.api.store(Fixtures.cr(spec));
    }

    /** The same name, another object. */
    void createAgain(String uid, ManagedDatabaseSpec spec) {
        world.api.store(Fixtures.cr(uid, 1, spec));
    }

    void change(ManagedDatabaseSpec spec) {
        var cr = cr();
        cr.setSpec(spec);
        cr.getMetadata().setGeneration(cr.getMetadata().getGeneration() + 1);
        world.api.store(cr);
    }

    void delete() {
        var cr = cr();
        cr.getMetadata().setDeletionTimestamp(now.toString());
        world.api.store(cr);
    }

    /** The object goes without anybody cleaning up after it. */
    void forceAway() {
        world.api.remove(CR);
    }

    void wait(Duration time) {
        now = now.plus(time);
    }

    // ---- what the operator does

    /** Another process: what was in memory is gone. */
    void restart() {
        started = now;
        proofs = new LoginProofs(started);
        pictures = new Pictures();
    }

    void lookAtServer() {
        pictures.keep(references.key(), world.picture(), now);
    }

    /** One pass, its status written; false once the object is gone. */
    boolean pass() {
        now = now.plusSeconds(1);
        var found = world.api.read(CR);
        if (found.isEmpty()) {
            return false;
        }
        var cr = (ManagedDatabase) found.get();
        lastProblem = cr.getMetadata().getDeletionTimestamp() == null ? reconcile(cr) : cleanup(cr);
        return true;
    }

    private Optional<Problem> reconcile(ManagedDatabase cr) {
        try {
            var request = DatabaseRequest.parse(cr, references);
            var settled = settle(cr, request);
            write(cr, DatabaseStatusMapper.next(cr, request, settled, now));
            return settled.problem();
        } catch (Blocked blocked) {
            write(cr, DatabaseStatusMapper.blocked(cr, blocked.problem(), now));
            return Optional.of(blocked.problem());
        }
    }

    private Settled<ObservedDatabase> settle(ManagedDatabase cr, DatabaseRequest request) {
        Function<ObservedDatabase, Plan> planner = seen -> DatabasePlanner.plan(request, seen, fresh, now, TERMS);
        var glance = observer().glance(request, formerSecret(cr), now);
        if (glance.isPresent() && planner.apply(glance.get()).isSettled()) {
            return new Settled<>(glance.get(), Optional.empty(), List.of());
        }
        return settleLive(cr, request, planner);
    }

    private Settled<ObservedDatabase> settleLive(
            ManagedDatabase cr, DatabaseRequest request, Function<ObservedDatabase, Plan> planner) {
        var lane = world.lane(request.names());
        return executor()
                .settle(
                        request.subject(),
                        lane,
                        () -> observer().look(request, formerSecret(cr), lane),
                        seen -> world.expect(planner.apply(seen)));
    }

    /** A cleanup that was begun with what a cache held. */
    Optional<Problem> cleanupFrom(ManagedDatabase stale) {
        return cleanup(stale);
    }

    private Optional<Problem> cleanup(ManagedDatabase cr) {
        try {
            var request =
                    DatabaseRequest.parseRemoved(cr, references, deletions().policy(cr));
            var settled = settleLive(cr, request, seen -> RemovalPlanner.plan(request, seen, fresh, now));
            if (settled.problem().isEmpty()) {
                request.names().logins().forEach(login -> proofs.forget(references.key(), login.value()));
                forceAway();
                return Optional.empty();
            }
            write(cr, DatabaseStatusMapper.deleting(cr, settled.problem().get(), now));
            return settled.problem();
        } catch (Blocked blocked) {
            write(cr, DatabaseStatusMapper.deleting(cr, blocked.problem(), now));
            return Optional.of(blocked.problem());
        }
    }

    /** As if no pass had ever come to its status. */
    void forgetStatus() {
        var cr = cr();
        cr.setStatus(null);
        world.api.store(cr);
    }

    private void write(ManagedDatabase cr, ManagedDatabaseStatus status) {
        if (!status.equals(cr.getStatus())) {
            cr.setStatus(status);
            world.api.store(cr);
        }
    }

    /** Passes until one neither changes anything nor finds a problem, or nothing gets better. */
    void converge() {
        for (var pass = 0; pass < PASSES; pass++) {
            var effects = world.boundaries.count();
            var before = status();
            if (!pass() || (effects == world.boundaries.count() && Objects.equals(before, status()))) {
                return;
            }
        }
        throw new AssertionError("no rest after " + PASSES + " passes; problem " + lastProblem + ", last effects "
                + world.boundaries
                        .passed()
                        .subList(Math.max(0, world.boundaries.count() - 12), world.boundaries.count()));
    }

    // ---- what there is

    ManagedDatabase cr() {
        return (ManagedDatabase) world.api.read(CR).orElseThrow();
    }

    boolean isGone() {
        return world.api.read(CR).isEmpty();
    }

    Optional<ManagedDatabaseStatus> status() {
        return world.api.read(CR).map(ManagedDatabase.class::cast).map(ManagedDatabase::getStatus);
    }

    Optional<Secret> secret(String name) {
        return world.api.read(new ObjectName(Secret.class, "shop", name)).map(Secret.class::cast);
    }

    DatabaseRequest request() {
        var cr = cr();
        return cr.getMetadata().getDeletionTimestamp() == null
                ? DatabaseRequest.parse(cr, references)
                : DatabaseRequest.parseRemoved(cr, references, deletions().policy(cr));
    }

    TenantNames names() {
        return request().names();
    }

    ObservedDatabase look() {
        var request = request();
        return observer().look(request, formerSecret(cr()), world.lane(request.names()));
    }

    Optional<ObservedDatabase> glance() {
        return observer().glance(request(), formerSecret(cr()), now);
    }

    Plan plan(ObservedDatabase seen) {
        return DatabasePlanner.plan(request(), seen, fresh, now, TERMS);
    }

    Plan removal(ObservedDatabase seen) {
        return RemovalPlanner.plan(request(), seen, fresh, now);
    }

    private DatabaseObserver observer() {
        return new DatabaseObserver(world.api, pictures, proofs);
    }

    private DeletionObserver deletions() {
        return new DeletionObserver(world.api, Duration.ofMinutes(2));
    }

    private Executor executor() {
        return new Executor(world.api, proofs, () -> now);
    }

    private static Optional<String> formerSecret(ManagedDatabase cr) {
        return Optional.ofNullable(cr.getStatus())
                .map(ManagedDatabaseStatus::binding)
                .map(ManagedDatabaseStatus.Binding::name);
    }
}
