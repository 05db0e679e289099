package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.DatabaseBackup;
import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectSpec.Backups;
import dev.ocean.operator.api.v1beta1.ProjectStatus;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.pass.ContextLookup;
import dev.ocean.operator.pass.EventSources;
import dev.ocean.operator.pass.Kind;
import dev.ocean.operator.pass.Leftover;
import dev.ocean.operator.pass.Pass;
import dev.ocean.operator.pass.PassResult;
import dev.ocean.operator.pass.Passes;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.Subject;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.reference.Membership;
import dev.ocean.operator.reference.References;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Counts a project's databases; when it is deleted, deletes them and stays until the last one is gone. */
public final class ProjectReconciler implements Reconciler<Project>, Cleaner<Project> {

    private static final Kind<Project, ProjectStatus> KIND = new Kind<>(Project.class, Project::new);
    private static final Duration NET = Duration.ofMinutes(10);
    private static final Duration AT_ONCE = Duration.ofMillis(20);

    /** A pass is not to hold a worker for long. */
    private static final int AT_A_TIME = 100;

    private static final Problem PROTECTED = Problem.of(
            ProblemKind.INVALID,
            Reason.PROTECTION_ENABLED,
            "`spec.deletionProtection` is true. Set it to false to let the deletion go on.");

    private final Passes passes;
    private final ObjectStore objects;
    private final Executor executor;
    private final ProjectObserver observer;
    private final EventSources sources;
    private final Counting counting;

    public ProjectReconciler(Passes passes, ObjectStore objects, Executor executor, EventSources sources) {
        this.passes = passes;
        this.objects = objects;
        this.executor = executor;
        this.observer = new ProjectObserver(objects);
        this.sources = sources;
        this.counting = new Counting();
    }

    @Override
    public List<EventSource<?, Project>> prepareEventSources(EventSourceContext<Project> context) {
        return sources.ofProject(context);
    }

