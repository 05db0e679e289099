package dev.ocean.operator.restore;

import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobResult;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.Seen;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.tenancy.DatabaseActivity;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.TenantNames;
import java.util.List;
import java.util.Optional;

/**
 * The facts that matter to one restore, as server and API tell them now.
 *
 * @param picture of the tenant whose database is replaced
 * @param locale of the live database; empty if there is none
 * @param activity in the live database
 * @param attempts the restore's own Jobs
 * @param claimTaken whether somebody else's Job is on a volume that bears one at a time
 * @param before the operation on the same database that comes first
 * @param credentials of the tenant's login, if its Secret is in order
 * @param proof what the last login came to
 * @param offers extensions that the backup has and the server offers, in all versions
 */
record ObservedRestore(
        TenantNames names,
        ServerPicture picture,
        Optional<DatabaseLocale> locale,
        DatabaseActivity activity,
        List<JobAttempt> attempts,
        boolean claimTaken,
        Optional<String> before,
        Optional<Credentials> credentials,
        Optional<LoginProof> proof,
        List<Offer> offers)
        implements Seen {

    ObservedRestore {
        attempts = List.copyOf(attempts);
        offers = List.copyOf(offers);
    }

    /** A version of an extension that the server has files for. */
    record Offer(String name, String version, boolean trusted) {}

    ObservedRestore withOffers(List<Offer> found) {
        return new ObservedRestore(
                names, picture, locale, activity, attempts, claimTaken, before, credentials, proof, found);
    }

    @Override
    public ServerFacts server() {
        return picture.server();
    }

    Optional<DatabaseFacts> live() {
        return picture.database(names.database());
    }

    Optional<DatabaseFacts> copy(SqlIdentifier name) {
        return picture.database(name);
    }

    Optional<JobAttempt> last(JobScript script) {
        return JobAttempt.last(attempts, script);
    }

    /** The backup as the check found it. */
    Optional<JobResult.BackedUp> backup() {
        return last(JobScript.CHECK).flatMap(JobAttempt::backedUp);
    }

    Optional<JobResult.Restored> restored() {
        return last(JobScript.RESTORE)
                .flatMap(JobAttempt::result)
                .filter(JobResult.Restored.class::isInstance)
                .map(JobResult.Restored.class::cast);
    }

    /**
     * Whether the databases have changed places: told by the marks alone, which the same transaction wrote. The previous database may be gone by now, or there was none.
     *
     * @param restore its UID
     */
    boolean isCommitted(String restore) {
        return previous(restore).isPresent()
                || live().flatMap(DatabaseFacts::mark)
                        .filter(mark -> mark.isOf(restore))
                        .isPresent();
    }

    /** What the restore set aside. */
    Optional<DatabaseFacts> previous(String restore) {
        return copy(names.previous(restore)).filter(found -> found.mark()
                .filter(mark -> mark.isOf(restore) && mark.state().expires().isPresent())
                .isPresent());
    }

    boolean isRolledBack(String restore) {
        return previous(restore)
                .flatMap(DatabaseFacts::mark)
                .filter(mark -> mark.state() instanceof MarkState.RolledBack)
                .isPresent();
    }
}
