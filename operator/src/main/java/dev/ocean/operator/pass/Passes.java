package dev.ocean.operator.pass;

import dev.ocean.operator.api.v1beta1.ConditionedStatus;
import dev.ocean.operator.kube.EventPublisher;
import dev.ocean.operator.kube.EventPublisher.Severity;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ConditionType;
import dev.ocean.operator.report.Conditions;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failure table in code: what each kind of problem means for the status, for the next try, for events and the log. No expected failure reaches the framework,
 * whose own retry would run at once on every event; only a defect of ours is thrown to it.
 */
public final class Passes {

    private static final Logger LOG = LoggerFactory.getLogger(Passes.class);

    private static final Duration UNTIL_A_PERSON_ACTED = Duration.ofMinutes(5);
    private static final Duration UNTIL_ITS_EVENT = Duration.ofMinutes(10);
    private static final Problem DEFECT = Problem.of(
            ProblemKind.BUG,
            Reason.INTERNAL_ERROR,
            "The operator met a defect of its own; its log has the details. Report it.");
    private static final Duration AT_ONCE = Duration.ofMillis(20);
    private static final int CONFLICTS_IN_A_ROW = 3;
    private static final int BUSY_BEFORE_TOLD = 50;

    private final InstantSource clock;
    private final Backoff backoff;
    private final EventPublisher events;
    private final PassListener listener;

    public Passes(InstantSource clock, Backoff backoff, EventPublisher events, PassListener listener) {
        this.clock = clock;
        this.backoff = backoff;
        this.events = events;
        this.listener = listener;
    }

    public <P extends CustomResource<?, S>, S extends ConditionedStatus> UpdateControl<P> reconcile(
            P cr, Kind<P, S> kind, Context<P> context, Pass<S> pass) {
        if (Annotations.isPaused(cr.getMetadata().getAnnotations())) {
            return UpdateControl.<P>noUpdate().rescheduleAfter(paused(cr, kind, context));
        }
        var verdict = run(cr, kind, context, pass);
        return UpdateControl.<P>noUpdate().rescheduleAfter(verdict.next());
    }

    /**
     * As {@link #reconcile}; a pass without a problem means that nothing is left, and the finalizer goes. It goes too where a person gives up, or nothing will ever help;
     * then what is left is told.
     */
    public <P extends CustomResource<?, S>, S extends ConditionedStatus> DeleteControl cleanup(
            P cr, Kind<P, S> kind, Context<P> context, Pass<S> pass) {
        var annotations = cr.getMetadata().getAnnotations();
        if (Annotations.isPaused(annotations)) {
            return DeleteControl.noFinalizerRemoval()
                    .rescheduleAfter(paused(cr, kind, context).toMillis());
        }
        if (Annotations.isAbandoned(annotations)) {
            return abandoned(kind.id(cr), pass);
        }
        var verdict = run(cr, kind, context, pass);
        if (verdict.problem().isEmpty()) {
            return DeleteControl.defaultDelete();
        }
        var now = clock.instant();
        var hopeless = verdict.problem()
                .flatMap(problem -> pass.hopelessFrom(problem, now))
                .map(from -> Duration.between(now, from))
                .orElse(verdict.next());
        if (hopeless.isNegative() || hopeless.isZero()) {
            return abandoned(kind.id(cr), pass);
        }
        var next = hopeless.compareTo(verdict.next()) < 0 ? hopeless : verdict.next();
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(next.toMillis());
    }

    /** Says so and touches nothing else; {@return when to look again, which is sooner if it could not be said} */
    private <P extends CustomResource<?, S>, S extends ConditionedStatus> Duration paused(
            P cr, Kind<P, S> kind, Context<P> context) {
        @Nullable S status = cr.getStatus();
        var before = status == null ? List.<Condition>of() : status.conditions();
        try {
            StatusWriter.writeConditions(cr, Conditions.paused(before, clock.instant()), kind, context);
            return UNTIL_ITS_EVENT;
        } catch (Blocked blocked) {
            return backoff.after(1);
        }
    }

    private <S> DeleteControl abandoned(ObjectId id, Pass<S> pass) {
        var left = pass.leftover();
        LOG.atWarn()
                .addKeyValue("kind", id.kind())
                .addKeyValue("namespace", id.namespace())
                .addKeyValue("name", id.name())
                .addKeyValue("left", left.note())
                .log("Clean-up given up");
        left.place()
                .ifPresent(place ->
                        events.publish(place, Severity.WARNING, EventReason.DATABASE_ORPHANED.code(), left.note()));
        backoff.succeeded(id.uid());
        return DeleteControl.defaultDelete();
    }

    /** @param next when to run again if nothing happens before */
    private record Verdict(Optional<Problem> problem, Duration next) {}

    private <P extends CustomResource<?, S>, S extends ConditionedStatus> Verdict run(
            P cr, Kind<P, S> kind, Context<P> context, Pass<S> pass) {
        var started = clock.instant();
        var id = kind.id(cr);
        PassResult<S> result;
        try {
            result = lasting(id, attempted(pass), pass);
            var verdict = verdict(id, result.problem(), result.next());
            if (isWorthTelling(id, result.problem(), cr.getMetadata().getDeletionTimestamp() != null)) {
                StatusWriter.write(cr, result.status(), kind, context);
                warn(id, cr.getStatus(), result);
                Outcomes.of(cr.getStatus(), result.status()).forEach(outcome -> listener.onOutcome(id, outcome));
            }
            notify(id, result.notices());
            finished(
                    id, cr.getMetadata().getGeneration(), result.problem(), Duration.between(started, clock.instant()));
            return verdict;
        } catch (Blocked blocked) {
            // The status could not be written: the object went, or the API server is away.
            finished(
                    id,
                    cr.getMetadata().getGeneration(),
                    Optional.of(blocked.problem()),
                    Duration.between(started, clock.instant()));
            return verdict(id, Optional.of(blocked.problem()), UNTIL_ITS_EVENT);
        } catch (RuntimeException bug) {
            LOG.atError()
                    .setCause(bug)
                    .addKeyValue("object", id.kind() + " " + id.path())
                    .log("Pass failed by a defect");
            tell(cr, kind, context, pass.blocked(DEFECT, started));
            throw bug;
        }
    }

