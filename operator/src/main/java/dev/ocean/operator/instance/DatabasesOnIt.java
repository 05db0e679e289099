package dev.ocean.operator.instance;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.pass.Leftover;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the databases on an instance hold its deletion. */
final class DatabasesOnIt {

    private static final Duration RECHECK = Duration.ofSeconds(30);
    private static final int NAMED = 5;

    private DatabasesOnIt() {}

    /**
     * @param databases at least one, oldest first
     * @param unseen why the server cannot be looked at: then they cannot be cleaned up either
     */
    static Problem obstacle(List<ManagedDatabase> databases, Optional<Problem> unseen) {
        var names = databases.stream().limit(NAMED).map(DatabasesOnIt::path).collect(Collectors.joining(", "));
        return Problem.of(
                        ProblemKind.WAITING,
                        Reason.DATABASES_REMAINING,
                        databases.size() + " ManagedDatabases are on this instance: " + names
                                + (databases.size() > NAMED ? " and others" : "") + "."
                                + unseen.map(problem -> " They cannot be cleaned up now ("
                                                + problem.reason().code() + "): " + problem.message())
                                        .orElse("")
                                + " Delete them first, or annotate this object with " + Annotations.ABANDON
                                + ": \"true\" to leave them without it.")
                .after(RECHECK);
    }

    private static String path(ManagedDatabase database) {
        return database.getMetadata().getNamespace() + "/"
                + database.getMetadata().getName();
    }

    static Leftover leftover(PostgresInstance cr) {
        var count = Optional.ofNullable(cr.getStatus())
                .map(status -> status.databaseCount())
                .orElse(0);
        return Leftover.untold("The server keeps what is on it; " + count + " databases of ours were counted last.");
    }
}
