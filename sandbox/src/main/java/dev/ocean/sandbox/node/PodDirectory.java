package dev.ocean.sandbox.node;

import dev.ocean.sandbox.process.ServiceUser;
import dev.ocean.sandbox.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a pod has on this machine: log, termination message, home and the volumes that live no longer than it. */
final class PodDirectory implements AutoCloseable {

    private final Workspace workspace = Workspace.create("sandbox-pod");
    private final Optional<String> owner = ServiceUser.instead();
    // Both are the pod's own: a program that opens /dev/stderr opens the file behind it.
    private final Path log = handedOver(workspace.privateFile("log", ""));
    private final Path terminationMessage = handedOver(workspace.privateFile("termination-message", ""));
    private final Path home = handedOver(workspace.privateDirectory("home"));

    /** The user that the pod's process runs as; empty for that of the JVM. */
    Optional<String> owner() {
        return owner;
    }

    Path log() {
        return log;
    }

    Path terminationMessage() {
        return terminationMessage;
    }

    Path home() {
        return home;
    }

    /** Makes an empty directory, or {@return the one of this name}; it is the JVM's until it is handed over. */
    Path directory(String name) {
        return Files.exists(workspace.resolve(name)) ? workspace.resolve(name) : workspace.privateDirectory(name);
    }

    /** Gives a file, or a directory and all that is in it, to the pod's user. */
    Path handedOver(Path path) {
        owner.ifPresent(user -> ServiceUser.own(path, user));
        return path;
    }

    @Override
    public void close() {
        workspace.close();
    }
}