    /** What is raced for again and again is no race: then it is told, and waited for longer. */
    private <S> PassResult<S> lasting(ObjectId id, PassResult<S> result, Pass<S> pass) {
        var raced = result.problem().filter(problem -> problem.kind() == ProblemKind.CONFLICT);
        if (raced.isEmpty() || backoff.count(id.uid(), ProblemKind.CONFLICT) < CONFLICTS_IN_A_ROW) {
            return result;
        }
        var problem = Problem.of(
                ProblemKind.TRANSIENT, raced.get().reason(), raced.get().message());
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new PassResult<>(pass.blocked(problem, now), Optional.of(problem), result.next(), result.notices());
    }

    /** As far as it goes: the defect itself is what the framework is told. */
    private static <P extends CustomResource<?, S>, S extends ConditionedStatus> void tell(
            P cr, Kind<P, S> kind, Context<P> context, S status) {
        try {
            StatusWriter.write(cr, status, kind, context);
        } catch (Blocked blocked) {
            LOG.atDebug().setCause(blocked).log("Defect not reported");
        }
    }

    private <S> PassResult<S> attempted(Pass<S> pass) {
        // To the second, as every time in the API: a pass writes what it will read.
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        try {
            return pass.run(now);
        } catch (Blocked blocked) {
            LOG.atDebug().setCause(blocked).log("Pass blocked");
            var problem = blocked.problem();
            return new PassResult<>(pass.blocked(problem, now), Optional.of(problem), UNTIL_ITS_EVENT, List.of());
        }
    }

    private Verdict verdict(ObjectId id, Optional<Problem> problem, Duration otherwise) {
        if (problem.isEmpty()) {
            backoff.succeeded(id.uid());
            return new Verdict(problem, otherwise);
        }
        var failures = backoff.failed(id.uid(), problem.get().kind());
        var delay =
                switch (problem.get().kind()) {
                    case INVALID, REFUSED, FAILED -> UNTIL_A_PERSON_ACTED;
                    case WAITING -> UNTIL_ITS_EVENT;
                    case BUSY -> backoff.moment(failures);
                    case CONFLICT -> AT_ONCE;
                    case TRANSIENT, BUG -> backoff.after(failures);
                };
        return new Verdict(problem, problem.get().delay().orElse(delay));
    }

    /** What is only busy or raced is gone in a moment and not worth a write; what is transient is told at its second time, so that nothing flaps. */
    private boolean isWorthTelling(ObjectId id, Optional<Problem> problem, boolean deleting) {
        if (problem.isEmpty()) {
            // The status of what is gone would only be another write.
            return !deleting;
        }
        return switch (problem.get().kind()) {
            case INVALID, REFUSED, FAILED, WAITING, BUG -> true;
            case BUSY -> backoff.count(id.uid(), ProblemKind.BUSY) > BUSY_BEFORE_TOLD;
            case CONFLICT -> false;
            case TRANSIENT -> backoff.count(id.uid(), ProblemKind.TRANSIENT) > 1;
        };
    }

    private <S extends ConditionedStatus> void warn(ObjectId id, S before, PassResult<S> result) {
        var problem = result.problem();
        if (problem.isEmpty()
                || problem.get().kind() == ProblemKind.WAITING
                || problem.get().kind() == ProblemKind.BUSY) {
            return;
        }
        var told = Conditions.find(before == null ? List.of() : before.conditions(), ConditionType.READY);
        var tells = Conditions.find(result.status().conditions(), ConditionType.READY);
        var same = told.isPresent()
                && tells.isPresent()
                && Objects.equals(told.get().getMessage(), tells.get().getMessage());
        if (!same) {
            events.publish(
                    id,
                    Severity.WARNING,
                    problem.get().reason().code(),
                    problem.get().message());
        }
    }

    private void notify(ObjectId id, List<Notice> notices) {
        notices.forEach(notice -> events.publish(
                notice.place().orElse(id),
                notice.reason().severity(),
                notice.reason().code(),
                notice.note()));
    }

    private void finished(ObjectId id, Long generation, Optional<Problem> problem, Duration duration) {
        listener.onPass(id, problem, duration);
        var log = problem.isPresent() && problem.get().kind() == ProblemKind.REFUSED
                ? LOG.atWarn()
                : quiet(problem) ? LOG.atDebug() : LOG.atInfo();
        log.addKeyValue("kind", id.kind())
                .addKeyValue("namespace", id.namespace())
                .addKeyValue("name", id.name())
                .addKeyValue("generation", generation)
                .addKeyValue(
                        "reason",
                        problem.map(Problem::reason).orElse(Reason.READY).code())
                .addKeyValue("millis", duration.toMillis())
                .log("Pass done");
    }

    private static boolean quiet(Optional<Problem> problem) {
        return problem.map(Problem::kind)
                .filter(kind -> kind != ProblemKind.INVALID
                        && kind != ProblemKind.REFUSED
                        && kind != ProblemKind.FAILED
                        && kind != ProblemKind.BUG)
                .isPresent();
    }
}