    @Override
    public UpdateControl<Project> reconcile(Project cr, Context<Project> context) {
        return passes.reconcile(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<ProjectStatus> run(Instant now) {
                var lookup = new ContextLookup<>(context);
                var members = Membership.ofProject(
                        cr.getMetadata().getNamespace(), cr.getMetadata().getName(), lookup);
                var problem =
                        claim(cr).or(() -> References.objection(cr, lookup)).or(() -> ownClaim(cr));
                var status = ProjectStatusMapper.next(cr, members, problem, now);
                var wait = counting.wait(cr, status, now);
                return new PassResult<>(
                        wait.isZero() ? status : cr.getStatus(),
                        wait.isZero() ? problem : problem.map(found -> found.after(wait)),
                        wait.isZero() ? NET : wait,
                        List.of());
            }

            @Override
            public ProjectStatus blocked(Problem problem, Instant now) {
                return ProjectStatusMapper.blocked(cr, problem, now);
            }
        });
    }

    /** The volume for backups, where it describes one: made, and grown. Whether it is bound is its first Job's affair. */
    private Optional<Problem> claim(Project cr) {
        var id = KIND.id(cr);
        return BackupClaim.of(cr, id).flatMap(claim -> executor.settle(
                        Subject.of(cr, id, ServerKey.NONE),
                        () -> objects.read(claim.name()).map(PersistentVolumeClaim.class::cast),
                        claim::plan)
                .problem());
    }

    /** One that the user made, or will make. */
    private Optional<Problem> ownClaim(Project cr) {
        return Optional.ofNullable(cr.getSpec().backups())
                .map(Backups::claimName)
                .map(claim -> new ObjectName(
                        PersistentVolumeClaim.class, cr.getMetadata().getNamespace(), claim))
                .flatMap(
                        name -> BackupClaim.objection(name, objects.read(name).map(PersistentVolumeClaim.class::cast)));
    }

    @Override
    public DeleteControl cleanup(Project cr, Context<Project> context) {
        return passes.cleanup(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<ProjectStatus> run(Instant now) {
                return remove(cr, new ContextLookup<>(context), now);
            }

            @Override
            public ProjectStatus blocked(Problem problem, Instant now) {
                return ProjectStatusMapper.deletionBlocked(cr, problem, now);
            }

            @Override
            public Leftover leftover() {
                return Leftover.untold("Its ManagedDatabases, if any are left, stay without a Project.");
            }
        });
    }

    private PassResult<ProjectStatus> remove(Project cr, ContextLookup<Project> lookup, Instant now) {
        var metadata = cr.getMetadata();
        var known = Membership.ofProject(metadata.getNamespace(), metadata.getName(), lookup);
        var glance = DeletionPlan.of(cr, known, observer.namespace(cr));
        if (!glance.isDone() && glance.due().isEmpty()) {
            return waiting(cr, known, glance, now);
        }
        // Who deletes, or lets go, looks live: a database that was made or protected a moment ago is in no cache yet.
        var live = observer.live(cr);
        var members = observer.members(live);
        var plan = DeletionPlan.of(live, members, observer.namespace(live));
        if (plan.isDone()) {
            return isProtected(live) ? waiting(cr, members, plan, now) : removeBackups(cr, live, plan, now);
        }
        if (isProtected(live) || !isWrittenDown(cr)) {
            return waiting(cr, members, plan, now);
        }
        plan.due().stream()
                .limit(AT_A_TIME)
                .forEach(member -> delete(
                        new ObjectName(ManagedDatabase.class, metadata.getNamespace(), member.name()),
                        member.sighting()));
        return waiting(cr, members, plan, now);
    }

    /** After the databases: until the last backups are made, the others are all there is. Then the Project itself goes. */
    private PassResult<ProjectStatus> removeBackups(Project cr, Project live, DeletionPlan plan, Instant now) {
        var backups = observer.backups(live);
        backups.due().stream()
                .limit(AT_A_TIME)
                .forEach(backup -> delete(
                        new ObjectName(
                                DatabaseBackup.class,
                                cr.getMetadata().getNamespace(),
                                backup.getMetadata().getName()),
                        Sighting.unchanged(backup)));
        if (backups.obstacle().isPresent()) {
            var status = ProjectStatusMapper.deleting(
                    cr, List.of(), plan, backups.obstacle().get(), now);
            return new PassResult<>(status, backups.obstacle(), NET, List.of());
        }
        counting.forget(cr);
        return new PassResult<>(cr.getStatus(), Optional.empty(), NET, List.of());
    }

    /** One that somebody writes to all the time does not keep those behind it: the next pass lists anew. */
    private void delete(ObjectName name, Sighting sighting) {
        try {
            objects.delete(name, sighting);
        } catch (Blocked blocked) {
            if (blocked.problem().kind() != ProblemKind.CONFLICT) {
                throw blocked;
            }
        }
    }

    private static boolean isProtected(Project project) {
        return project.getSpec().deletionProtection();
    }

    /** The plan is there to be read before the first database goes. */
    private static boolean isWrittenDown(Project cr) {
        return cr.getStatus() != null && !cr.getStatus().deletionPlan().isEmpty();
    }

    private PassResult<ProjectStatus> waiting(
            Project cr, List<ManagedDatabase> members, DeletionPlan plan, Instant now) {
        var obstacle = isProtected(cr) ? PROTECTED : plan.obstacle().orElse(PROTECTED);
        var status = ProjectStatusMapper.deleting(cr, members, plan, obstacle, now);
        var wait = counting.wait(cr, status, now);
        if (!wait.isZero()) {
            return new PassResult<>(cr.getStatus(), Optional.of(obstacle.after(wait)), NET, List.of());
        }
        var goesOn = !isProtected(cr) && !plan.due().isEmpty();
        return new PassResult<>(status, Optional.of(goesOn ? obstacle.after(AT_ONCE) : obstacle), NET, List.of());
    }
}
