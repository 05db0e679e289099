package dev.ocean.sandbox.controlplane;

import dev.ocean.sandbox.process.ProcessFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the programs of the control plane are: each on its own in a directory of the user, or all in one that we build. */
sealed interface Binaries {

    /** Names a directory with {@code etcd}, {@code kube-apiserver}, {@code kube-controller-manager} and {@code kube-scheduler}. */
    String DIRECTORY_VARIABLE = "OCEAN_KUBE_BIN";

    /** The beginning of a command line. */
    List<String> line(Component component);

    /**
     * Looks them up, and builds them if they are in neither place; that takes minutes, once on a machine.
     *
     * @throws ProcessFailure if a program is missing in the user's directory, or if there is neither one nor Go
     */
    static Binaries find(Map<String, String> environment) {
        var directory = Optional.ofNullable(environment.get(DIRECTORY_VARIABLE)).filter(value -> !value.isBlank());
        if (directory.isPresent()) {
            return Separate.in(Path.of(directory.get()));
        }
        return new Single(ComponentBuild.of(environment).binary());
    }

    /** One binary per program. */
    record Separate(Path directory) implements Binaries {

        static Separate in(Path directory) {
            for (var component : Component.values()) {
                if (!Files.isExecutable(directory.resolve(component.program()))) {
                    throw new ProcessFailure("cannot use " + DIRECTORY_VARIABLE + " \"" + directory
                            + "\": it has no executable " + component.program());
                }
            }
            return new Separate(directory);
        }

        @Override
        public List<String> line(Component component) {
            return List.of(directory.resolve(component.program()).toString());
        }
    }

    /** The binary that holds all programs. */
    record Single(Path binary) implements Binaries {

        @Override
        public List<String> line(Component component) {
            return List.of(binary.toString(), component.program());
        }
    }
}
