package dev.ocean.operator.project;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.api.v1beta1.ProjectStatus;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.pass.ContextLookup;
import dev.ocean.operator.pass.EventSources;
import dev.ocean.operator.pass.Kind;
import dev.ocean.operator.pass.Pass;
import dev.ocean.operator.pass.PassResult;
import dev.ocean.operator.pass.Passes;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.plan.Subject;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.reference.Membership;
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

/** Counts a project's databases and keeps it while it has any. */
public final class ProjectReconciler implements Reconciler<Project>, Cleaner<Project> {

    private static final Kind<Project, ProjectStatus> KIND = new Kind<>(Project.class, Project::new);
    private static final Duration NET = Duration.ofMinutes(10);
    private static final int NAMED = 5;

    private final Passes passes;
    private final ObjectStore objects;
    private final Executor executor;
    private final EventSources sources;
    private final Counting counting;

    public ProjectReconciler(Passes passes, ObjectStore objects, Executor executor, EventSources sources) {
        this.passes = passes;
        this.objects = objects;
        this.executor = executor;
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
                var members = Membership.ofProject(
                        cr.getMetadata().getNamespace(), cr.getMetadata().getName(), new ContextLookup<>(context));
                var problem = claim(cr);
                var status = ProjectStatusMapper.next(cr, members, problem, now);
                var wait = counting.wait(cr, status, now);
                return new PassResult<>(
                        wait.isZero() ? status : cr.getStatus(), problem, wait.isZero() ? NET : wait, List.of());
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
                        new Subject(KIND.object(cr), id, ServerKey.NONE),
                        () -> objects.read(claim.name()).map(PersistentVolumeClaim.class::cast),
                        claim::plan)
                .problem());
    }

    @Override
    public DeleteControl cleanup(Project cr, Context<Project> context) {
        return passes.cleanup(cr, KIND, context, new Pass<>() {
            @Override
            public PassResult<ProjectStatus> run(Instant now) {
                var problem = obstacle(cr);
                if (problem.isEmpty()) {
                    counting.forget(cr);
                }
                return new PassResult<>(
                        problem.map(found -> ProjectStatusMapper.deleting(cr, found, now))
                                .orElse(cr.getStatus()),
                        problem,
                        NET,
                        List.of());
            }

            @Override
            public ProjectStatus blocked(Problem problem, Instant now) {
                return ProjectStatusMapper.deleting(cr, problem, now);
            }
        });
    }

    /** Its databases are listed live: one that was made a moment ago is in no cache yet. */
    private Optional<Problem> obstacle(Project cr) {
        if (cr.getSpec().deletionProtection()) {
            return Optional.of(Problem.of(
                    ProblemKind.INVALID,
                    Reason.PROTECTION_ENABLED,
                    "`spec.deletionProtection` is true. Set it to false to let the deletion go on."));
        }
        var namespace = cr.getMetadata().getNamespace();
        var members = objects.list(ManagedDatabase.class, namespace).stream()
                .filter(database -> Membership.isMember(
                        database, namespace, cr.getMetadata().getName()))
                .map(database -> database.getMetadata().getName())
                .sorted()
                .toList();
        if (members.isEmpty()) {
            return Optional.empty();
        }
        var names = String.join(", ", members.subList(0, Math.min(NAMED, members.size())));
        return Optional.of(Problem.of(
                        ProblemKind.WAITING,
                        Reason.DATABASES_REMAINING,
                        members.size() + " ManagedDatabases belong to this Project: " + names
                                + (members.size() > NAMED ? " and others" : "") + ". Delete them first.")
                .after(Duration.ofSeconds(30)));
    }
}
