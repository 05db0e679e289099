package dev.ocean.operator.scratch;

import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.plan.Step;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.DestructiveStep.Ground;
import dev.ocean.operator.tenancy.Extension;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.OwnershipMark.Relation;
import dev.ocean.operator.tenancy.RestoreStep;
import dev.ocean.operator.tenancy.RestoreStep.Privileges;
import dev.ocean.operator.tenancy.ServerStep;
import dev.ocean.operator.tenancy.ServerStep.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The scratch database of one filling: whose what stands under its name is, how it is made empty, and how it goes. */
public final class Scratch {

    private final Filling filling;
    private final ObservedFilling seen;

    public Scratch(Filling filling, ObservedFilling seen) {
        this.filling = filling;
        this.seen = seen;
    }

    /** Ours, marked, and still nothing but a scratch database. */
    public Optional<DatabaseFacts> own() {
        return seen.copy(filling.scratch())
                .filter(this::isOwn)
                .filter(copy -> copy.mark().orElseThrow().state() instanceof MarkState.Scratch);
    }

    /** Whether a Job, or a tenant, can have been in it. */
    boolean isOpened() {
        return own().filter(this::isOpen).isPresent();
    }

    private boolean isOpen(DatabaseFacts scratch) {
        return scratch.grants().contains("CONNECT " + filling.names().owner().value());
    }

    /** Whether the operation made {@code copy}, by its mark. */
    public boolean isOwn(DatabaseFacts copy) {
        return filling.mark().to(copy.mark()) == Relation.OURS
                && copy.mark()
                        .filter(mark -> mark.isOf(filling.operation().uid()))
                        .isPresent();
    }

    /** Our own creation, cut off before its mark: nobody could enter yet, the admin made it, and the intent stands on the owner role. */
    public boolean isUnfinished(DatabaseFacts copy) {
        return copy.name().equals(filling.scratch().value())
                && !copy.commented()
                && !copy.accepting()
                && copy.owner().equals(seen.server().admin())
                && hasOwner();
    }

    /** Whether the owner role is there and ours: what is filled is filled as this role. */
    public boolean hasOwner() {
        return seen.picture()
                .role(filling.names().owner())
                .filter(owner -> filling.mark().to(owner.mark()) == Relation.OURS)
                .isPresent();
    }

    /** What stands under its name and is somebody else's. */
    public Optional<DatabaseFacts> foreign() {
        return seen.copy(filling.scratch()).filter(copy -> !isOwn(copy) && !isUnfinished(copy));
    }

    /** @param used whether a Job may have been in it, or a tenant; one that was opened is not empty for certain */
    List<Step> empty(BackedUp backup, List<Extension> adminExtensions, boolean used) {
        var steps = new ArrayList<Step>();
        var scratch = own();
        var unfit =
                scratch.filter(found -> used || isOpen(found) || found.connectionLimit() == DatabaseFacts.DROP_CUT_OFF);
        unfit.ifPresent(found -> steps.add(drop(found)));
        if (scratch.isEmpty() && seen.copy(filling.scratch()).isPresent()) {
            steps.add(claim());
        } else if (scratch.isEmpty() || unfit.isPresent()) {
            steps.add(sql(new RestoreStep.CreateScratch(
                    filling.names(),
                    filling.scratch(),
                    filling.scratchMark(),
                    locale(backup),
                    seen.connectionLimit())));
        }
        steps.add(sql(new RestoreStep.PrepareScratch(
                filling.names(),
                filling.scratch(),
                adminExtensions,
                filling.isOfThisName(backup) ? Privileges.DUMP : Privileges.DEFAULT)));
        // After the extensions that only the admin may make: nobody else has been inside then.
        steps.add(sql(new RestoreStep.OpenScratch(filling.names(), filling.scratch())));
        return steps;
    }

    private DatabaseLocale locale(BackedUp backup) {
        return seen.locale().orElseGet(() -> localeOf(backup));
    }

    /** That of the database that was dumped. */
    public static DatabaseLocale localeOf(BackedUp backup) {
        var dumped = backup.locality();
        return new DatabaseLocale(
                dumped.encoding(),
                dumped.collate(),
                dumped.ctype(),
                DatabaseLocale.Provider.named(dumped.provider()),
                dumped.locale());
    }

    /** Nobody's data: it was filled from a file that is still there. */
    public List<Step> drop() {
        if (own().isPresent()) {
            return List.of(drop(own().get()));
        }
        return seen.copy(filling.scratch()).filter(this::isUnfinished).isPresent() ? List.of(claim()) : List.of();
    }

    private Step claim() {
        return sql(new RestoreStep.ClaimScratch(filling.names(), filling.scratch(), filling.scratchMark()));
    }

    private Step drop(DatabaseFacts scratch) {
        return sql(new RestoreStep.DropCopy(
                filling.names(),
                scratch.mark().orElseThrow(),
                filling.scratch(),
                scratch.obstinate().isEmpty() ? Sessions.END : Sessions.WAIT,
                Ground.SCRATCH));
    }

    private static Step sql(ServerStep step) {
        return new Step.Sql(step);
    }
}
