package dev.ocean.operator.restore;

import dev.ocean.operator.plan.LoginProofs.LoginProof;
import dev.ocean.operator.plan.Seen;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.scratch.ObservedFilling;
import dev.ocean.operator.tenancy.DatabaseActivity;
import dev.ocean.operator.tenancy.DatabaseFacts;
import dev.ocean.operator.tenancy.LoginSetting;
import dev.ocean.operator.tenancy.MarkState;
import dev.ocean.operator.tenancy.ServerFacts;
import dev.ocean.operator.tenancy.TenantNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The facts that matter to one restore, as server and API tell them now.
 *
 * @param filling what is known of the scratch database and its Jobs, and of the tenant whose database is replaced
 * @param activity in the live database, and who is in the way in it or in the one that is to take its place
 * @param rollback whether the restore is to be undone, by the live object: a cache may not have been told yet, and what is dropped is gone
 * @param settings of the logins, in the live and the previous database
 * @param before the operation on the same database that comes first
 * @param proof what the last login came to
 */
record ObservedRestore(
        TenantNames names,
        ObservedFilling filling,
        DatabaseActivity activity,
        boolean rollback,
        List<LoginSetting> settings,
        Optional<String> before,
        Optional<LoginProof> proof)
        implements Seen {

    ObservedRestore {
        settings = List.copyOf(settings);
    }

    /** What the logins have set in one database. */
    List<LoginSetting> settingsIn(SqlIdentifier database) {
        return settings.stream()
                .filter(setting -> setting.database().equals(database))
                .toList();
    }

    @Override
    public ServerFacts server() {
        return filling.picture().server();
    }

    Optional<DatabaseFacts> live() {
        return filling.picture().database(names.database());
    }

    Optional<DatabaseFacts> copy(SqlIdentifier name) {
        return filling.picture().database(name);
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

    /** Told by either of the two databases: the other one may be gone by now, or there was none. */
    boolean isRolledBack(String restore) {
        return Stream.concat(previous(restore).stream(), live().stream())
                .flatMap(found -> found.mark().stream())
                .anyMatch(mark -> mark.isOf(restore)
                        && (mark.state() instanceof MarkState.RolledBack
                                || mark.state() instanceof MarkState.Returned));
    }
}
