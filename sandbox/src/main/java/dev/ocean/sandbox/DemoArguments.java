package dev.ocean.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the demo is told.
 *
 * @param manifests files or directories that install the operator, in this order; a Deployment in them runs as a local process
 * @param templates manifests with placeholders for the PostgreSQL server
 * @param examples what a user applies
 * @param result kind of the example whose Secret the demo logs in with
 * @param tale file with what comes after the first login; empty for none
 * @param environment variables of the operator over those of its Deployment
 * @param command what stands in for the image of the Deployment
 * @param ending what happens when all has been shown
 */
record DemoArguments(
        List<Path> manifests,
        List<Path> templates,
        List<Path> examples,
        String result,
        Optional<Path> tale,
        Map<String, String> environment,
        List<String> command,
        Ending ending) {

    /** What happens when all has been shown. */
    enum Ending {
        /** Everything stays up until Ctrl-C. */
        STAY,
        /** The demo ends. */
        END
    }

    static final String USAGE =
            "usage: Demo [--once] --manifest PATH... --template PATH... --example PATH... --result KIND [--tale FILE] [--environment NAME=VALUE...] -- COMMAND...";

    DemoArguments {
        manifests = List.copyOf(manifests);
        templates = List.copyOf(templates);
        examples = List.copyOf(examples);
        environment = Map.copyOf(environment);
        command = List.copyOf(command);
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException with the usage, if it is not one of ours
     */
    static DemoArguments parse(List<String> arguments) {
        var separator = arguments.indexOf("--");
        if (separator < 0 || separator == arguments.size() - 1) {
            throw new IllegalArgumentException("no command. " + USAGE);
        }
        var reader = new Reader(arguments.subList(0, separator));
        while (reader.hasNext()) {
            reader.readOption();
        }
        if (reader.result.isEmpty()) {
            throw new IllegalArgumentException("no --result. " + USAGE);
        }
        return new DemoArguments(
                reader.manifests,
                reader.templates,
                reader.examples,
                reader.result,
                reader.tale,
                reader.environment,
                arguments.subList(separator + 1, arguments.size()),
                reader.ending);
    }

    private static final class Reader {

        private final List<String> rest;
        private final List<Path> manifests = new ArrayList<>();
        private final List<Path> templates = new ArrayList<>();
        private final List<Path> examples = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private String result = "";
        private Optional<Path> tale = Optional.empty();
        private Ending ending = Ending.STAY;

        Reader(List<String> options) {
            this.rest = new ArrayList<>(options);
        }

        boolean hasNext() {
            return !rest.isEmpty();
        }

        void readOption() {
            var option = rest.removeFirst();
            switch (option) {
                case "--once" -> ending = Ending.END;
                case "--manifest" -> manifests.add(Path.of(value(option)));
                case "--template" -> templates.add(Path.of(value(option)));
                case "--example" -> examples.add(Path.of(value(option)));
                case "--result" -> result = value(option);
                case "--tale" -> tale = Optional.of(Path.of(value(option)));
                case "--environment" -> addVariable(value(option));
                default -> throw new IllegalArgumentException("unknown option \"" + option + "\". " + USAGE);
            }
        }

        private String value(String option) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException(option + " has no value. " + USAGE);
            }
            return rest.removeFirst();
        }

        private void addVariable(String assignment) {
            var equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("\"" + assignment + "\" is not NAME=VALUE. " + USAGE);
            }
            environment.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
    }
}
