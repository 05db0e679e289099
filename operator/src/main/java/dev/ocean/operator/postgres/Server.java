package dev.ocean.operator.postgres;

import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import org.jspecify.annotations.Nullable;

/** One server: lanes, circuit, idle connections. */
final class Server {

    private final ServerKey key;
    private final Servers.Options options;
    private @Nullable Endpoint endpoint;

    Server(ServerKey key, Servers.Options options) {
        this.key = key;
        this.options = options;
    }

    void moveTo(Endpoint next) {
        endpoint = next;
    }

    @SuppressWarnings("DoNotCallSuggester")
    Lane enter(LaneKind kind) {
        throw Blocked.by(ProblemKind.BUSY, Reason.BUSY, "cannot talk to " + key + endpoint + options + kind);
    }

    void close() {}
}
