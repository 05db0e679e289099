package dev.ocean.sandbox.node;

/** Why a container cannot start now, as a kubelet says it; what is missing may come, so it is tried again. */
final class Obstacle extends RuntimeException {

    static final String IMAGE = "ErrImagePull";
    static final String CONFIGURATION = "CreateContainerConfigError";
    static final String MOUNT = "FailedMount";

    private final String reason;

    private Obstacle(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static Obstacle image(String message) {
        return new Obstacle(IMAGE, message);
    }

    static Obstacle configuration(String message) {
        return new Obstacle(CONFIGURATION, message);
    }

    static Obstacle mount(String message) {
        return new Obstacle(MOUNT, message);
    }

    String reason() {
        return reason;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
