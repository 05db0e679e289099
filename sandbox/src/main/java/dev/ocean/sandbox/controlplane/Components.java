package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Signal;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The running components; not safe for several threads. */
final class Components implements AutoCloseable {

    private final CommandLines lines;
    private final Path directory;
    private final Map<Component, LocalProcess> processes = new EnumMap<>(Component.class);

    Components(CommandLines lines, Path directory) {
        this.lines = lines;
        this.directory = directory;
    }

    /** Starts it, or starts it again; its log goes on. */
    void launch(Component component) {
        var name = component.program();
        var command = Command.of(name, lines.of(component), directory.resolve(name + ".log"));
        processes.put(component, LocalProcess.start(command));
    }

    LocalProcess process(Component component) {
        return Objects.requireNonNull(processes.get(component), component.program());
    }

    /**
     * Looks whether all that were launched still run.
     *
     * @throws dev.ocean.sandbox.process.ProcessFailure with the end of the log of one that does not
     */
    void requireAlive() {
        processes.values().forEach(LocalProcess::requireAlive);
    }

    /** Kills all: what they could still write has no reader. */
    @Override
    public void close() {
        processes.values().forEach(process -> process.signal(Signal.KILL));
        processes.values().forEach(LocalProcess::close);
    }
}
