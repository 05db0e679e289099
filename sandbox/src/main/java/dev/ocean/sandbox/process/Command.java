package dev.ocean.sandbox.process;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to run, and how.
 *
 * @param name what messages call it
 * @param line program and arguments
 * @param environment variables beside those that it inherits
 * @param inherited what it gets of the environment of the JVM
 * @param log receives standard output and standard error; its directory is the working directory
 * @param user runs it as this user, which only root can; empty for the user of the JVM
 * @param lastSignal ends it at once when it is closed or the JVM is gone; SIGKILL follows a second later
 */
public record Command(
        String name,
        List<String> line,
        Map<String, String> environment,
        Inherited inherited,
        Path log,
        Optional<String> user,
        Signal lastSignal) {

    /** What a process gets of the environment of the JVM. */
    public enum Inherited {
        ALL,
        NOTHING
    }

    public Command {
        line = List.copyOf(line);
        environment = Map.copyOf(environment);
    }

    public static Command of(String name, List<String> line, Path log) {
        return new Command(name, line, Map.of(), Inherited.ALL, log, Optional.empty(), Signal.KILL);
    }

    public Command with(String variable, String value) {
        var extended = new LinkedHashMap<>(environment);
        extended.put(variable, value);
        return new Command(name, line, extended, inherited, log, user, lastSignal);
    }

    /** Gives it these variables and none of the JVM's; without {@code PATH} among them no program is found. */
    public Command withNothingBut(Map<String, String> variables) {
        return new Command(name, line, variables, Inherited.NOTHING, log, user, lastSignal);
    }

    public Command as(Optional<String> otherUser) {
        return new Command(name, line, environment, inherited, log, otherUser, lastSignal);
    }

    public Command endingWith(Signal signal) {
        return new Command(name, line, environment, inherited, log, user, signal);
    }
}
