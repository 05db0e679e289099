package dev.ocean.operator.scratch;

import dev.ocean.operator.connection.Credentials;
import dev.ocean.operator.dump.JobAttempt;
import dev.ocean.operator.dump.JobResult;
import dev.ocean.operator.dump.JobScript;
import dev.ocean.operator.plan.Seen;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.DatabaseLocale;
import dev.ocean.operator.tenancy.RoleFacts;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.tenancy.ServerPicture;
import dev.ocean.operator.tenancy.TenantNames;
import java.util.List;
import java.util.Optional;

/**
 * The facts that matter to the filling of a scratch database, as server and API tell them now.
 *
 * @param picture of the tenant
 * @param locale that the scratch database is to have; empty for the backup's own
 * @param attempts the operation's own Jobs
 * @param occupied why no Job can begin on the volume: another one is on it, and it bears one at a time
 * @param credentials of the tenant's login, if its Secret is in order
 * @param offers extensions that the backup has and the server offers, in all versions
 */
public record ObservedFilling(
        TenantNames names,
        ServerPicture picture,
        Optional<DatabaseLocale> locale,
        List<JobAttempt> attempts,
        Optional<Problem> occupied,
        Optional<Credentials> credentials,
        List<Offer> offers)
        implements Seen {

    public ObservedFilling {
        attempts = List.copyOf(attempts);
        offers = List.copyOf(offers);
    }

    /** The same, with a scratch database of this locale. */
    public ObservedFilling in(DatabaseLocale other) {
        return new ObservedFilling(names, picture, Optional.of(other), attempts, occupied, credentials, offers);
    }

    @Override
    public ServerFacts server() {
        return picture.server();
    }

    Optional<DatabaseFacts> copy(SqlIdentifier name) {
        return picture.database(name);
    }

    Optional<JobAttempt> last(JobScript script) {
        return JobAttempt.last(attempts, script);
    }

    /** The backup, as the Job that checked or made it found it. */
    public Optional<JobResult.BackedUp> backup() {
        return backup(attempts);
    }

    /** As above, of {@code attempts}. */
    public static Optional<JobResult.BackedUp> backup(List<JobAttempt> attempts) {
        return JobAttempt.last(attempts, JobScript.CHECK)
                .or(() -> JobAttempt.last(attempts, JobScript.DUMP))
                .flatMap(JobAttempt::backedUp);
    }

    /** What came of it; empty until its Job has ended well. */
    public Optional<JobResult.Restored> restored() {
        return last(JobScript.RESTORE)
                .flatMap(JobAttempt::result)
                .filter(JobResult.Restored.class::isInstance)
                .map(JobResult.Restored.class::cast);
    }

    /** That of the live database, else the sum of what its logins may have. */
    public int connectionLimit() {
        return picture.database(names.database())
                .map(DatabaseFacts::connectionLimit)
                .orElseGet(() -> names.logins().stream()
                        .flatMap(login -> picture.role(login).stream())
                        .filter(RoleFacts::login)
                        .mapToInt(RoleFacts::connectionLimit)
                        .sum());
    }
}
