package dev.ocean.operator.postgres;

/** What a lane is for, and how many there are of it per server. */
public enum LaneKind {
    /** Passes that may change something. */
    WORK(3),
    /** Pictures and health: kept apart, so that a flood of work never hides the state of the server. */
    LOOK(1);

    private final int perServer;

    LaneKind(int perServer) {
        this.perServer = perServer;
    }

    public int perServer() {
        return perServer;
    }
}
